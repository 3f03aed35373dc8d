// Evaluated in each realm: makes the classes under test of their description, so that they are objects
// of that realm. Each constructor, attribute and operation hands over to `bridge`; nothing is done here
// but what Web IDL says of the objects themselves.
(function (description, unforgeable, bridge) {
  "use strict";
  const define = Object.defineProperty;
  const classes = {};

  for (const { name, inherits, length, constants, attributes, operations, statics } of description) {
    const made = { [name]: class { constructor(...values) { return bridge.construct(name, values, new.target); } } }[name];
    const { prototype } = made;
    if (inherits === "Error") Object.setPrototypeOf(prototype, Error.prototype);
    else if (inherits) {
      Object.setPrototypeOf(made, classes[inherits]);
      Object.setPrototypeOf(prototype, classes[inherits].prototype);
    }
    define(made, "length", { value: length, configurable: true });
    define(prototype, Symbol.toStringTag, { value: name, configurable: true });
    for (const [constant, value] of constants) {
      define(made, constant, { value, enumerable: true });
      define(prototype, constant, { value, enumerable: true });
    }
    for (const [attribute, isWritable] of attributes) {
      if (!unforgeable.includes(attribute)) define(prototype, attribute, accessor(name, attribute, isWritable));
    }
    for (const [operation, required] of operations) {
      const steps = { [operation](...values) { return bridge.call(name, operation, this, values); } }[operation];
      define(steps, "length", { value: required, configurable: true });
      define(prototype, operation, { value: steps, writable: true, enumerable: true, configurable: true });
    }
    for (const [operation, required] of statics) {
      const steps = { [operation](...values) { return bridge.callStatic(name, operation, values); } }[operation];
      define(steps, "length", { value: required, configurable: true });
      define(made, operation, { value: steps, writable: true, enumerable: true, configurable: true });
    }
    classes[name] = made;
  }

  function accessor(name, attribute, isWritable) {
    const { get, set } = Object.getOwnPropertyDescriptor({
      get [attribute]() { return bridge.get(name, attribute, this); },
      set [attribute](value) { bridge.set(name, attribute, this, value); },
    }, attribute);
    return { get, set: isWritable ? set : undefined, enumerable: true, configurable: true };
  }

  // What every instance has of its own, and cannot be taken from it.
  const own = description.flatMap(({ name, attributes }) => attributes
    .filter(([attribute]) => unforgeable.includes(attribute))
    .map(([attribute]) => [name, attribute, { ...accessor(name, attribute, false), configurable: false }]));

  // Makes the object in JavaScript that stands for one of the implementation.
  function instance(name, prototype) {
    const object = Object.create(prototype ?? classes[name].prototype);
    for (const [owner, attribute, descriptor] of own) {
      if (classes[owner].prototype.isPrototypeOf(classes[name].prototype) || owner === name) {
        define(object, attribute, descriptor);
      }
    }
    if (name === "DOMException") Error.captureStackTrace(object, instance);
    return object;
  }

  const errors = { Error, RangeError, TypeError };
  return {
    classes,
    instance,
    error: (name, message) => new errors[name](message),
    list: (values, isFrozen) => (isFrozen ? Object.freeze([...values]) : [...values]),
    bytes(source, type) {
      const copy = new Uint8Array(source.length);
      copy.set(source);
      return type === "Uint8Array" ? copy : copy.buffer;
    },
    promise() {
      const made = {};
      made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
      return made;
    },
    // What Python asks of an object. Here, so that what it throws is of this realm.
    string: (value) => `${value}`,
    number: (value) => Number(value),
    iterate(value) {
      const iterator = value[Symbol.iterator]();
      return { iterator, next: iterator.next };
    },
    next({ iterator, next }) {
      const result = next.call(iterator);
      if (Object(result) !== result) throw new TypeError(`${String(result)} is not an object`);
      return result;
    },
    functionPrototype: Function.prototype,
  };
})
