// Carries out a scenario's page as page.py does, and reports what it saw.
"use strict";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const quoted = (string) => JSON.stringify(string);

async function play(scenario) {
  const trace = [];
  const began = performance.now();
  let over;
  const ended = new Promise((resolve) => { over = resolve; });
  const note = (line) => trace.push(line);
  const base = scenario.base;

  if (scenario.js) {
    const body = Object.getPrototypeOf(async function () {}).constructor;
    try {
      await Promise.race([
        new body("note", "base", "sleep", "other", scenario.js)(note, base, sleep, scenario.other),
        sleep(scenario.patience),
      ]);
    } catch (error) { note(`throws ${error.name}`); }
    return trace;
  }

  const sockets = [];
  function make(url, protocols) {
    const prefix = sockets.length ? `${sockets.length + 1}: ` : "";
    let socket;
    try { socket = new WebSocket(url.replace("{base}", base), protocols); }
    catch (error) { note(`${prefix}throws ${error.name}`); over(); return; }
    sockets.push(socket);
    socket.binaryType = "arraybuffer";
    for (const type of ["open", "message", "error", "close"]) {
      socket.addEventListener(type, (event) => {
        const seconds = Math.round((performance.now() - began) / 500) / 2;
        const when = scenario.timed && type === "close" ? ` after ${seconds} s` : "";
        if (type === "message") {
          const size = typeof event.data === "string" ? quoted(event.data)
            : `ArrayBuffer of ${event.data.byteLength}`;
          note(`${prefix}message ${size}`);
        } else if (type === "close") {
          const clean = event.wasClean ? "clean" : "not clean";
          note(`${prefix}close ${event.code} ${quoted(event.reason)} ${clean}${when}`);
          if (socket === sockets[sockets.length - 1]) setTimeout(over, 100);
        } else note(prefix + type);
        run(scenario.page[type] || [], socket, event);
      });
    }
  }

  async function run(ops, socket, event) {
    for (const [op, ...args] of ops) {
      try {
        if (op === "wait") await sleep(args[0]);
        else if (op === "block") { const to = performance.now() + args[0]; while (performance.now() < to); }
        else if (op === "close") socket.close(...args.map((each) => each === null ? undefined : each));
        else if (op === "send") socket.send(args[0]);
        else if (op === "sendBytes") socket.send(new ArrayBuffer(args[0]));
        else if (op === "sendBlob") socket.send(new Blob(["x".repeat(args[0])]));
        else if (op === "sendView") socket.send(new Uint8Array(new ArrayBuffer(args[0]), 0, args[1]));
        else if (op === "sendThenChange") {
          const bytes = new Uint8Array([65, 65, 65]);
          socket.send(bytes);
          bytes.fill(66);
        } else if (op === "note") note(`${args[0]} ${socket[args[0]]}`);
        else if (op === "noteEvent") note(`${args[0]} ${event[args[0]]}`);
        else if (op === "another") make(args[0], []);
        else note(`unknown ${op}`);
      } catch (error) { note(`${op} throws ${error.name}`); }
    }
  }

  make(scenario.url, scenario.protocols);
  if (sockets.length) run(scenario.page.start || [], sockets[0], null);
  await Promise.race([ended, sleep(scenario.patience)]);
  const seen = trace.slice();
  for (const socket of sockets) socket.close();
  return seen;
}

async function main() {
  for (;;) {
    const scenario = await (await fetch("/next")).json();
    if (!scenario.name) return;
    const trace = await play(scenario);
    await fetch("/trace", { method: "POST", body: JSON.stringify(trace) });
  }
}

main();
