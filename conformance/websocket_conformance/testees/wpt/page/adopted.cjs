// Evaluated in each realm: makes the engine's own objects, except the classes under test, belong to that
// realm, so that functions, instances, results and errors are those that the page's scripts expect.
(function (engine, TheirException, DOMException) {
  "use strict";
  const define = Object.defineProperty;
  const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const data = {
    ...errors, Object, Array, Map, Set, Date, RegExp, Boolean, Number, String, BigInt, ArrayBuffer, DataView,
    Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
    Float32Array, Float64Array, BigInt64Array, BigUint64Array,
  };
  const prototypes = new Map(Object.entries(data).map(([name, made]) => [engine[name].prototype, made.prototype]));
  const instances = new Map();

  // Adopts a value of the engine's realm, with all values in it.
  function value(given) {
    const seen = new Set();
    const left = [given];
    while (left.length) {
      const each = left.pop();
      if (Object(each) !== each || typeof each === "function" || seen.has(each)) continue;
      seen.add(each);
      const prototype = Object.getPrototypeOf(each);
      if (instances.has(prototype)) Reflect.setPrototypeOf(each, instances.get(prototype));
      if (!prototypes.has(prototype)) continue;
      Reflect.setPrototypeOf(each, prototypes.get(prototype));
      left.push(...parts(each));
    }
    return given;
  }

  function parts(object) {
    if (ArrayBuffer.isView(object)) return [object.buffer];
    if (object instanceof Map) return [...object].flat();
    if (object instanceof Set) return [...object];
    if (object instanceof ArrayBuffer || object instanceof String) return [];
    return Reflect.ownKeys(object).map((key) => Object.getOwnPropertyDescriptor(object, key).value);
  }

  function error(thrown) {
    if (!(thrown instanceof engine.Error)) return thrown;
    if (thrown instanceof TheirException) return new DOMException(thrown.message, thrown.name);
    return new (errors[thrown.name] ?? Error)(thrown.message);
  }

  function steps(key, original, receiver) {
    const made = {
      [key](...values) {
        try {
          return value(Reflect.apply(original, receiver ?? this, values));
        } catch (thrown) {
          throw error(thrown);
        }
      },
    }[key];
    define(made, "length", { value: original.length, configurable: true });
    return made;
  }

  function copy(to, from, left, receiver) {
    for (const key of Reflect.ownKeys(from)) {
      const descriptor = Object.getOwnPropertyDescriptor(from, key);
      if (left.includes(key) || Object.hasOwn(to, key)) continue;
      for (const part of ["value", "get", "set"]) {
        if (typeof descriptor[part] === "function") descriptor[part] = steps(key, descriptor[part], receiver);
      }
      define(to, key, descriptor);
    }
  }

  function classOf(name, original) {
    const made = {
      [name]: class {
        constructor(...values) {
          try {
            return Reflect.construct(original, values, new.target);
          } catch (thrown) {
            throw error(thrown);
          }
        }
      },
    }[name];
    define(made, "length", { value: original.length, configurable: true });
    copy(made, original, ["prototype"]);
    copy(made.prototype, original.prototype, []);
    instances.set(original.prototype, made.prototype);
    return made;
  }

  function objectOf(original) {
    const made = {};
    for (let each = original; each && each !== engine.Object.prototype; each = Object.getPrototypeOf(each)) {
      copy(made, each, ["constructor"], original);
    }
    return made;
  }

  return { value, classOf, objectOf, functionOf: (original) => steps(original.name, original, engine) };
})
