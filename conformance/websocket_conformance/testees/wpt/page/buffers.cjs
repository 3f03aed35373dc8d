// Evaluated in each realm: the operations of streams on the ArrayBuffers of the page's scripts. Even if a script
// has changed the classes, these are the realm's own. `transferred` is for engines whose buffers have no method
// transfer().
(function (transferred) {
  "use strict";
  const {
    ArrayBuffer, BigInt64Array, BigUint64Array, DataView, Float32Array, Float64Array, Int16Array, Int32Array,
    Int8Array, Reflect, TypeError, Uint16Array, Uint32Array, Uint8Array, Uint8ClampedArray,
  } = globalThis;
  const classes = {
    BigInt64Array, BigUint64Array, DataView, Float32Array, Float64Array, Int16Array, Int32Array, Int8Array,
    Uint16Array, Uint32Array, Uint8Array, Uint8ClampedArray,
  };
  if (globalThis.Float16Array) classes.Float16Array = globalThis.Float16Array;
  const { slice, transfer } = ArrayBuffer.prototype;
  const { set } = Uint8Array.prototype;
  const byteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get;

  function isDetached(buffer) {
    if (Reflect.apply(byteLength, buffer, []) > 0) return false;
    try {
      return !new Uint8Array(buffer);
    } catch {
      return true;
    }
  }

  return {
    allocate: (size) => new ArrayBuffer(size),
    byteLength: (buffer) => Reflect.apply(byteLength, buffer, []),
    clone: (buffer, offset, length) => Reflect.apply(slice, buffer, [offset, offset + length]),
    isDetached,
    transfer(buffer) {
      if (transfer) return Reflect.apply(transfer, buffer, []);
      let made;
      try {
        made = transferred(buffer);
      } catch {
        throw new TypeError("the buffer cannot be detached");
      }
      Reflect.setPrototypeOf(made, ArrayBuffer.prototype);
      return made;
    },
    view: (buffer, type, offset, length) => new classes[type](buffer, offset, length),
    write(buffer, index, bytes) { Reflect.apply(set, new Uint8Array(buffer), [bytes, index]); },
  };
})
