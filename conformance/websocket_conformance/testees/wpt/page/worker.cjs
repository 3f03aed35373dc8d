// Dedicated workers: the object in a window that represents one, and the scope in which its script runs.
"use strict";

const { defineChannels } = require("./channels.cjs");
const { defineEvents } = require("./events.cjs");
const { handlers } = require("./handlers.cjs");
const { define, defineScope, give } = require("./scope.cjs");

// The class Worker of a realm.
function defineWorkers(realm) {
  const { global, host } = realm;
  const { Event, EventTarget } = realm.classes;

  class Worker extends EventTarget {
    constructor(url) {
      super();
      const heard = {
        message: (data) => realm.task(() => realm.fireMessage(this, data)),
        error: (message) => realm.task(() => {
          const event = new Event("error", { cancelable: true });
          give(event, { message, filename: String(url), lineno: 0, colno: 0, error: null });
          if (this.dispatchEvent(event)) host.log(message);
        }),
      };
      this.running = host.startWorker(new URL(url, realm.base).href, realm, heard);
    }
    postMessage(data) { this.running.post(global.structuredClone(data)); }
    terminate() { this.running.terminate(); }
  }
  handlers(Worker.prototype, ["message", "messageerror", "error"]);
  define(global, "Worker", Worker);
}

// Runs a worker's script. `parent` is called with what the worker sends.
function runWorker(realm, parent) {
  const { global, host } = realm;
  realm.document = null;
  defineScope(realm, "DedicatedWorkerGlobalScope");
  defineChannels(realm);
  define(global, "WorkerGlobalScope", global.DedicatedWorkerGlobalScope);
  defineWorkers(realm);
  define(global, "CustomEvent", defineEvents(realm).classes.CustomEvent);
  define(global, "location", locationOf(realm.url));
  define(global, "name", "");
  define(global, "postMessage", (data) => parent.post(global.structuredClone(data)));
  define(global, "close", () => {
    realm.isClosing = true;
    host.queueTask(() => parent.close());
  });
  define(global, "importScripts", (...urls) => {
    for (const url of urls) runNow(realm, new URL(url, realm.base).href);
  });
  const report = realm.reportError;
  realm.reportError = (error) => {
    const isHandled = report(error);
    if (!isHandled) parent.error(`Uncaught ${error}`);
    return isHandled;
  };
  host.fetch({ url: realm.url.href }, (response) => realm.task(() => {
    if (response.error || response.status >= 400) parent.error(`${realm.url.href} did not load`);
    else realm.guarded(() => realm.evaluate(new TextDecoder().decode(response.bytes), realm.url.href));
    resume();
  }));
  // Messages wait until the script has run for the first time.
  const waiting = [];
  const resume = () => {
    const messages = waiting.splice(0);
    hear = (data) => realm.task(() => realm.fireMessage(global, data));
    for (const data of messages) realm.queueTask(() => hear(data));
  };
  let hear = (data) => waiting.push(data);
  return (data) => { hear(data); };
}

function runNow(realm, url) {
  const response = realm.host.fetchNow({ url });
  if (response.error || response.status >= 400) {
    realm.host.log(`${url}: ${response.error ?? response.status}`);
    throw new realm.classes.DOMException(`${url} did not load`, "NetworkError");
  }
  realm.evaluate(new TextDecoder().decode(response.bytes), url);
}

function locationOf(url) {
  const location = { toString: () => url.href };
  for (const part of ["href", "origin", "protocol", "host", "hostname", "port", "pathname", "search", "hash"]) {
    Object.defineProperty(location, part, { get: () => url[part], enumerable: true });
  }
  return location;
}

module.exports = { defineWorkers, runWorker };
