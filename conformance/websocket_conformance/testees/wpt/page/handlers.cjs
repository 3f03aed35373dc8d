// Event handlers such as `onload` for objects of the page, not of the implementation under test.
"use strict";

const values = new WeakMap();

// Gives an object, or all instances of a class by its prototype, a handler for each type of event.
function handlers(object, types, self) {
  for (const type of types) {
    Object.defineProperty(object, `on${type}`, {
      get() { return values.get(self ?? this)?.get(type) ?? null; },
      set(value) { setHandler(self ?? this, type, value); },
      configurable: true,
      enumerable: true,
    });
  }
}

function setHandler(target, type, value) {
  if (!values.has(target)) values.set(target, new Map());
  const mine = values.get(target);
  if (!mine.has(type)) {
    target.addEventListener(type, (event) => {
      const handler = mine.get(type);
      if (typeof handler !== "function") return;
      const result = type === "error" && "lineno" in event
        ? handler.call(target, event.message, event.filename, event.lineno, event.colno, event.error)
        : handler.call(target, event);
      if (result === (type === "error" && "lineno" in event)) event.preventDefault();
    });
  }
  mine.set(type, value);
}

module.exports = { handlers };
