// The parts of a window besides the classes under test: its place among other windows, its location and
// history, its document, and the parts that windows and workers share.
"use strict";

const { defineChannels } = require("./channels.cjs");
const { defineNodes } = require("./dom.cjs");
const { handlers } = require("./handlers.cjs");
const { runScript } = require("./loading.cjs");
const { defineScope, define } = require("./scope.cjs");
const { defineEvents } = require("./events.cjs");
const { reporter } = require("./report.cjs");
const { defineWorkers } = require("./worker.cjs");

function defineWindow(realm, Navigable) {
  const { global, navigable, host } = realm;
  defineScope(realm, "Window");
  defineChannels(realm);
  defineWorkers(realm);
  const events = defineEvents(realm);
  const nodes = defineNodes(realm, {
    inserted: (element) => inserted(realm, element, Navigable),
    removed: (element) => removed(realm, element),
    attributeChanged: (element, name, value) => {
      if (element.navigable && name === "src") element.navigable.navigate(new URL(value, realm.base));
    },
    createEvent: events.createEvent,
  });
  for (const [name, node] of Object.entries({ ...nodes, ...events.classes })) define(global, name, node);
  realm.document = new nodes.Document();
  define(global, "document", realm.document);
  handlers(global, ["load", "pageshow", "pagehide", "unload", "beforeunload", "hashchange"], global);

  // A window's own scripts get the window itself, and scripts of other windows get a proxy.
  const seen = (other) => (other === navigable ? global : other?.proxy ?? null);
  getter(global, "window", () => global);
  getter(global, "frames", () => global);
  getter(global, "parent", () => seen(realm.navigable.parent?.navigable ?? navigable));
  getter(global, "top", () => seen(navigable.top));
  getter(global, "opener", () => (navigable.opener ? navigable.opener.navigable.proxy : null));
  getter(global, "frameElement", () => navigable.container);
  getter(global, "length", () => realm.children.length);
  getter(global, "closed", () => navigable.closed);
  define(global, "name", navigable.name);
  define(global, "close", () => navigable.close());
  define(global, "focus", () => {});
  define(global, "open", (url = "about:blank", name = "") => {
    const opened = new Navigable(host, { opener: realm, name });
    if (url !== "about:blank" && url !== "") opened.navigate(new URL(url, realm.base));
    return opened.proxy;
  });
  define(global, "postMessage", (data) => {
    const copy = realm.global.structuredClone(data);
    realm.queueTask(() => realm.fireMessage(global, copy));
  });
  define(global, "requestAnimationFrame", (callback) => global.setTimeout(callback, 16));
  define(global, "sessionStorage", navigable.top.storage);
  define(global, "localStorage", navigable.top.storage);
  defineLocation(realm);
  define(global, "history", {
    back: () => host.queueTask(() => {
      const step = navigable.top.steps.pop();
      step?.navigable.traverse(step.entry);
    }),
    get length() { return navigable.top.steps.length + 1; },
  });
  realm.framesLoading = () => realm.children.some((child) => child.isLoading);
  if (realm.isTop) realm.scriptHasRun = reporter(realm);
}

function defineLocation(realm) {
  const { navigable } = realm;
  const go = (url, options) => navigable.navigate(new URL(url, realm.base), options);
  const location = {
    assign: (url) => go(url),
    replace: (url) => go(url, { replace: true }),
    reload: () => navigable.reload(),
    toString: () => realm.url.href,
  };
  for (const part of ["href", "origin", "protocol", "host", "hostname", "port", "pathname", "search", "hash"]) {
    Object.defineProperty(location, part, {
      get: () => (part === "origin" ? realm.origin : realm.url[part]),
      set: (value) => {
        const url = part === "href" ? value : Object.assign(new URL(realm.url), { [part]: value });
        go(url);
      },
      enumerable: true,
    });
  }
  getter(realm.global, "location", () => location, (url) => go(url));
}

function inserted(realm, element, Navigable) {
  if (element.localName === "iframe") insertFrame(realm, element, Navigable);
  else if (element.localName === "script" && !element.isParserInserted) runScript(realm, element, () => {});
}

function insertFrame(realm, element, Navigable) {
  const frame = new Navigable(realm.host, { parent: realm, container: element, name: element.name });
  frame.isLoading = true;
  element.addEventListener("load", () => { frame.isLoading = false; });
  element.navigable = frame;
  const index = realm.children.push(frame) - 1;
  getter(realm.global, index, () => realm.children[index]?.proxy);
  const text = element.getAttribute("srcdoc");
  if (text !== null) frame.navigate("about:srcdoc", { text });
  else frame.navigate(new URL(element.getAttribute("src") || "about:blank", realm.base));
}

function removed(realm, element) {
  if (!element.navigable) return;
  const frame = element.navigable;
  element.navigable = null;
  realm.children.splice(realm.children.indexOf(frame), 1);
  frame.close();
}

function getter(object, name, get, set = () => {}) {
  Object.defineProperty(object, name, { get, set, configurable: true, enumerable: true });
}

module.exports = { defineWindow };
