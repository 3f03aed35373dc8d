// The encoding of values for the pipe. Values that JSON can represent are sent unchanged. For an object of
// JavaScript a number is sent, under which it is kept here until the other process releases it. For an object
// of the implementation its number is received, and a wrapper of a realm's class represents it.
"use strict";

const { types } = require("node:util");

const FEW = 1000;

// The type of a typed array, even if a script has changed its class.
const typeOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;

class Values {
  constructor(proxies) {
    this.proxies = proxies; // The proxies of windows, with the navigables that show these.
    this.kept = new Map();
    this.numbers = new WeakMap();
    this.symbols = new Map();
    this.last = 0;
    this.wrappers = new Map(); // The wrapper of each number: itself, or a WeakRef to it.
    this.handles = new WeakMap(); // The number of each wrapper.
    this.attributes = new WeakMap(); // The values of a wrapper's attributes that are always the same object.
    this.sweepAt = FEW;
    this.realms = new Map();
    this.pending = new Map(); // The functions that settle the twins of Python's promises.
  }

  encode(value) {
    switch (typeof value) {
      case "undefined": return { undefined: true };
      case "string": case "boolean": return value;
      case "number":
        if (Object.is(value, -0)) return { number: "-0" };
        return Number.isFinite(value) ? value : { number: String(value) };
      case "bigint": return { bigint: String(value) };
      case "symbol": return { object: this.keep(value, this.symbols) };
    }
    if (value === null) return null;
    const object = this.proxies.get(value)?.realm.global ?? value;
    const platform = this.handles.get(object);
    if (platform !== undefined) return { platform };
    const message = { object: this.keep(object, this.numbers), callable: typeof object === "function" };
    if (types.isPromise(object)) return { ...message, promise: true };
    const bytes = bytesOf(object);
    if (isRefused(object)) message.refused = true;
    else if (bytes) Object.assign(message, { bytes: Buffer.from(bytes).toString("base64"), view: this.viewOf(object) });
    else Object.assign(message, { iterable: Symbol.iterator in object, asyncIterable: Symbol.asyncIterator in object });
    return message;
  }

  // The part of a buffer that a view shows; null for an object that is not a view.
  viewOf(object) {
    if (!ArrayBuffer.isView(object)) return null;
    const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size = 1 } = object;
    const type = types.isDataView(object) ? "DataView" : typeOf.call(object);
    return { buffer: this.keep(buffer, this.numbers), byteOffset, byteLength, size, type };
  }

  keep(object, numbers) {
    let number = numbers.get(object);
    if (number === undefined) {
      number = ++this.last;
      numbers.set(object, number);
    }
    this.kept.set(number, object);
    return number;
  }

  letGo(numbers) { for (const number of numbers ?? []) this.kept.delete(number); }

  decode(message) {
    if (message === null || typeof message !== "object") return message;
    if ("undefined" in message) return undefined;
    if ("number" in message) return Number(message.number);
    if ("object" in message) return this.kept.get(message.object);
    const { intrinsics } = this.realms.get(message.realm);
    if ("platform" in message) return this.wrapper(message, intrinsics);
    if ("promise" in message) return this.promise(message, intrinsics);
    if ("error" in message) return this.known(message.exception) ?? this.wrap(message.exception, intrinsics.error(message.error, message.message));
    if ("function" in message) return this.known(message.function) ?? this.wrap(message.function, this.function(message, intrinsics), true);
    if ("members" in message) return intrinsics.dictionary(message.members.map(([name, value]) => [name, this.decode(value)]));
    if ("list" in message) return intrinsics.list(message.list.map((each) => this.decode(each)), message.frozen);
    return intrinsics.bytes(Buffer.from(message.bytes, "base64"), message.type);
  }

  function({ function: number, name, length, realm }, intrinsics) {
    return intrinsics.function(name, length, (list) => this.apply(number, realm, list));
  }

  // A promise of Python has a twin here, which stays as long as it is pending.
  promise(message, intrinsics) {
    const known = this.known(message.promise);
    if (known) return known;
    const { promise, settle } = intrinsics.promise();
    this.wrap(message.promise, promise, true);
    this.pending.set(message.promise, { promise, settle, intrinsics });
    if ("value" in message) this.settle({ settle: message.promise, ...message });
    return promise;
  }

  settle({ settle: number, value, isRejected, isHandled }) {
    const { promise, settle, intrinsics } = this.pending.get(number);
    this.pending.delete(number);
    this.wrap(number, promise);
    if (isHandled) intrinsics.then(promise, undefined, () => {});
    settle(isRejected, this.decode(value));
  }

  // An attribute whose value is an object returns the same object each time, as long as `same` is equal.
  decodeAttribute(owner, name, message) {
    if (message?.same === undefined) return this.decode(message);
    if (!this.attributes.has(owner)) this.attributes.set(owner, new Map());
    const mine = this.attributes.get(owner);
    if (mine.get(name)?.same !== message.same) mine.set(name, { same: message.same, value: this.decode(message) });
    return mine.get(name).value;
  }

  wrapper({ platform, interface: name, strong }, intrinsics) {
    return this.known(platform) ?? this.wrap(platform, intrinsics.instance(name), strong);
  }

  known(number) {
    const known = this.wrappers.get(number);
    return known instanceof WeakRef ? known.deref() : known;
  }

  wrap(platform, object, strong) {
    this.wrappers.set(platform, strong ? object : new WeakRef(object));
    this.handles.set(object, platform);
    return object;
  }

  // The numbers of wrappers that scripts no longer use.
  sweep() {
    if (this.wrappers.size < this.sweepAt) return [];
    const gone = [...this.wrappers].filter(([, known]) => known instanceof WeakRef && !known.deref()).map(([number]) => number);
    for (const number of gone) this.wrappers.delete(number);
    this.sweepAt = this.wrappers.size * 2 + FEW;
    return gone;
  }
}

// No operation here takes a resizable buffer, or a view on a resizable or shared buffer.
function isRefused(object) {
  if (types.isArrayBuffer(object)) return Boolean(object.resizable);
  return ArrayBuffer.isView(object) && (types.isSharedArrayBuffer(object.buffer) || Boolean(object.buffer.resizable));
}

function bytesOf(object) {
  if (!types.isArrayBuffer(object) && (!ArrayBuffer.isView(object) || types.isSharedArrayBuffer(object.buffer))) return null;
  try {
    if (types.isArrayBuffer(object)) return new Uint8Array(object);
    return new Uint8Array(object.buffer, object.byteOffset, object.byteLength);
  } catch {
    return new Uint8Array(); // The buffer is detached.
  }
}

module.exports = { Values };
