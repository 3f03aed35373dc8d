// FileReader, which reads the Blob under test, and File, which extends it.
"use strict";

const { handlers } = require("./handlers.cjs");

function defineFiles(realm) {
  const { global } = realm;
  const { Blob, DOMException, Event, EventTarget } = realm.classes;

  class File extends Blob {
    constructor(parts, name, options) {
      super(parts, options);
      const modified = options?.lastModified;
      Object.defineProperties(this, {
        name: { value: String(name), enumerable: true },
        lastModified: { value: modified === undefined ? Date.now() : Number(modified), enumerable: true },
      });
    }
  }

  class FileReader extends EventTarget {
    constructor() {
      super();
      Object.assign(this, { readyState: 0, result: null, error: null, reading: 0 });
    }
    readAsArrayBuffer(blob) { this.read(blob.arrayBuffer(), (bytes) => bytes); }
    readAsText(blob, label = "utf-8") { this.read(blob.arrayBuffer(), (bytes) => new TextDecoder(label).decode(bytes)); }
    readAsBinaryString(blob) { this.read(blob.arrayBuffer(), (bytes) => Buffer.from(bytes).toString("latin1")); }
    readAsDataURL(blob) {
      this.read(blob.arrayBuffer(), (bytes) => `data:${blob.type || "application/octet-stream"};base64,${Buffer.from(bytes).toString("base64")}`);
    }
    abort() {
      this.reading += 1;
      this.end("abort", null, null);
    }
    read(promise, packaged) {
      if (this.readyState === 1) throw new DOMException("a Blob is being read already", "InvalidStateError");
      const reading = ++this.reading;
      Object.assign(this, { readyState: 1, result: null, error: null });
      realm.queueTask(() => this.dispatchEvent(new Event("loadstart")));
      promise.then(
        (bytes) => realm.queueTask(() => reading === this.reading && this.end("load", packaged(bytes), null)),
        (error) => realm.queueTask(() => reading === this.reading && this.end("error", null, error)),
      );
    }
    end(type, result, error) {
      Object.assign(this, { readyState: 2, result, error });
      this.dispatchEvent(new Event(type));
      this.dispatchEvent(new Event("loadend"));
    }
  }
  Object.assign(FileReader, { EMPTY: 0, LOADING: 1, DONE: 2 });
  handlers(FileReader.prototype, ["loadstart", "progress", "load", "abort", "error", "loadend"]);

  for (const [name, value] of Object.entries({ File, FileReader })) {
    Object.defineProperty(global, name, { value, writable: true, configurable: true });
  }
}

module.exports = { defineFiles };
