// META: title=A message and its echo
// META: script=constants.sub.js
// META: variant=?default
// META: variant=?wss
// META: variant=?wpt_flags=h2

async_test((t) => {
  const socket = new WebSocket(`${SERVER}/echo`);
  socket.onopen = t.step_func(() => socket.send("héllo"));
  socket.onmessage = t.step_func((event) => {
    assert_equals(event.data, "héllo");
    socket.close();
  });
  socket.onclose = t.step_func((event) => {
    assert_true(event.wasClean);
    t.done();
  });
}, "A message comes back, and the connection ends in order");

test(() => assert_true(GLOBAL.isWorker() !== GLOBAL.isWindow()), "The scope is a window, or a worker");
