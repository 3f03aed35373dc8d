// The parts of a document that tests of other things need: a tree of elements that can be
// created, found, inserted and removed, and that are event targets of the implementation under test.
"use strict";

const { handlers } = require("./handlers.cjs");

// Makes the classes of a realm. `hooks` is called for elements that are inserted or removed,
// and for attributes that change.
function defineNodes(realm, hooks) {
  const { EventTarget } = realm.classes;

  class Node extends EventTarget {
    constructor() {
      super();
      this.childNodes = [];
      this.parentNode = null;
    }

    get ownerDocument() { return realm.document; }
    get isConnected() {
      let node = this;
      while (node.parentNode) node = node.parentNode;
      return node === realm.document;
    }
    get firstChild() { return this.childNodes[0] ?? null; }
    get lastChild() { return this.childNodes.at(-1) ?? null; }
    get parentElement() { return this.parentNode instanceof Element ? this.parentNode : null; }
    get textContent() { return this.childNodes.map((node) => node.textContent).join(""); }
    set textContent(text) {
      for (const node of [...this.childNodes]) this.removeChild(node);
      if (text) this.appendChild(new Text(text));
    }

    appendChild(node) { return this.insertBefore(node, null); }
    append(...nodes) {
      for (const node of nodes) this.appendChild(node instanceof Node ? node : new Text(String(node)));
    }
    insertBefore(node, before) {
      node.parentNode?.removeChild(node);
      const index = before ? this.childNodes.indexOf(before) : this.childNodes.length;
      this.childNodes.splice(index, 0, node);
      node.parentNode = this;
      if (this.isConnected) for (const each of [node, ...descendants(node)]) hooks.inserted(each);
      return node;
    }
    removeChild(node) {
      const wasConnected = this.isConnected;
      this.childNodes.splice(this.childNodes.indexOf(node), 1);
      node.parentNode = null;
      if (wasConnected) for (const each of [node, ...descendants(node)]) hooks.removed(each);
      return node;
    }
    remove() { this.parentNode?.removeChild(this); }
  }

  class Text extends Node {
    constructor(data = "") {
      super();
      this.data = String(data);
    }
    get textContent() { return this.data; }
    set textContent(text) { this.data = String(text); }
  }

  class Element extends Node {
    constructor(name) {
      super();
      this.localName = name;
      this.attributeValues = new Map();
    }
    get tagName() { return this.localName.toUpperCase(); }
    get children() { return this.childNodes.filter((node) => node instanceof Element); }
    getAttribute(name) { return this.attributeValues.get(name) ?? null; }
    hasAttribute(name) { return this.attributeValues.has(name); }
    setAttribute(name, value) {
      this.attributeValues.set(name, String(value));
      hooks.attributeChanged(this, name, String(value));
    }
    removeAttribute(name) { this.attributeValues.delete(name); }
    getElementsByTagName(name) {
      return descendants(this).filter((node) => name === "*" || node.localName === name.toLowerCase());
    }
    // Understands a tag's name, `#id`, `.class` and `[attribute]`.
    querySelectorAll(selector) {
      return descendants(this).filter((node) => matches(node, selector.trim()));
    }
    querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
    focus() {}
    click() { this.dispatchEvent(new realm.classes.Event("click", { bubbles: true, cancelable: true })); }
  }

  for (const name of ["id", "name", "content", "type", "charset", "rel", "title"]) {
    reflect(Element.prototype, name, name);
  }
  reflect(Element.prototype, "className", "class");
  handlers(Element.prototype, ["load", "error", "click"]);

  class HTMLElement extends Element {}

  class HTMLScriptElement extends HTMLElement {
    get text() { return this.textContent; }
    set text(value) { this.textContent = value; }
  }
  reflect(HTMLScriptElement.prototype, "src", "src");

  class HTMLIFrameElement extends HTMLElement {
    get contentWindow() { return this.navigable?.proxy ?? null; }
    get contentDocument() { return this.navigable?.realm.document ?? null; }
  }
  reflect(HTMLIFrameElement.prototype, "src", "src");
  reflect(HTMLIFrameElement.prototype, "srcdoc", "srcdoc");

  class HTMLAnchorElement extends HTMLElement {
    get href() { return new URL(this.getAttribute("href") ?? "", realm.base).href; }
    set href(value) { this.setAttribute("href", value); }
    toString() { return this.href; }
  }

  class HTMLBodyElement extends HTMLElement {}
  class HTMLDivElement extends HTMLElement {}

  class Document extends Element {
    constructor() {
      super("#document");
      this.readyState = "loading";
      this.currentScript = null;
    }
    get URL() { return realm.url.href; }
    get documentURI() { return realm.url.href; }
    get baseURI() { return realm.url.href; }
    get location() { return realm.global.location; }
    set location(url) { realm.global.location = url; }
    get defaultView() { return realm.global; }
    get documentElement() { return this.getElementsByTagName("html")[0] ?? null; }
    get head() { return this.getElementsByTagName("head")[0] ?? null; }
    get body() { return this.getElementsByTagName("body")[0] ?? null; }
    get title() { return this.getElementsByTagName("title")[0]?.textContent ?? ""; }
    get cookie() { return realm.host.cookies(realm.base.href); }
    set cookie(text) { realm.host.setCookie(realm.base.href, String(text)); }
    get hidden() { return false; }
    get visibilityState() { return "visible"; }
    getElementById(id) { return this.querySelector(`#${id}`); }
    createElement(name) {
      return new (byName[name.toLowerCase()] ?? HTMLElement)(name.toLowerCase());
    }
    createElementNS(_, name) { return this.createElement(name); }
    createTextNode(text) { return new Text(text); }
    createEvent(name) { return hooks.createEvent(name); }
  }
  handlers(Document.prototype, ["readystatechange", "visibilitychange"]);

  function descendants(node) {
    return node.childNodes.flatMap((child) => (child instanceof Element ? [child, ...descendants(child)] : []));
  }

  const byName = {
    a: HTMLAnchorElement, body: HTMLBodyElement, div: HTMLDivElement, iframe: HTMLIFrameElement, script: HTMLScriptElement,
  };
  const classes = { Document, Element, HTMLElement, Node, Text };
  for (const each of Object.values(byName)) classes[each.name] = each;
  for (const [name, { prototype }] of Object.entries(classes)) {
    Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  }
  return classes;
}

function matches(node, selector) {
  const [, name, id, kind, attribute] = /^([\w-]*)(?:#([\w-]+))?(?:\.([\w-]+))?(?:\[([\w-]+)\])?$/.exec(selector) ?? [];
  return (!name || node.localName === name) && (!id || node.getAttribute("id") === id) &&
    (!kind || (node.getAttribute("class") ?? "").split(/\s+/).includes(kind)) &&
    (!attribute || node.hasAttribute(attribute)) && Boolean(name || id || kind || attribute);
}

function reflect(prototype, property, attribute) {
  Object.defineProperty(prototype, property, {
    get() { return this.getAttribute(attribute) ?? ""; },
    set(value) { this.setAttribute(attribute, value); },
    configurable: true,
    enumerable: true,
  });
}

module.exports = { defineNodes };
