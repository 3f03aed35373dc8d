// META: script=../constants.sub.js
// META: timeout=long

promise_test(async (t) => {
  for (const host of [location.hostname, ...OTHER_HOSTS]) {
    const url = new URL(`${SERVER}/echo`);
    url.hostname = host;
    await new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.onopen = () => socket.close();
      socket.onerror = () => reject(new Error(`no connection to ${host}`));
      socket.onclose = resolve;
    });
  }
}, "Each name is that of this machine");

async_test((t) => {
  const socket = new WebSocket(`${SERVER.replace("://", "://nonexistent.")}/echo`);
  socket.onopen = t.unreached_func("there is such a host");
  socket.onclose = t.step_func((event) => {
    assert_equals(event.code, 1006);
    t.done();
  });
}, "A name that does not exist has no address");
