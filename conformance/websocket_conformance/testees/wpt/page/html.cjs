// Reads the parts of HTML that the pages of web-platform-tests use: tags with attributes, text, and the
// elements whose content is text. There is no error recovery.
"use strict";

const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"]);
const RAW = new Set(["script", "style", "textarea", "title"]);
const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
const ATTRIBUTE = /([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g;
const TAG = /<!--[\s\S]*?-->|<!\[CDATA\[|<![^>]*>|<(\/?)([a-zA-Z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/g;

function unescaped(text) {
  return text.replace(/&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
    if (name) return NAMED[name] ?? whole;
    return String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16));
  });
}

function attributesOf(text) {
  const attributes = new Map();
  for (const [, name, double, single, bare] of text.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase();
    if (!attributes.has(key)) attributes.set(key, unescaped(double ?? single ?? bare ?? ""));
  }
  return attributes;
}

// Yields {start, attributes, empty}, {end} and {text}. Names of elements are in lower case.
function* tokens(source) {
  let position = 0;
  const tags = new RegExp(TAG);
  for (;;) {
    tags.lastIndex = position;
    const found = tags.exec(source);
    const text = source.slice(position, found ? found.index : undefined);
    if (text) yield { text: unescaped(text) };
    if (!found) return;
    position = tags.lastIndex;
    if (!found[2]) continue; // A comment or a doctype.
    const name = found[2].toLowerCase();
    if (found[1]) {
      yield { end: name };
      continue;
    }
    yield { start: name, attributes: attributesOf(found[3]), empty: VOID.has(name) };
    if (RAW.has(name)) {
      const rest = source.slice(position);
      const end = rest.search(new RegExp(`</${name}[\\s/>]`, "i"));
      const raw = end < 0 ? rest : rest.slice(0, end);
      if (raw) yield { text: name === "title" || name === "textarea" ? unescaped(raw) : raw };
      position += raw.length;
    }
  }
}

// Returns the encoding that a page declares, or UTF-8.
function encodingOf(bytes, contentType) {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
  const said = /charset=["']?([\w-]+)/i.exec(contentType) ?? /<meta[^>]*charset\s*=\s*["']?([\w-]+)/i.exec(head);
  return said ? said[1] : "utf-8";
}

module.exports = { encodingOf, tokens };
