// A page whose classes are an engine's own, or those of a package: `node native.cjs node`, or `node
// native.cjs undici FOLDER` for the undici that is installed in the folder. Bun and Deno run it, too.
// It reads a line of JSON, which says what to load, and prints a line of JSON with the results of the
// tests.
"use strict";

const { spawnSync } = require("node:child_process");
const dns = require("node:dns");
const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const { createRequire } = require("node:module");
const net = require("node:net");
const timers = require("node:timers");
const vm = require("node:vm");
const threads = require("node:worker_threads");
const { Navigable } = require("./navigation.cjs");
const { runWorker } = require("./worker.cjs");

const GRACE = 2000;
const LOUDEST = 1000;
const BEFORE = process.versions.deno ? ["run", "--quiet", "--allow-all"] : process.execArgv;
const CLASSES = [
  "AbortController", "AbortSignal", "Blob", "CloseEvent", "DOMException", "ErrorEvent", "Event", "EventTarget",
  "MessageEvent", "WebSocket", "WebSocketStream", "WebSocketError",
];

const main = threads.isMainThread ? process.argv.slice(2) : threads.workerData.main;
const realms = [];
let task = null;
let said = 0;

// The classes for the page at a URL.
function classesUnderTest([name, folder], url) {
  const own = Object.fromEntries(CLASSES.map((each) => [each, globalThis[each]]));
  if (!folder) return own;
  const load = createRequire(`${folder}/`)(name);
  load.setGlobalOrigin?.(url); // undici has to know the URL of the page.
  const given = name === "ws" ? { WebSocket: load.WebSocket } : load;
  return Object.fromEntries(CLASSES.map((each) => [each, given[each] ?? own[each]]));
}

// Host names are resolved as the task says, and other names do not exist. Bun and Deno resolve those of
// WebSocket URLs by themselves, so the hosts file of the system must have these.
function resolveNames(hosts) {
  const { lookup } = dns;
  dns.lookup = (name, ...rest) => {
    const address = hosts[name.toLowerCase()] ?? (net.isIP(name) || name === "localhost" ? name : null);
    if (address !== null) return lookup(address, ...rest);
    const take = rest.at(-1);
    const error = Object.assign(new Error(`${name} is not among the hosts`), { code: "ENOTFOUND", hostname: name });
    return timers.setImmediate(() => take(error));
  };
}

const host = {
  proxies: new WeakMap(),
  timeout: 10,
  log(text) {
    said += 1;
    if (said <= LOUDEST) fs.writeSync(2, `${String(text).slice(0, LOUDEST)}\n`);
  },
  missing: (url) => missing.push(url),
  fail: (message) => host.finish({ status: "ERROR", message, stack: null, subtests: [] }),
  finish(result) {
    const told = missing.length ? { ...result, status: "ERROR", message: `the page asks for what is not there: ${missing.join(", ")}` } : result;
    fs.writeSync(1, `${JSON.stringify(told)}\n`);
    process.exit();
  },
  unfinished: () => [],
  queueTask: (steps) => { timers.setImmediate(steps); },
  startTimer: (steps, delay) => timers.setTimeout(steps, delay),
  stopTimer: (timer) => timers.clearTimeout(timer),
  fetch(request, take) {
    fetchOverHttp(request).then((response) => timers.setImmediate(() => take(response)));
  },
  fetchNow(request) {
    const input = JSON.stringify({ ...task, request });
    const { stdout } = spawnSync(process.execPath, [...BEFORE, __filename, "--fetch"], { input, maxBuffer: 1 << 26 });
    return received(JSON.parse(stdout.toString()));
  },
  // The cookies of the engine's own WebSocket, if it has any, are not accessible.
  cookies: () => "",
  setCookie() {},
  unload: () => false, // The engine does not know when documents are unloaded.
  becomeEventTarget(realm, prototype) {
    Object.setPrototypeOf(realm.global, prototype);
    const target = new realm.classes.EventTarget();
    for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) {
      Object.defineProperty(realm.global, name, { value: target[name].bind(target), writable: true, configurable: true });
    }
  },
  // The loaded page uses the engine's own realm, so that the exceptions of its classes are of that realm.
  createRealm({ isTop, base }) {
    const context = isTop ? null : vm.createContext({});
    const realm = { host, isTop, discarded: false, classes: {}, global: context ? vm.runInContext("globalThis", context) : globalThis };
    realm.evaluate = (source, filename) => (
      context ? vm.runInContext(source, context, { filename }) : vm.runInThisContext(source, { filename })
    );
    for (const [name, value] of Object.entries(classesUnderTest(main, isTop ? base : task.url))) {
      if (value === undefined) continue;
      realm.classes[name] = value;
      Object.defineProperty(realm.global, name, { value, writable: true, configurable: true });
    }
    realms.push(realm);
    return realm;
  },
  startWorker(url, realm, heard) {
    const worker = new threads.Worker(__filename, { workerData: { main, task: { ...task, url } } });
    worker.on("message", ({ data, error }) => (error === undefined ? heard.message(data) : heard.error(error)));
    worker.on("error", (error) => heard.error(String(error)));
    return { post: (data) => worker.postMessage(data), terminate: () => { worker.terminate(); } };
  },
};
const missing = [];

function fetchOverHttp({ url, method = "GET", headers = {}, body }) {
  return new Promise((resolve) => {
    const fail = (error) => resolve({ error: `${url} cannot be fetched: ${error.message}` });
    const { protocol, hostname, host: name, port, pathname, search } = new URL(url);
    if (protocol !== "http:" && protocol !== "https:") {
      fail(new Error("its scheme is neither http nor https"));
      return;
    }
    const options = {
      host: task.hosts[hostname] ?? hostname, servername: hostname, port, path: pathname + search, method,
      headers: { Host: name, ...headers },
    };
    const request = (protocol === "https:" ? https : http).request(options, (answer) => {
      const { location } = answer.headers;
      if (location && answer.statusCode >= 300 && answer.statusCode < 400) {
        answer.resume();
        resolve(fetchOverHttp({ url: new URL(location, url).href, headers }));
        return;
      }
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", fail);
      answer.on("end", () => {
        const several = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
        resolve({ status: answer.statusCode, headers: Object.fromEntries(several), url, bytes: new Uint8Array(Buffer.concat(chunks)) });
      });
    });
    request.on("error", fail);
    request.end(body);
  });
}

const received = ({ bytes, ...rest }) => (bytes === undefined ? rest : { ...rest, bytes: new Uint8Array(Buffer.from(bytes, "base64")) });

// An engine accepts certificates only when it starts, so it is started a second time.
function startAgain(input) {
  const { ca } = taskOf(input);
  const environment = { ...process.env, NODE_EXTRA_CA_CERTS: ca ?? "", DENO_CERT: ca ?? "", WEBSOCKET_CONFORMANCE_PAGE: "started" };
  const { status } = spawnSync(process.execPath, [...BEFORE, __filename, ...main], {
    input, env: environment, stdio: ["pipe", "inherit", "inherit"],
  });
  process.exit(status ?? 1);
}

// The task is one line; the caller may keep the pipe open after it.
function firstLine() {
  const chunk = Buffer.alloc(65_536);
  let text = "";
  while (!text.includes("\n")) {
    const count = fs.readSync(0, chunk);
    if (count === 0) break;
    text += chunk.toString("utf8", 0, count);
  }
  return text;
}

function taskOf(input) {
  try {
    const { url, hosts, ca, timeout } = JSON.parse(input);
    return { url: new URL(url).href, hosts: { ...hosts }, ca, timeout: Number(timeout) };
  } catch (error) {
    fs.writeSync(2, `The line on standard input does not say what to load: ${error.message}\n`);
    return process.exit(2);
  }
}

function onlyFetch() {
  fetchOverHttp(task.request).then(({ bytes, ...rest }) => {
    fs.writeSync(1, JSON.stringify(bytes === undefined ? rest : { ...rest, bytes: Buffer.from(bytes).toString("base64") }));
    process.exit();
  });
}

function reportErrors() {
  process.on("uncaughtException", (error) => realms[0].reportError(error));
  process.on("unhandledRejection", (reason, promise) => realms[0].reportRejection(reason, promise));
}

function work() {
  const url = new URL(task.url);
  const realm = Object.assign(host.createRealm({ isTop: true, base: url.href }), { url, base: url, origin: url.origin, suspended: null });
  const port = threads.parentPort;
  const hear = runWorker(realm, {
    post: (data) => port.postMessage({ data }),
    error: (error) => port.postMessage({ error }),
    close: () => process.exit(),
  });
  port.on("message", hear);
  reportErrors();
}

function open() {
  host.timeout = task.timeout;
  reportErrors();
  timers.setTimeout(() => host.finish({ status: "TIMEOUT", message: null, stack: null, subtests: host.unfinished() }), task.timeout * 1000 + GRACE);
  new Navigable(host, {}).navigate(task.url, { replace: true });
}

function start() {
  if (!threads.isMainThread) {
    task = threads.workerData.task;
    resolveNames(task.hosts);
    work();
    return;
  }
  const input = firstLine();
  if (!process.env.WEBSOCKET_CONFORMANCE_PAGE) {
    startAgain(input);
    return;
  }
  task = JSON.parse(input);
  resolveNames(task.hosts);
  if (main[0] === "--fetch") onlyFetch();
  else open();
}

start();
