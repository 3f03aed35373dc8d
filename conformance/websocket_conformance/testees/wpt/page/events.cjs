// Events of documents that tests of other things use. They extend the Event under test.
"use strict";

function defineEvents(realm) {
  const { Event, ...others } = realm.classes;

  class UIEvent extends Event {
    constructor(type, init = {}) {
      super(type, init);
      this.initialized = { view: init.view ?? null, detail: Number(init.detail ?? 0) };
    }
    get view() { return this.initialized.view; }
    get detail() { return this.initialized.detail; }
    initUIEvent(type, bubbles = false, cancelable = false, view = null, detail = 0) {
      this.initEvent(type, bubbles, cancelable);
      this.initialized = { view, detail };
    }
  }

  class CustomEvent extends Event {
    constructor(type, init = {}) {
      super(type, init);
      Object.defineProperty(this, "detail", { value: init?.detail ?? null, configurable: true });
    }
    initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
      this.initEvent(type, bubbles, cancelable);
      Object.defineProperty(this, "detail", { value: detail, configurable: true });
    }
  }

  const known = { Event, Events: Event, HTMLEvents: Event, UIEvent, UIEvents: UIEvent, CustomEvent, ...others };
  const byName = new Map(Object.entries(known).map(([name, made]) => [name.toLowerCase(), made]));

  function createEvent(name) {
    const made = byName.get(String(name).toLowerCase());
    if (!made || !(made === Event || made.prototype instanceof Event)) {
      throw new realm.classes.DOMException(`${name} is no interface of an event here`, "NotSupportedError");
    }
    return new made("");
  }

  return { createEvent, classes: { UIEvent, CustomEvent } };
}

module.exports = { defineEvents };
