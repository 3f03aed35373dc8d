// Message channels: two ports of a realm, each of which receives the messages that are sent on the other.
"use strict";

const { handlers } = require("./handlers.cjs");
const { define, give } = require("./scope.cjs");

const MADE_HERE = Symbol("made here");

// The classes MessageChannel and MessagePort of a realm. Ports cannot leave the realm.
function defineChannels(realm) {
  const { global } = realm;
  const { DOMException, EventTarget, MessageEvent } = realm.classes;
  const ends = new WeakMap();

  class MessagePort extends EventTarget {
    constructor(token, end) {
      if (token !== MADE_HERE) throw new global.TypeError("Illegal constructor");
      super();
      end.port = this;
      ends.set(this, end);
    }
    postMessage(data, options = []) {
      const transferred = [...(Symbol.iterator in options ? options : options.transfer ?? [])];
      const isPort = (each) => each instanceof MessagePort;
      const ports = transferred.filter(isPort);
      if (ports.includes(this)) throw new DOMException("A port cannot be sent through itself", "DataCloneError");
      if (!ports.every((each) => ends.has(each))) throw new DOMException("A port was sent before", "DataCloneError");
      const copy = global.structuredClone(data, { transfer: transferred.filter((each) => !isPort(each)) });
      const moved = ports.map((port) => {
        const end = ends.get(port);
        ends.delete(port);
        end.isStarted = false;
        return end;
      });
      const other = ends.get(this)?.other;
      if (!other) return;
      other.waiting.push({ data: copy, moved });
      if (other.isStarted) hear(other);
    }
    start() { begin(this); }
    close() {
      const end = ends.get(this);
      if (!end) return;
      if (end.other) end.other.other = null;
      Object.assign(end, { other: null, waiting: [] });
    }
  }
  define(MessagePort.prototype, Symbol.toStringTag, "MessagePort");
  handlers(MessagePort.prototype, ["message", "messageerror"]);
  // A handler for messages also gets those that arrived before it was set.
  const { get, set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
  Object.defineProperty(MessagePort.prototype, "onmessage", {
    get, set(value) { set.call(this, value); begin(this); }, configurable: true, enumerable: true,
  });

  function begin(port) {
    const end = ends.get(port);
    if (!end || end.isStarted) return;
    end.isStarted = true;
    for (const _ of end.waiting) hear(end);
  }

  // A port that was transferred meanwhile has taken its pending messages along.
  function hear(end) {
    realm.queueTask(() => {
      const message = end.isStarted ? end.waiting.shift() : undefined;
      if (!message) return;
      const event = new MessageEvent("message", { data: realm.adopted(message.data) });
      give(event, { ports: Object.freeze(message.moved.map((moved) => new MessagePort(MADE_HERE, moved))) });
      end.port.dispatchEvent(event);
    });
  }

  define(global, "MessagePort", MessagePort);
  define(global, "MessageChannel", class MessageChannel {
    constructor() {
      const ends = [0, 1].map(() => ({ other: null, waiting: [], isStarted: false, port: null }));
      [ends[0].other, ends[1].other] = [ends[1], ends[0]];
      [this.port1, this.port2] = ends.map((end) => new MessagePort(MADE_HERE, end));
    }
  });
}

module.exports = { defineChannels };
