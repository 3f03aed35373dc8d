// The operations of a page on a WebSocketStream; stream_page.py has them in Python.
// streamOperations(page) returns the operations that wait (waits), and those that do not (actions).
"use strict";

globalThis.streamOperations = function streamOperations(page) {
  const STALL = 1000;
  const { global, trace, nameOf, shown, shownData, made, sleep } = page;
  let info, reader, writer;

  // Adds to the trace how a promise is settled.

  function outcome(name, promise, show = () => name) {
    return promise.then(
      (value) => { trace.push(show(value)); },
      (error) => { trace.push(`${name} rejects ${nameOf(error)}${codeOf(error)}`); },
    );
  }

  function codeOf(error) {
    return error?.closeCode === undefined ? "" : ` ${error.closeCode} ${shown(error.reason)}`;
  }

  function shownChunk(chunk) {
    if (!(chunk instanceof Uint8Array)) return shownData(chunk);
    return shownData(chunk.slice().buffer).replace("ArrayBuffer", "Uint8Array");
  }

  const settled = (value) => value?.closeCode === undefined ? "" : ` ${value.closeCode} ${shown(value.reason)}`;
  const resolves = (name) => () => `${name} resolves`;

  // Returns the object at a path such as "closed" or "writer.ready".

  function lookUp(path) {
    const [first, ...rest] = path.split(".");
    const roots = { reader, writer, info, readable: info?.readable, writable: info?.writable };
    const start = first in roots ? roots[first] : page.socket()[first];
    return rest.reduce((value, name) => value[name], start);
  }

  const theReader = () => (reader ??= info.readable.getReader());
  const theWriter = () => (writer ??= info.writable.getWriter());

  // Returns a reason: an object stands for a WebSocketError, any other value for itself.

  function reasonOf(value) {
    return typeof value === "object" ? new global.WebSocketError("", value) : value;
  }

  const odd = {
    null: () => null,
    undefined: () => undefined,
    symbol: () => Symbol("a"),
    throws: () => ({ toString() { throw new Error("thrown by the page"); } }),
    object: () => ({ toString: () => "an object" }),
  };

  function chunkOf(value) {
    if (value.odd !== undefined) return odd[value.odd]();
    if (value.number !== undefined) return value.number;
    return made(value);
  }

  function sourceOf(values, reason) {
    const chunks = values.map(chunkOf);
    return new ReadableStream({
      pull(controller) {
        if (chunks.length) controller.enqueue(chunks.shift());
        else if (reason === undefined) controller.close();
        else controller.error(reasonOf(reason));
      },
    });
  }

  async function eachChunk(readable, name, most = Infinity) {
    let count = 0;
    try {
      for await (const chunk of readable) {
        trace.push(`${name} ${shownChunk(chunk)}`);
        if (++count === most) break;
      }
      trace.push(`${name} ends`);
    } catch (error) { trace.push(`${name} rejects ${nameOf(error)}${codeOf(error)}`); }
  }

  const waits = {
    "note-promise": async (_, name) => {
      const promise = lookUp(name);
      await outcome(name, promise, (value) => {
        if (name === "opened") info = value;
        return `${name}${settled(value)}`;
      });
    },
    "note-pending": async (_, name) => {
      const isPending = await Promise.race([
        lookUp(name).then(() => false, () => false), sleep(0).then(() => true),
      ]);
      trace.push(`${name} is ${isPending ? "pending" : "settled"}`);
    },
    "note-same": async (_, one, other) => {
      const [a, b] = [one, other].map((name) => lookUp(name).then((value) => value, (error) => error));
      trace.push(`${one} and ${other} are ${await a === await b ? "the same" : "two"}`);
    },
    read: async () => {
      const show = ({ value, done }) => done ? "read ends" : `read ${shownChunk(value)}`;
      await outcome("read", theReader().read(), show);
    },
    write: async (_, value) => {
      await outcome("write", theWriter().write(chunkOf(value)), resolves("write"));
    },
    "write-then-change": async (_, value) => {
      const bytes = new Uint8Array(made(value));
      const written = theWriter().write(bytes);
      bytes.fill(0);
      await outcome("write", written, resolves("write"));
    },
    end: async () => {
      await outcome("end", (writer ?? info.writable).close(), resolves("end"));
    },
    cancel: async (_, reason) => {
      await outcome("cancel", (reader ?? info.readable).cancel(reasonOf(reason)), resolves("cancel"));
    },
    abort: async (_, reason) => {
      await outcome("abort", (writer ?? info.writable).abort(reasonOf(reason)), resolves("abort"));
    },
    "for-each": async (_, most) => eachChunk(info.readable, "chunk", most),
    "count-all": async () => {
      let count = 0;
      let bytes = 0;
      for await (const chunk of info.readable) {
        count += 1;
        bytes += chunk.byteLength;
      }
      trace.push(`${count} chunks of ${bytes} bytes`);
    },
    tee: async () => {
      const [left, right] = info.readable.tee();
      await eachChunk(left, "left");
      await eachChunk(right, "right");
    },
    echo: async () => {
      await outcome("echo", info.readable.pipeTo(info.writable), resolves("echo"));
    },
    "pipe-in": async (_, values, reason) => {
      await outcome("pipe-in", sourceOf(values, reason).pipeTo(info.writable), resolves("pipe-in"));
    },
    fill: async (_, size, most) => {
      theWriter();
      const chunk = new Uint8Array(size);
      for (let count = 0; count < most; count++) {
        const hasRoom = await Promise.race([
          writer.ready.then(() => true), sleep(STALL).then(() => false),
        ]);
        if (!hasRoom) return void trace.push("ready is pending");
        writer.write(chunk).catch(() => {});
      }
      trace.push("all is written");
    },
  };

  const actions = {
    "get-reader": (_, options) => { reader = info.readable.getReader(options); },
    "get-writer": () => { writer = info.writable.getWriter(); },
    "close-stream": (_, members) => page.socket().close(members),
    "abort-signal": (_, reason) => page.controller.abort(reason),
    "new-stream": (_, url, options) => {
      const stream = new global.WebSocketStream(url, options);
      trace.push(`new-stream ${shown(stream.url)}`);
      stream.close();
    },
    "new-stream-error": (_, members) => {
      const error = new global.WebSocketError("", members);
      trace.push(`WebSocketError ${error.closeCode} ${shown(error.reason)}`);
    },
    begin: (event, operations) => {
      for (const operation of operations) {
        const [name, ...args] = typeof operation === "string" ? [operation] : operation;
        page.waitFor(waits[name](event, ...args));
      }
    },
    neglect: (_, value) => { theWriter().write(chunkOf(value)); },
  };

  // Returns an argument of the constructor; a member "signal" becomes an AbortSignal.
  function argument(value) {
    const { signal } = value ?? {};
    if (signal === "aborted") return { ...value, signal: AbortSignal.abort() };
    if (signal === "controller") return { ...value, signal: page.controller.signal };
    if (signal?.aborted) return { ...value, signal: AbortSignal.abort(signal.aborted) };
    if (signal?.timeout) return { ...value, signal: AbortSignal.timeout(signal.timeout) };
    return value;
  }

  // Closes a stream that is not closed. A closed stream is not closed again, because Chromium's page
  // crashes at close() after its signal was aborted.
  async function leave(stream) {
    const isPending = await Promise.race([
      stream.closed.then(() => false, () => false), sleep(0).then(() => true),
    ]);
    if (isPending) stream.close();
  }

  return { waits, actions, argument, leave, lookUp };
};
