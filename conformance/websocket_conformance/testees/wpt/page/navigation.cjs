// Navigables: the tab, its frames and the windows it opens. Each shows one document at a time, in a realm
// of its own, and remembers what it showed before.
"use strict";

const { encodingOf } = require("./html.cjs");
const { loadDocument } = require("./loading.cjs");
const { defineWindow } = require("./window.cjs");

class Navigable {
  // host: what the engine under test provides. parent: the realm of the document that contains it as a
  // frame. opener: the realm of the script that opened it.
  constructor(host, { parent = null, container = null, opener = null, name = "" }) {
    Object.assign(this, { host, parent, container, opener, name });
    this.top = parent ? parent.navigable.top : this;
    this.closed = false;
    this.entry = { url: new URL("about:blank") };
    this.isInitial = true;
    this.navigations = 0;
    this.shown = null;
    this.proxy = windowProxy(this);
    host.proxies.set(this.proxy, this);
    if (!parent) {
      this.steps = []; // The history that "back" goes through, over all frames.
      this.storage = {};
    }
  }

  // The realm of the document that is shown; it is about:blank's until a document is loaded.
  get realm() {
    if (!this.shown) {
      this.shown = this.makeRealm(this.entry);
      loadDocument(this.shown, "", () => {});
    }
    return this.shown;
  }

  get creator() { return this.parent ?? this.opener; }

  navigate(url, { replace = this.isInitial, text } = {}) {
    const entry = { url: new URL(url, "about:blank"), text };
    this.fetch(entry, (source) => {
      if (!replace) this.top.steps.push({ navigable: this, entry: this.entry });
      this.show(entry, source);
    });
  }

  // Shows an earlier document again; a document that was kept continues where it stopped.
  traverse(entry) {
    this.navigations += 1;
    if (!entry.realm) {
      this.fetch(entry, (source) => this.show(entry, source));
      return;
    }
    this.leave();
    this.entry = entry;
    this.shown = entry.realm;
    resume(this.shown);
  }

  reload() { this.fetch(this.entry, (source) => this.show(this.entry, source)); }

  fetch(entry, take) {
    const navigation = ++this.navigations;
    const arrive = (source) => {
      if (navigation === this.navigations && !this.closed) take(source);
    };
    const { url, text } = entry;
    if (text !== undefined) this.host.queueTask(() => arrive(text));
    else if (url.protocol === "about:") this.host.queueTask(() => arrive(""));
    else if (url.protocol === "data:") this.host.queueTask(() => arrive(dataOf(url)));
    else if (url.protocol === "javascript:") return;
    else {
      this.host.fetch({ url: url.href }, (response) => {
        arrive(response.error ? undefined : decoded(response));
      });
    }
  }

  show(entry, source) {
    if (source === undefined) {
      this.host.log(`${entry.url.href} did not load`);
      if (!this.creator) this.host.fail(`${entry.url.href} did not load`);
      source = "";
    }
    this.leave();
    this.isInitial = false;
    this.entry = entry;
    const realm = (this.shown = this.makeRealm(entry));
    loadDocument(realm, source, () => {
      this.container?.dispatchEvent(new this.parent.classes.Event("load"));
      this.parent?.document.frameLoaded();
    });
  }

  makeRealm(entry) {
    const inherits = entry.text !== undefined || entry.url.protocol === "about:";
    const creator = inherits ? this.creator : null;
    const base = creator?.url ?? entry.url;
    const realm = this.host.createRealm({
      base: base.href,
      origin: creator ? creator.origin : entry.url.origin,
      isTop: !this.creator,
    });
    Object.assign(realm, { navigable: this, url: entry.url, base, children: [], suspended: null });
    realm.origin = creator ? creator.origin : entry.url.origin;
    defineWindow(realm, Navigable);
    return realm;
  }

  leave() {
    if (!this.shown) return;
    const realm = this.shown;
    this.shown = null;
    if (unload(realm)) {
      suspend(realm);
      this.entry.realm = realm;
    } else {
      discard(realm);
      this.entry.realm = null;
    }
  }

  close() {
    this.closed = true;
    this.navigations += 1;
    if (this.shown) {
      unload(this.shown);
      discard(this.shown);
    }
  }
}

// Unloads a document with its frames. Returns whether the document may be kept, since no connection was closed.
function unload(realm) {
  const kept = realm.children.map((child) => !child.shown || unload(child.shown));
  return realm.host.unload(realm) && kept.every(Boolean);
}

function suspend(realm) {
  realm.suspended = [];
  for (const child of realm.children) if (child.shown) suspend(child.shown);
}

function resume(realm) {
  const waiting = realm.suspended ?? [];
  realm.suspended = null;
  for (const task of waiting) realm.queueTask(task);
  for (const child of realm.children) if (child.shown) resume(child.shown);
}

function discard(realm) {
  realm.discarded = true;
  for (const child of realm.children) {
    child.closed = true;
    if (child.shown) discard(child.shown);
  }
}

function decoded({ bytes, headers }) {
  return new TextDecoder(encodingOf(bytes, headers["content-type"] ?? "")).decode(bytes);
}

function dataOf(url) {
  const [head, ...rest] = url.href.slice("data:".length).split(",");
  const text = decodeURIComponent(rest.join(","));
  return head.endsWith(";base64") ? Buffer.from(text, "base64").toString() : text;
}

// The proxy that other windows have: it stands for the window that the navigable shows at the time.
function windowProxy(navigable) {
  const window = () => navigable.realm.global;
  return new Proxy({}, {
    get: (_, name) => Reflect.get(window(), name),
    set: (_, name, value) => Reflect.set(window(), name, value),
    has: (_, name) => Reflect.has(window(), name),
    deleteProperty: (_, name) => Reflect.deleteProperty(window(), name),
    defineProperty: (_, name, descriptor) => Reflect.defineProperty(window(), name, { ...descriptor, configurable: true }),
    getPrototypeOf: () => Reflect.getPrototypeOf(window()),
  });
}

module.exports = { Navigable };
