// The parts that windows and workers share: the event target, timers, the report of exceptions, requests,
// and the engine's own objects that are not under test.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { defineFiles } = require("./files.cjs");
const { handlers } = require("./handlers.cjs");
const { defineRequests } = require("./requests.cjs");

const ADOPTED = fs.readFileSync(path.join(__dirname, "adopted.cjs"), "utf8");

// These objects of the engine are adopted by each realm.
const CLASSES = ["URL", "URLSearchParams", "TextDecoder", "TextEncoder"];
const FUNCTIONS = ["structuredClone", "queueMicrotask", "atob", "btoa"];

// These objects of the engine are the same in every realm.
const ENGINES = [
  "crypto", "Headers", "Request", "Response",
];

function defineScope(realm, interfaceName) {
  const { global, host } = realm;
  realm.adopted = (value) => value;
  if (global !== globalThis) defineWhatEnginesHave(realm);
  const scope = { [interfaceName]: class extends realm.classes.EventTarget {} }[interfaceName];
  Object.defineProperty(scope.prototype, Symbol.toStringTag, { value: interfaceName, configurable: true });
  define(global, interfaceName, scope);
  host.becomeEventTarget(realm, scope.prototype);
  Object.defineProperty(global, "self", { get: () => global, set() {}, configurable: true, enumerable: true });
  define(global, "navigator", { userAgent: "web-platform-tests", platform: process.platform, onLine: true });
  define(global, "isSecureContext", realm.base.protocol === "https:" || realm.base.hostname === "localhost");
  Object.defineProperty(global, "origin", { get: () => realm.origin, set() {}, configurable: true });
  handlers(global, ["error", "message", "messageerror", "unhandledrejection", "rejectionhandled"], global);
  defineTasks(realm);
  defineRequests(realm);
  defineFiles(realm);
}

// An engine's own realm has these, and a package under test that runs in it relies on them.
function defineWhatEnginesHave(realm) {
  for (const name of ENGINES) {
    if (name in globalThis && !(name in realm.classes)) define(realm.global, name, globalThis[name]);
  }
  // Node.js crashes if its DOMException is first used in another realm.
  const { DOMException } = globalThis;
  const adopting = realm.evaluate(ADOPTED, "adopted.cjs")(globalThis, DOMException, realm.classes.DOMException);
  realm.adopted = adopting.value;
  for (const name of CLASSES) define(realm.global, name, adopting.classOf(name, globalThis[name]));
  for (const name of FUNCTIONS) define(realm.global, name, adopting.functionOf(globalThis[name]));
  define(realm.global, "performance", adopting.objectOf(globalThis.performance));
  define(realm.global, "console", adopting.objectOf(consoleOf(realm.host)));
  defineTimers(realm, adopting.functionOf);
}

// Runs code of the page itself in a realm.
function defineTasks(realm) {
  const { Event, MessageEvent } = realm.classes;
  realm.guarded = (steps) => {
    try {
      steps();
    } catch (error) {
      realm.reportError(error);
    }
  };
  // An unloaded document runs no code; a document that is kept for later runs the code then.
  realm.task = (steps) => {
    if (realm.discarded) return;
    if (realm.suspended) realm.suspended.push(steps);
    else realm.guarded(steps);
  };
  realm.queueTask = (steps) => realm.host.queueTask(() => realm.task(steps));
  realm.fire = (target, type) => target.dispatchEvent(new Event(type));
  realm.fireMessage = (target, data) => {
    const event = new MessageEvent("message", { data: realm.adopted(data), origin: realm.origin });
    target.dispatchEvent(event);
  };
  realm.reportError = (error) => {
    if (realm.isReporting) {
      realm.host.log(`While an error is reported: ${error?.stack ?? String(error)}`);
      return false;
    }
    realm.isReporting = true;
    try {
      return report(error);
    } finally {
      realm.isReporting = false;
    }
  };
  const report = (error) => {
    const event = new Event("error", { cancelable: true });
    const message = error instanceof Object && "message" in error ? `Uncaught ${error}` : `Uncaught ${String(error)}`;
    give(event, { error, message, filename: realm.url.href, lineno: 0, colno: 0 });
    const isHandled = !realm.global.dispatchEvent(event);
    if (!isHandled) realm.host.log(error?.stack ?? message);
    return isHandled;
  };
  realm.reportRejection = (reason, promise) => {
    const event = new Event("unhandledrejection", { cancelable: true });
    give(event, { reason, promise });
    if (realm.global.dispatchEvent(event)) realm.host.log(`Unhandled rejection: ${reason?.stack ?? String(reason)}`);
  };
  define(realm.global, "reportError", (error) => { realm.reportError(error); });
}

function defineTimers(realm, functionOf) {
  const { global, host } = realm;
  const timers = new Map();
  let last = 0;
  const start = (repeats) => (callback, delay = 0, ...rest) => {
    const id = ++last;
    const steps = typeof callback === "function" ? () => callback.apply(global, rest) : () => realm.evaluate(String(callback), "timer");
    const wait = Math.max(0, Math.trunc(Number(delay)) || 0);
    const expire = () => realm.task(() => {
      if (!timers.has(id)) return;
      if (repeats) timers.set(id, host.startTimer(expire, Math.max(wait, 4)));
      else timers.delete(id);
      steps();
    });
    timers.set(id, host.startTimer(expire, wait));
    return id;
  };
  const stop = (id) => {
    if (!timers.has(id)) return;
    host.stopTimer(timers.get(id));
    timers.delete(id);
  };
  const timing = { setTimeout: start(false), setInterval: start(true), clearTimeout: stop, clearInterval: (id) => stop(id) };
  for (const [name, steps] of Object.entries(timing)) {
    define(steps, "name", name);
    define(global, name, functionOf(steps));
  }
}

// A page's console is written to standard error, up to a number of lines.
function consoleOf(host) {
  const { format } = require("node:util");
  const say = (...values) => host.log(format(...values));
  const silent = () => {};
  return {
    log: say, info: say, warn: say, error: say, debug: say, trace: say, dir: say, table: say,
    assert: (holds, ...values) => { if (!holds) say("Assertion failed:", ...values); },
    group: silent, groupCollapsed: silent, groupEnd: silent, time: silent, timeEnd: silent, count: silent,
  };
}

function define(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
}

function give(event, members) {
  for (const [name, value] of Object.entries(members)) define(event, name, value);
}

module.exports = { define, defineScope, give };
