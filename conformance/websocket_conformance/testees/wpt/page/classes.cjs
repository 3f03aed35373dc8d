// Evaluated in each realm: makes the classes under test from their descriptions, so that they are objects
// of that realm. Each constructor, attribute and operation calls `bridge`; this file does only
// what Web IDL requires of the objects themselves.
(function (description, unforgeable, bridge) {
  "use strict";
  const define = Object.defineProperty;
  const { Promise, Reflect } = globalThis;
  const { then } = Promise.prototype;
  const resolved = Promise.resolve.bind(Promise);
  const classes = {};

  const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

  for (const { name, inherits, length, constants, attributes, operations, statics, iterates, is_async_iterable } of description) {
    if (iterates) {
      classes[name] = { prototype: iterator(name, iterates) };
      continue;
    }
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
    for (const [attribute, isWritable, isPromise] of attributes) {
      if (!unforgeable.includes(attribute)) define(prototype, attribute, accessor(name, attribute, isWritable, isPromise));
    }
    for (const [operation, required, isPromise] of operations) {
      operate(prototype, operation, required, isPromise, (self, values) => bridge.call(name, operation, self, values));
    }
    for (const [operation, required, isPromise] of statics) {
      operate(made, operation, required, isPromise, (_, values) => bridge.callStatic(name, operation, values));
    }
    if (is_async_iterable) define(prototype, Symbol.asyncIterator, { value: prototype.values, writable: true, configurable: true });
    classes[name] = made;
  }

  // The prototype of the iterators over the objects of an interface.
  function iterator(name, iterates) {
    const prototype = Object.create(AsyncIteratorPrototype);
    for (const [operation, length] of [["next", 0], ["return", 1]]) {
      operate(prototype, operation, length, true, (self, values) => bridge.call(name, operation, self, values));
    }
    define(prototype, Symbol.toStringTag, { value: `${iterates} AsyncIterator`, configurable: true });
    return prototype;
  }

  function operate(object, name, required, isPromise, steps) {
    const call = isPromise ? (self, values) => promised(() => steps(self, values)) : steps;
    const operation = { [name](...values) { return call(this, values); } }[name];
    define(operation, "length", { value: required, configurable: true });
    define(object, name, { value: operation, writable: true, enumerable: true, configurable: true });
  }

  // An operation that returns a promise does not throw: the promise is rejected.
  function promised(steps) {
    try {
      return steps();
    } catch (error) {
      return new Promise((_, reject) => reject(error));
    }
  }

  function accessor(name, attribute, isWritable, isPromise) {
    const read = (self) => bridge.get(name, attribute, self);
    const { get, set } = Object.getOwnPropertyDescriptor({
      get [attribute]() { return isPromise ? promised(() => read(this)) : read(this); },
      set [attribute](value) { bridge.set(name, attribute, this, value); },
    }, attribute);
    return { get, set: isWritable ? set : undefined, enumerable: true, configurable: true };
  }

  // The attributes that every instance has as its own, and that cannot be removed.
  const own = description.flatMap(({ name, attributes }) => attributes
    .filter(([attribute]) => unforgeable.includes(attribute))
    .map(([attribute]) => [name, attribute, { ...accessor(name, attribute, false), configurable: false }]));

  // Makes the object in JavaScript for an object of the implementation.
  function instance(name, prototype) {
    const object = Object.create(prototype ?? classes[name].prototype);
    for (const [owner, attribute, descriptor] of own) {
      if (classes[owner].prototype.isPrototypeOf(classes[name].prototype) || owner === name) {
        define(object, attribute, descriptor);
      }
    }
    if (object instanceof Error) Error.captureStackTrace(object, instance);
    return object;
  }

  // Begins to iterate, asynchronously if the object can.
  function asyncIterator(value) {
    let method = value[Symbol.asyncIterator] ?? null;
    const isAsync = method !== null;
    if (!isAsync) method = value[Symbol.iterator];
    if (typeof method !== "function") throw new TypeError("the object cannot be iterated over");
    const iterator = object(Reflect.apply(method, value, []));
    const { next } = iterator;
    const given = isAsync ? (result) => resolved(result) : (result, ends) => awaitedValue(iterator, object(result), ends);
    return {
      next: () => given(Reflect.apply(next, iterator, []), false),
      close(reason) {
        const end = iterator.return ?? null;
        return end === null ? resolved({}) : given(Reflect.apply(end, iterator, [reason]), true);
      },
    };
  }

  function object(value) {
    if (Object(value) !== value) throw new TypeError(`${String(value)} is not an object`);
    return value;
  }

  // A synchronous iterator may yield a promise. A promise that is rejected ends the iteration.
  function awaitedValue(iterator, result, ends) {
    const done = Boolean(result.done);
    const fail = (error) => {
      if (!done && !ends) iterator.return?.();
      throw error;
    };
    let promise;
    try {
      promise = resolved(result.value);
    } catch (error) {
      fail(error);
    }
    return Reflect.apply(then, promise, [(value) => ({ value, done }), fail]);
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
    dictionary(members) {
      const made = {};
      for (const [name, value] of members) define(made, name, { value, writable: true, enumerable: true, configurable: true });
      return made;
    },
    // A function of the implementation, which is not a constructor.
    function(name, length, apply) {
      const made = { [name](...values) { return apply(values); } }[name];
      define(made, "length", { value: length, configurable: true });
      return made;
    },
    promise() {
      let settle;
      const promise = new Promise((resolve, reject) => { settle = [resolve, reject]; });
      return { promise, settle: (isRejected, value) => settle[Number(isRejected)](value) };
    },
    // Calls functions when a promise is settled, even if a script has changed its methods.
    then: (promise, fulfilled, rejected) => Reflect.apply(then, promise, [fulfilled, rejected]),
    // Returns the result of a callback, as a promise if JavaScript takes it for one.
    awaited(value, isPromise) {
      if (isPromise && value.constructor === Promise) return value;
      let method;
      try {
        method = value.then;
      } catch (error) {
        return new Promise((_, reject) => reject(error));
      }
      if (typeof method !== "function") return value;
      return new Promise((resolve) => resolve({ then: (...steps) => Reflect.apply(method, value, steps) }));
    },
    // The operations of Python on an object, which are here so that their exceptions are of this realm.
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
    asyncIterator,
    functionPrototype: Function.prototype,
  };
})
