// Plays the page's part of a scenario, as page.py does in Python. The operations on a WebSocketStream
// are in stream.js. play(task, global) takes the interfaces from the members of `global`, and returns a
// promise of the trace.
"use strict";

globalThis.play = async function play(task, global) {
  const DEADLINE = 20000;
  const STATES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];
  const KINDS = ["open", "message", "error", "close"];
  const listens = task.listens ?? KINDS;
  const trace = [];
  const listeners = new Map();
  let socket;
  let waiting = 0;
  let notClosed = listens.includes("close") ? 1 : 0;
  let frame;
  const others = [];
  let end;
  const isOver = new Promise((resolve) => { end = resolve; });
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // Values, and their forms for traces.

  function stringOf(value) {
    if (typeof value === "string") return value;
    if (value["code-units"]) return String.fromCharCode(...value["code-units"]);
    return value.string.repeat(value.times ?? 1);
  }

  function bytesOf(hexadecimal, times = 1) {
    const bytes = hexadecimal ? hexadecimal.split(" ").map((each) => parseInt(each, 16)) : [];
    const all = new Uint8Array(bytes.length * times);
    for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
    return all;
  }

  function made(value) {
    if (value.bytes !== undefined) return bytesOf(value.bytes, value.times).buffer;
    if (value.view !== undefined) {
      const bytes = bytesOf(value.view, value.times);
      return bytes.subarray(value.from ?? 0, value.to ?? bytes.length);
    }
    if (value.blob !== undefined) return new global.Blob([bytesOf(value.blob, value.times)]);
    return stringOf(value);
  }

  function shownString(string) {
    if (string.length <= 64) return JSON.stringify(string);
    if (string === string[0].repeat(string.length)) {
      return `${JSON.stringify(string[0])} x ${string.length}`;
    }
    return `string of ${string.length}`;
  }

  function shownBytes(bytes) {
    const hexadecimal = (byte) => byte.toString(16).padStart(2, "0");
    if (bytes.length <= 64) return [...bytes].map(hexadecimal).join(" ") || "(empty)";
    if (bytes.every((byte) => byte === bytes[0])) return `${hexadecimal(bytes[0])} x ${bytes.length}`;
    return `${bytes.length} bytes`;
  }

  function shownData(data) {
    if (typeof data === "string") return shownString(data);
    if (data instanceof global.Blob) return `Blob of ${data.size}`;
    if (data instanceof ArrayBuffer) return `ArrayBuffer ${shownBytes(new Uint8Array(data))}`;
    return data?.constructor?.name ?? String(data);
  }

  function shown(value) {
    if (value === socket) return "the socket";
    if (typeof value === "string") return shownString(value);
    if (Array.isArray(value)) return `${value.length} items`;
    if (value === null || ["number", "boolean"].includes(typeof value)) return JSON.stringify(value);
    return value === undefined ? "undefined" : "an object";
  }

  function nameOf(error) {
    return error instanceof DOMException ? `DOMException ${error.name}` : error?.name ?? String(error);
  }

  // Events.

  function listener(label, operations) {
    return (event) => {
      writeDown(event, label);
      try {
        run((label ? operations : task.page[event.type]) ?? [], event);
      } finally {
        if (event.code !== undefined && !label) {
          notClosed -= 1;
          seeWhetherItIsOver();
        }
      }
    };
  }

  function writeDown(event, label, number = "") {
    const state = STATES[event.target.readyState];
    let line = `${number}${state} ${label ? label + ": " : ""}${event.type}`;
    // An event that the page made itself has neither data nor a code.
    if (event.data !== undefined) line += ` ${shownData(event.data)}`;
    else if (event.code !== undefined) {
      const clean = event.wasClean ? "clean" : "not clean";
      line += ` ${event.code} ${shownString(String(event.reason))} ${clean}`;
    }
    trace.push(line);
  }

  function seeWhetherItIsOver() {
    if (notClosed <= 0 && waiting === 0) end();
  }

  function waitFor(promise) {
    waiting += 1;
    promise.finally(() => {
      waiting -= 1;
      seeWhetherItIsOver();
    });
  }

  // Operations.

  function run(operations, event) {
    for (let i = 0; i < operations.length; i++) {
      if ([].concat(operations[i])[0] in waits) {
        waitFor(runLater(operations.slice(i), event));
        return;
      }
      act(operations[i], event);
    }
  }

  async function runLater(operations, event) {
    for (const operation of operations) {
      const [name, ...args] = typeof operation === "string" ? [operation] : operation;
      if (!(name in waits)) act(operation, event);
      else await waits[name](event, ...args);
    }
  }

  const waits = {
    until: async (_, name, value) => { while (socket[name] !== value) await sleep(1); },
    "until-seen": async (_, line) => { while (!trace.includes(line)) await sleep(1); },
    later: () => sleep(1),
    tell: async (_, word) => { await (await fetch(task.tell + word)).text(); },
    hear: async (_, word) => { await (await fetch(task.hear + word)).text(); },
    "note-blob": async (event) => {
      trace.push(`Blob ${shownBytes(new Uint8Array(await event.data.arrayBuffer()))}`);
    },
    collect: async () => {
      if (!global.collect) return cannot("collect garbage");
      for (let i = 0; i < 3; i++) { await global.collect(); await sleep(1); }
    },
    "send-lost-file": async (_, size) => {
      if (!global.lostFile) return cannot("send a Blob whose file is gone");
      socket.send(await global.lostFile(size));
    },
  };

  function cannot(what) {
    trace.push(`(cannot ${what})`);
    end();
  }

  function act(operation, event) {
    const [name, ...args] = typeof operation === "string" ? [operation] : operation;
    if (name === "throw") throw new Error("thrown by the page");
    try { actions[name](event, ...args); }
    catch (error) { trace.push(`${name} throws ${nameOf(error)}`); }
  }

  const actions = {
    send: (_, value) => socket.send(made(value)),
    "send-then-change": (_, value) => {
      const bytes = new Uint8Array(made(value));
      socket.send(bytes);
      bytes.fill(0);
    },
    block: (_, word) => {
      if (!global.block) return cannot("wait while nothing else runs");
      global.block(task.tell + "blocked");
      global.block(task.hear + word);
    },
    another: (_, url, operations = []) => {
      const other = new global.WebSocket(url);
      others.push(other);
      notClosed += 1;
      const number = `${others.length + 1}: `;
      for (const type of KINDS) other.addEventListener(type, (event) => {
        writeDown(event, "", number);
        if (type === "open") other.close();
        if (type !== "close") return;
        run(operations, event);
        notClosed -= 1;
        seeWhetherItIsOver();
      });
    },
    forget: () => { socket = undefined; },
    unload: () => {
      notClosed = 0;
      frame.remove();
    },
    close: (_, ...args) => {
      if (typeof args[0] === "object") socket.close(undefined, stringOf(args[0].reason));
      else socket.close(...args.slice(0, 1), ...args.slice(1).map(stringOf));
    },
    set: (_, name, value) => { socket[name] = value; },
    note: (_, name) => { trace.push(`${name} ${shown(streams.lookUp(name))}`); },
    "note-event": (event, name) => { trace.push(`event.${name} ${shown(event[name])}`); },
    "note-static": (_, name) => { trace.push(`WebSocket.${name} ${global.WebSocket[name]}`); },
    "note-interface": (event) => { trace.push(`event is a ${event.constructor.name}`); },
    listen: (_, type, label, operations = [], options = {}) => {
      const key = `${type} ${label}`;
      if (!listeners.has(key)) listeners.set(key, listener(label, operations));
      socket.addEventListener(type, listeners.get(key), options);
    },
    unlisten: (_, type, label) => {
      socket.removeEventListener(type, listeners.get(`${type} ${label}`));
    },
    handle: (_, type, label, operations = []) => {
      socket[`on${type}`] = label ? listener(label, operations) : null;
    },
    stop: (event) => event.stopImmediatePropagation(),
    dispatch: (_, type) => { socket.dispatchEvent(new global.Event(type)); },
    "new-close-event": (_, members = {}) => {
      const event = new global.CloseEvent("close", members);
      trace.push(`CloseEvent ${[event.wasClean, event.code, event.reason].map(shown).join(" ")}`);
    },
    microtask: (event, operations) => queueMicrotask(() => run(operations, event)),
  };

  const streams = globalThis.streamOperations({
    global, trace, nameOf, shown, shownData, made, sleep, waitFor,
    socket: () => socket,
    controller: new AbortController(),
  });
  Object.assign(waits, streams.waits);
  Object.assign(actions, streams.actions);

  // The page.

  global.onReport = (error) => trace.push(`reported ${nameOf(error)}`);
  let Interface = global[task.interface ?? "WebSocket"];
  if (task.cookies && !global.document) return ["(cannot have cookies)"];
  const policies = [task.policy ?? "", task.policy_report_only ?? ""];
  const hasPolicies = policies.some(Boolean);
  if (task.frame || hasPolicies) {
    if (!global.document) return [`(cannot have ${hasPolicies ? "a policy" : "a document that goes away"})`];
    frame = document.createElement("iframe");
    // The server sends the document with the policies; each violation adds a line to the trace.
    if (hasPolicies) frame.src = `/-/framed/${policies.map(encodeURIComponent).join("/")}`;
    document.documentElement.append(frame);
    if (hasPolicies) await new Promise((resolve) => { frame.onload = resolve; });
    Interface = frame.contentWindow[task.interface];
    frame.contentDocument.addEventListener("securitypolicyviolation", (event) => {
      const [blocked, policy] = [event.blockedURI, event.originalPolicy].map(shownString);
      trace.push(`violation ${event.disposition} ${blocked} ${event.effectiveDirective} ${policy}`);
    });
  }
  if (!Interface) return [`(cannot make a ${task.interface})`];
  try { socket = new Interface(...task.arguments.map(streams.argument)); }
  catch (error) { return [`new throws ${nameOf(error)}`]; }
  if (task.interface === "WebSocketStream") notClosed = 0;
  else for (const type of listens) socket.addEventListener(type, listener("", null));
  run(task.page.start ?? [], null);
  seeWhetherItIsOver();
  const isLate = await Promise.race([isOver, sleep(DEADLINE).then(() => true)]);
  if (isLate) trace.push("(nothing more came)");
  else {
    // Unexpected events would have arrived before the response to this request.
    await (await fetch(task.tell + "over")).text();
    await sleep(0);
  }
  const seen = trace.slice();
  if (socket?.closed) await streams.leave(socket);
  for (const each of [socket?.closed ? null : socket, ...others]) {
    try { each?.close(); } catch { /* An exception here does not change the trace. */ }
  }
  return seen;
};
