// A page whose classes are those of another process, behind a pipe: `node bridge.cjs INPUT OUTPUT LINE`, three
// descriptors. The other process runs the event loop; this one carries out its requests, and sends requests.
//
// The file is CommonJS, since the loop below never returns: in an ES module it would run in a
// microtask, and no microtask would run after it.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { types } = require("node:util");
const v8 = require("node:v8");
const vm = require("node:vm");
const { Worker } = require("node:worker_threads");
const { Navigable } = require("./navigation.cjs");
const { Pipe } = require("./pipe.cjs");
const { Values } = require("./values.cjs");
const { runWorker } = require("./worker.cjs");

const [input, output, line] = process.argv.slice(2).map(Number);
watch(line);
const pipe = new Pipe(input, output);
const proxies = new WeakMap();
const values = new Values(proxies);
const realms = values.realms;
values.apply = (number, realm, list) => values.decode(ask({ ask: "apply", function: number, arguments: encodeAll(list), realm }));
const workers = new Map();
let depth = 0;
let current = null; // The realm of the script that makes a request.
let described = null;
let hear = null;

// Ends this process when the other process has ended, even while a script runs that never returns.
function watch(descriptor) {
  const code = "require('fs').readSync(require('worker_threads').workerData, Buffer.alloc(1)); process.kill(process.pid, 'SIGKILL');";
  new Worker(code, { eval: true, workerData: descriptor }).unref();
}

// Reports the end of this process, which cannot exit while the thread of watch() waits.
process.on("exit", (ended) => {
  try {
    pipe.send({ ended });
  } catch {
    // The other process has ended.
  }
});

// Requests to the other process.

function ask(request) {
  const before = current;
  current = realms.get(request.realm) ?? before;
  try {
    return answerTo(request);
  } finally {
    current = before;
  }
}

// Each message contains what the other process has queued: its microtasks, its reactions to promises of this
// process, and how its own promises were settled.
function receive() {
  const message = pipe.receive();
  values.letGo(message.free);
  for (const entry of message.queued) {
    if ("settle" in entry) values.settle(entry);
    else if ("of" in entry) react(values.kept.get(entry.of), entry.microtask);
    else queueMicrotask(() => ask({ ask: "microtask", number: entry.microtask }));
  }
  return message;
}

function react(promise, number) {
  const steps = (isFulfilled) => (result) => {
    ask({ ask: "reaction", number, isFulfilled, result: values.encode(result) });
  };
  realmInUse().intrinsics.then(promise, steps(true), steps(false));
}

function answerTo(request) {
  pipe.send({ ...request, gone: depth === 1 ? values.sweep() : [] });
  for (;;) {
    const message = receive();
    if ("returned" in message) return message.returned;
    if ("raised" in message) throw values.decode(message.raised);
    perform(message);
  }
}

// The realm of the script that makes a request; the first realm if no script runs.
const realmInUse = () => current ?? realms.values().next().value;

const encodeAll = (list) => list.map((each) => values.encode(each));

function bridgeOf(realm) {
  const members = { realm: realm.id };
  const receiver = (object) => object ?? realm.global;
  return {
    construct(name, list, target) {
      const prototype = target.prototype instanceof Object ? target.prototype : Object(target.prototype);
      const answer = ask({ ask: "construct", interface: name, arguments: encodeAll(list), ...members });
      return values.wrap(answer.platform, realm.intrinsics.instance(name, prototype), answer.strong);
    },
    get(name, member, object) {
      const self = receiver(object);
      return values.decodeAttribute(self, member, ask({ ask: "get", interface: name, member, this: values.encode(self), ...members }));
    },
    set(name, member, object, value) {
      ask({ ask: "set", interface: name, member, this: values.encode(receiver(object)), value: values.encode(value), ...members });
    },
    call(name, member, object, list) {
      return values.decode(ask({ ask: "call", interface: name, member, this: values.encode(receiver(object)), arguments: encodeAll(list), ...members }));
    },
    callStatic(name, member, list) {
      return values.decode(ask({ ask: "call", interface: name, member, arguments: encodeAll(list), ...members }));
    },
  };
}

// The functions of an engine that the page needs; native.cjs has those of engines with their own classes.
const host = {
  proxies,
  timeout: 10,
  log: (text) => ask({ ask: "log", text: String(text) }),
  missing: (url) => ask({ ask: "missing", url }),
  fail: (message) => ask({ ask: "finish", result: { status: "ERROR", message, stack: null, subtests: [] } }),
  finish: (result) => ask({ ask: "finish", result }),
  unfinished: () => [],
  queueTask: (steps) => { ask({ ask: "timer", steps: values.encode(steps), delay: 0 }); },
  startTimer: (steps, delay) => ask({ ask: "timer", steps: values.encode(steps), delay }),
  stopTimer: (timer) => { ask({ ask: "stop", timer }); },
  fetch(request, take) {
    const steps = (response) => take(received(response));
    ask({ ask: "fetch", request, steps: values.encode(steps) });
  },
  fetchNow: (request) => received(ask({ ask: "fetch", request })),
  cookies: (url) => ask({ ask: "cookies", url }),
  setCookie: (url, text) => { ask({ ask: "set cookie", url, text }); },
  unload: (realm) => ask({ ask: "unload", realm: realm.id }),
  becomeEventTarget(realm, prototype) {
    Object.setPrototypeOf(realm.global, prototype);
    const answer = ask({ ask: "construct", interface: "EventTarget", arguments: [], realm: realm.id });
    values.wrap(answer.platform, realm.global, true);
  },
  createRealm,
  startWorker(url, realm, heard) {
    const worker = ask({ ask: "worker", url });
    workers.set(worker, heard);
    return {
      post: (data) => { ask({ ask: "post", worker, data: packed(data) }); },
      terminate: () => { ask({ ask: "terminate", worker }); },
    };
  },
};

function received(response) {
  const { error, status, headers, bytes, url } = typeof response === "string" ? JSON.parse(response) : response;
  return error ? { error } : { status, headers, url, bytes: new Uint8Array(Buffer.from(bytes, "base64")) };
}

const packed = (data) => v8.serialize(data).toString("base64");
const unpacked = (text) => v8.deserialize(Buffer.from(text, "base64"));

const scriptOf = (filename) => new vm.Script(fs.readFileSync(path.join(__dirname, filename), "utf8"), { filename });
const CLASSES = scriptOf("classes.cjs");
const BUFFERS = scriptOf("buffers.cjs");

function createRealm({ base, origin, isTop }) {
  described ??= ask({ ask: "describe" });
  const context = vm.createContext(vm.constants?.DONT_CONTEXTIFY ?? {});
  const realm = { host, isTop, discarded: false, global: vm.runInContext("globalThis", context) };
  realm.evaluate = (source, filename) => vm.runInContext(source, context, { filename });
  realm.id = ask({ ask: "realm", base, origin });
  realms.set(realm.id, realm);
  realm.intrinsics = CLASSES.runInContext(context)(described.interfaces, described.unforgeable, bridgeOf(realm));
  realm.classes = realm.intrinsics.classes;
  realm.buffers = BUFFERS.runInContext(context)((buffer) => structuredClone(buffer, { transfer: [buffer] }));
  for (const [name, made] of Object.entries(realm.classes)) {
    if (typeof made !== "function") continue; // Scripts cannot find iterators by a name.
    Object.defineProperty(realm.global, name, { value: made, writable: true, configurable: true });
  }
  return realm;
}

// The realm of a function or another object.
function realmOf(object) {
  for (let each = object; each; each = Object.getPrototypeOf(each)) {
    for (const realm of realms.values()) if (each === realm.intrinsics.functionPrototype) return realm;
  }
  return realms.values().next().value;
}

// Requests of the other process.

// An answer that is a message already.
class Message {
  constructor(members) { Object.assign(this, members); }
}

const acts = {
  open({ url, timeout }) {
    host.timeout = timeout;
    new Navigable(host, {}).navigate(url, { replace: true });
  },
  work({ url }) {
    const realm = createRealm({ base: url, origin: new URL(url).origin });
    Object.assign(realm, { url: new URL(url), base: new URL(url), origin: new URL(url).origin, suspended: null });
    hear = runWorker(realm, {
      post: (data) => { ask({ ask: "answer", data: packed(data) }); },
      error: (message) => { ask({ ask: "answer", error: message }); },
      close: () => { ask({ ask: "close" }); },
    });
  },
  hear: ({ data }) => hear(unpacked(data)),
  heard({ worker, data, error }) {
    if (error === undefined) workers.get(worker).message(unpacked(data));
    else workers.get(worker).error(error);
  },
  call({ function: number, this: self, arguments: list, awaits, realm }) {
    const result = Reflect.apply(values.kept.get(number), values.decode(self), list.map((each) => values.decode(each)));
    if (!awaits || Object(result) !== result || values.handles.has(result)) return result;
    return realms.get(realm).intrinsics.awaited(result, types.isPromise(result));
  },
  property: ({ object, name }) => values.kept.get(object)[name],
  string: ({ value }) => realmInUse().intrinsics.string(values.decode(value)),
  number: ({ value }) => realmInUse().intrinsics.number(values.decode(value)),
  iterate: ({ object }) => realmInUse().intrinsics.iterate(values.kept.get(object)),
  asyncIterate: ({ object }) => realmInUse().intrinsics.asyncIterator(values.kept.get(object)),
  next({ object }) {
    const { done, value } = realmInUse().intrinsics.next(values.kept.get(object));
    return new Message(done ? { done: true } : { next: values.encode(value) });
  },
  buffer({ perform: name, object, realm, with: list }) {
    const buffers = realms.get(realm).buffers;
    return object ? buffers[name](values.kept.get(object), ...list) : buffers[name](...list);
  },
  copyBuffer({ object, index, source, sourceIndex, count }) {
    values.realms.get(1).buffers.write(values.kept.get(object), index, new Uint8Array(values.kept.get(source), sourceIndex, count));
  },
  fillBuffer({ object, index, bytes }) {
    values.realms.get(1).buffers.write(values.kept.get(object), index, Buffer.from(bytes, "base64"));
  },
  checkpoint() {},
  report({ error, callback }) {
    const value = values.decode(error);
    const realm = realmOf(values.decode(callback));
    if (realm?.reportError) realm.reportError(value);
    else host.fail(`the page itself is at fault: ${value?.stack ?? value}`);
  },
  unfinished: () => JSON.stringify(host.unfinished()),
};

function perform(message) {
  let answer;
  depth += 1;
  try {
    const result = acts[message.do](message);
    answer = { returned: result instanceof Message ? result : values.encode(result) };
  } catch (error) {
    answer = { raised: values.encode(error) };
  }
  if (depth === 1) process._tickCallback(); // Run the microtasks when no script is running.
  depth -= 1;
  pipe.send(answer);
}

process.on("unhandledRejection", (reason, promise) => realmOf(promise.constructor).reportRejection(reason, promise));
process.on("uncaughtException", (error) => realmOf(null).reportError(error));

for (;;) perform(receive());
