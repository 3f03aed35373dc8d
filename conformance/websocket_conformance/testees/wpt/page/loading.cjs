// Loads a document: its elements are inserted one after the other, its scripts run meanwhile, and `load` is
// fired when all frames have loaded, too.
"use strict";

const { tokens } = require("./html.cjs");

const HEAD = new Set(["base", "link", "meta", "script", "style", "title"]);
const JAVASCRIPT = new Set(["", "text/javascript", "application/javascript", "module"]);

function loadDocument(realm, source, loaded) {
  const { document, host } = realm;
  const html = document.appendChild(document.createElement("html"));
  const head = html.appendChild(document.createElement("head"));
  let body = null;
  let open = [head];
  const rest = tokens(source);

  const inBody = () => {
    if (!body) {
      body = html.appendChild(document.createElement("body"));
      open = [body];
    }
    return open.at(-1);
  };

  function start({ start: name, attributes, empty }) {
    if (name === "html" || name === "head") return;
    if (name === "body") inBody();
    const element = name === "body" ? body : document.createElement(name);
    for (const [key, value] of attributes) {
      element.attributeValues.set(key, value);
      if (key.startsWith("on")) setInlineHandler(realm, name === "body" ? realm.global : element, key, value);
    }
    if (name === "body") return;
    element.isParserInserted = true;
    if (!body && !HEAD.has(name)) inBody();
    // A script runs, and a frame loads, when it is complete.
    if (name !== "script") open.at(-1).appendChild(element);
    if (!empty) open.push(element);
  }

  // Returns a script that has to run before anything else is read.
  function end(name) {
    if (name === "head") open = [head];
    const index = open.map((element) => element.localName).lastIndexOf(name);
    if (index < 1) return null;
    const [element] = open.splice(index);
    if (name !== "script") return null;
    open.at(-1).appendChild(element);
    return element;
  }

  function goOn() {
    for (let next = rest.next(); !next.done; next = rest.next()) {
      const token = next.value;
      if (realm.discarded) return;
      if (token.start) start(token);
      else if (token.text !== undefined) {
        if (open.length > 1 || body) open.at(-1).appendChild(document.createTextNode(token.text));
        else if (token.text.trim()) inBody().appendChild(document.createTextNode(token.text));
      } else {
        const script = end(token.end);
        // Scripts that a script has completed run before the next one begins.
        if (script && runScript(realm, script, () => realm.queueTask(goOn))) return;
      }
    }
    inBody();
    finish();
  }

  function finish() {
    document.readyState = "interactive";
    realm.fire(document, "readystatechange");
    realm.fire(document, "DOMContentLoaded");
    document.frameLoaded = () => {
      if (document.readyState === "complete" || realm.framesLoading() || realm.discarded) return;
      host.queueTask(complete);
    };
    document.frameLoaded();
  }

  function complete() {
    if (document.readyState === "complete" || realm.discarded) return;
    document.readyState = "complete";
    realm.fire(document, "readystatechange");
    realm.fire(realm.global, "load");
    realm.fire(realm.global, "pageshow");
    loaded();
  }

  document.frameLoaded = () => {};
  goOn();
}

// Runs a script, and calls `then` when it has run. Returns whether there is anything to run.
function runScript(realm, script, then) {
  const { document, host } = realm;
  if (!JAVASCRIPT.has(script.type) || script.hasRun) return false;
  script.hasRun = true;
  const src = script.getAttribute("src");
  if (src === null) {
    evaluate(script.textContent, realm.url.href);
    then();
    return true;
  }
  const url = new URL(src, realm.base).href;
  host.fetch({ url }, (response) => {
    if (realm.discarded) return;
    if (response.error || response.status >= 400) {
      host.log(`${url}: ${response.error ?? response.status}`);
      if (realm.isTop) host.missing(url);
      realm.fire(script, "error");
    } else {
      evaluate(new TextDecoder(script.getAttribute("charset") ?? "utf-8").decode(response.bytes), url);
      if (realm.isTop) realm.scriptHasRun?.(url);
      realm.fire(script, "load");
    }
    then();
  });
  return true;

  function evaluate(text, name) {
    document.currentScript = script;
    realm.guarded(() => realm.evaluate(text, name));
    document.currentScript = null;
  }
}

function setInlineHandler(realm, target, name, code) {
  target[name] = realm.evaluate(`(function (event) {${code}\n})`, realm.url.href);
}

module.exports = { loadDocument, runScript };
