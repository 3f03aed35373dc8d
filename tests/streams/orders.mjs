// The programs of test_writable_orders.py and test_pipe_orders.py, in JavaScript.
//
// `node tests/streams/orders.mjs` runs each program and prints its log, as JSON. orders.json has the
// logs of Chromium (support/record_orders.py), with which the tests compare those of the library. A
// program here and the test program of the same name do the same, statement by statement.

const boom = new Error("boom");

function told(reason) {
  if (reason === undefined) return "undefined";
  if (reason instanceof TypeError) return "TypeError";
  if (reason instanceof RangeError) return "RangeError";
  if (reason instanceof DOMException) return reason.name;
  if (reason instanceof Error) return reason.message;
  return String(reason);
}

class Log extends Array {
  watch(name, promise) {
    promise.then(
      (value) => this.push(`${name} fulfilled: ${told(value)}`),
      (reason) => this.push(`${name} rejected: ${told(reason)}`),
    );
    return promise;
  }
  watchWriter(writer, name = "") {
    this.watch(`${name}ready`, writer.ready);
    this.watch(`${name}closed`, writer.closed);
  }
  attempt(name, action) {
    try {
      this.push(`${name} returned ${told(action())}`);
    } catch (error) {
      this.push(`${name} raised ${told(error)}`);
    }
  }
}

function deferred() {
  let resolve, reject;
  const promise = new Promise((a, b) => ([resolve, reject] = [a, b]));
  return { promise, resolve, reject };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

// Log the turns in which microtasks that are queued from now on run.
function tickTock(log) {
  let tick = Promise.resolve();
  for (let i = 1; i <= 6; i++) tick = tick.then(() => log.push(`tick ${i}`));
}

// A sink that logs its calls; each function returns its value in `results`.
function sink(log, results = {}) {
  const result = (name, ...args) => {
    const found = results[name];
    return typeof found === "function" ? found(...args) : found;
  };
  return {
    start(controller) {
      log.push("sink start");
      return result("start", controller);
    },
    write(chunk, controller) {
      log.push(`sink write ${told(chunk)}`);
      return result("write", chunk, controller);
    },
    close() {
      log.push("sink close");
      return result("close");
    },
    abort(reason) {
      log.push(`sink abort ${told(reason)}`);
      return result("abort", reason);
    },
  };
}

function source(log, results = {}) {
  const result = (name, ...args) => {
    const found = results[name];
    return typeof found === "function" ? found(...args) : found;
  };
  return {
    start(controller) {
      return result("start", controller);
    },
    pull(controller) {
      log.push("source pull");
      return result("pull", controller);
    },
    cancel(reason) {
      log.push(`source cancel ${told(reason)}`);
      return result("cancel", reason);
    },
  };
}

function raise(reason) {
  return () => {
    throw reason;
  };
}

// A source that has enqueued some chunks, and is then closed unless `open` is true.
function given(log, chunks, { open = false, ...results } = {}) {
  return new ReadableStream(
    source(log, {
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        if (!open) controller.close();
      },
      ...results,
    }),
    { highWaterMark: 0 },
  );
}

// A source without chunks, and its controller.
function empty(log, results = {}) {
  let controller;
  const stream = new ReadableStream(
    source(log, { start: (c) => void (controller = c), ...results }),
    { highWaterMark: 0 },
  );
  return [stream, controller];
}

const programs = {
  async a_write(log) {
    const writer = new WritableStream(sink(log)).getWriter();
    log.watchWriter(writer);
    log.watch("write", writer.write("a"));
    log.push("written");
    await writer.ready;
    log.push("ready");
  },

  async writes_wait_for_the_start(log) {
    const start = deferred();
    const writer = new WritableStream(sink(log, { start: start.promise })).getWriter();
    log.watch("write", writer.write("a"));
    await turn();
    log.push("now");
    start.resolve();
    await turn();
  },

  async writes_wait_for_one_another(log) {
    const writes = [];
    const write = () => (writes.push(deferred()), writes.at(-1).promise);
    const writer = new WritableStream(sink(log, { write })).getWriter();
    for (const chunk of ["a", "b", "c"]) log.watch(`write ${chunk}`, writer.write(chunk));
    for (let i = 0; i < 3; i++) {
      await turn();
      log.push("now");
      writes[i].resolve("ignored");
    }
    await turn();
  },

  async the_ready_promise(log) {
    const write = deferred();
    const stream = new WritableStream(sink(log, { write: () => write.promise }), { highWaterMark: 2 });
    const writer = stream.getWriter();
    const first = writer.ready;
    log.push(writer.desiredSize);
    writer.write("a");
    log.push(writer.desiredSize, writer.ready === first);
    writer.write("b");
    log.push(writer.desiredSize, writer.ready === first);
    writer.write("c");
    log.push(writer.desiredSize);
    log.watch("ready", writer.ready);
    await turn();
    log.push("now");
    write.resolve();
    await turn();
    log.push(writer.desiredSize);
  },

  async no_room_at_all(log) {
    const stream = new WritableStream(sink(log), { highWaterMark: 0 });
    const writer = stream.getWriter();
    log.watch("ready", writer.ready);
    log.watch("write", writer.write("a"));
    await turn();
    log.push(writer.desiredSize);
    log.watch("close", writer.close());
    await turn();
    log.push(writer.desiredSize);
  },

  async room_without_end(log) {
    const stream = new WritableStream(sink(log), { highWaterMark: Infinity });
    const writer = stream.getWriter();
    const ready = writer.ready;
    writer.write("a");
    log.push(writer.desiredSize === Infinity, writer.ready === ready);
  },

  async sizes(log) {
    const write = deferred();
    const stream = new WritableStream(sink(log, { write: () => write.promise }), {
      highWaterMark: 10,
      size: (chunk) => chunk.length,
    });
    const writer = stream.getWriter();
    for (const chunk of ["abc", "", "defghij", "k"]) {
      writer.write(chunk);
      log.push(writer.desiredSize);
    }
    write.resolve();
    await turn();
    log.push(writer.desiredSize);
  },

  async a_close(log) {
    const stream = new WritableStream(sink(log));
    const writer = stream.getWriter();
    log.watchWriter(writer);
    log.watch("close", writer.close());
    await turn();
    log.push(writer.desiredSize);
    log.watchWriter(writer, "later ");
    writer.releaseLock();
    log.watchWriter(stream.getWriter(), "another ");
    await turn();
  },

  async a_close_behind_writes(log) {
    const writer = new WritableStream(sink(log)).getWriter();
    log.watch("write a", writer.write("a"));
    log.watch("write b", writer.write("b"));
    log.watch("ready", writer.ready);
    log.watch("close", writer.close());
    log.watch("closed", writer.closed);
    log.watch("write c", writer.write("c"));
    log.watch("close again", writer.close());
    await turn();
  },

  async a_close_that_takes_time(log) {
    const close = deferred();
    const writer = new WritableStream(sink(log, { close: close.promise })).getWriter();
    log.watch("close", writer.close());
    log.watch("closed", writer.closed);
    await turn();
    log.push("now", writer.desiredSize);
    log.watch("write", writer.write("a"));
    close.resolve();
    await turn();
  },

  async a_close_that_rejects(log) {
    const close = deferred();
    const stream = new WritableStream(sink(log, { close: close.promise }));
    const writer = stream.getWriter();
    log.watch("close", writer.close());
    log.watch("closed", writer.closed);
    await turn();
    close.reject(boom);
    await turn();
    log.watchWriter(writer, "later ");
    log.watch("abort", writer.abort());
    await turn();
  },

  async a_close_that_raises(log) {
    const writer = new WritableStream(sink(log, { close: raise(boom) })).getWriter();
    log.watchWriter(writer);
    log.watch("close", writer.close());
    await turn();
  },

  async an_abort(log) {
    const stream = new WritableStream(sink(log));
    const writer = stream.getWriter();
    await turn();
    log.watchWriter(writer);
    log.watch("abort", writer.abort(boom));
    log.push(writer.desiredSize);
    log.watch("later ready", writer.ready);
    log.watch("write", writer.write("a"));
    log.watch("close", writer.close());
    await turn();
    writer.releaseLock();
    log.watchWriter(stream.getWriter(), "another ");
    await turn();
  },

  async an_abort_without_a_reason(log) {
    let controller;
    const writer = new WritableStream(sink(log, { start: (c) => void (controller = c) })).getWriter();
    await turn();
    log.watch("abort", writer.abort());
    log.watch("closed", writer.closed);
    log.push(told(controller.signal.reason));
    await turn();
  },

  async an_abort_before_the_start_is_done(log) {
    const start = deferred();
    const writer = new WritableStream(sink(log, { start: start.promise })).getWriter();
    log.watch("write", writer.write("a"));
    log.watchWriter(writer);
    log.watch("abort", writer.abort(boom));
    await turn();
    log.push("now");
    start.resolve();
    await turn();
  },

  async an_abort_before_the_start_fails(log) {
    const start = deferred();
    const writer = new WritableStream(sink(log, { start: start.promise })).getWriter();
    log.watchWriter(writer);
    log.watch("abort", writer.abort(boom));
    await turn();
    log.push("now");
    start.reject(new Error("start"));
    await turn();
  },

  async an_abort_while_the_sink_writes(log) {
    const write = deferred();
    const writer = new WritableStream(sink(log, { write: () => write.promise })).getWriter();
    log.watchWriter(writer);
    log.watch("write a", writer.write("a"));
    log.watch("write b", writer.write("b"));
    log.watch("close", writer.close());
    await turn();
    log.watch("abort", writer.abort(boom));
    log.watch("write c", writer.write("c"));
    log.watch("close again", writer.close());
    await turn();
    log.push("now");
    write.resolve();
    await turn();
  },

  async an_abort_while_the_sink_fails_to_write(log) {
    const write = deferred();
    const writer = new WritableStream(sink(log, { write: () => write.promise })).getWriter();
    log.watchWriter(writer);
    log.watch("write", writer.write("a"));
    await turn();
    log.watch("abort", writer.abort(boom));
    await turn();
    log.push("now");
    write.reject(new Error("write"));
    await turn();
  },

  async an_abort_while_the_sink_closes(log) {
    const close = deferred();
    const stream = new WritableStream(sink(log, { close: close.promise }));
    const writer = stream.getWriter();
    log.watchWriter(writer);
    log.watch("close", writer.close());
    await turn();
    log.watch("abort", writer.abort(boom));
    log.push(writer.desiredSize);
    writer.releaseLock();
    const another = stream.getWriter();
    log.watchWriter(another, "another ");
    await turn();
    log.push("now");
    close.resolve();
    await turn();
    log.push(another.desiredSize);
  },

  async an_abort_while_the_sink_fails_to_close(log) {
    const close = deferred();
    const writer = new WritableStream(sink(log, { close: close.promise })).getWriter();
    log.watch("close", writer.close());
    await turn();
    log.watch("abort", writer.abort(boom));
    log.watchWriter(writer);
    await turn();
    log.push("now");
    close.reject(new Error("close"));
    await turn();
  },

  async an_abort_that_rejects(log) {
    const abort = deferred();
    const writer = new WritableStream(sink(log, { abort: () => abort.promise })).getWriter();
    await turn();
    log.watch("abort", writer.abort(boom));
    log.watch("closed", writer.closed);
    await turn();
    log.push("now");
    abort.reject(new Error("abort"));
    await turn();
  },

  async an_abort_that_raises(log) {
    const writer = new WritableStream(sink(log, { abort: raise(new Error("abort")) })).getWriter();
    await turn();
    log.watch("abort", writer.abort(boom));
    log.watch("closed", writer.closed);
    await turn();
  },

  async an_abort_that_takes_time(log) {
    const abort = deferred();
    const writer = new WritableStream(sink(log, { abort: () => abort.promise })).getWriter();
    await turn();
    log.watch("abort", writer.abort(boom));
    log.watch("closed", writer.closed);
    log.watch("abort again", writer.abort(new Error("again")));
    await turn();
    log.push("now");
    abort.resolve();
    await turn();
  },

  async two_aborts_while_the_sink_writes(log) {
    const write = deferred();
    const writer = new WritableStream(sink(log, { write: () => write.promise })).getWriter();
    writer.write("a");
    await turn();
    const first = writer.abort(boom);
    const second = writer.abort(new Error("second"));
    log.push(first === second);
    log.watch("abort", first);
    write.resolve();
    await turn();
    log.watch("third", writer.abort(new Error("third")));
    await turn();
  },

  async an_abort_of_a_closed_stream(log) {
    const stream = new WritableStream(sink(log));
    log.watch("close", stream.close());
    await turn();
    log.watch("abort", stream.abort(boom));
    log.watch("close again", stream.close());
    await turn();
  },

  async an_abort_of_a_failing_stream(log) {
    const write = deferred();
    let controller;
    const results = { start: (c) => void (controller = c), write: () => write.promise };
    const writer = new WritableStream(sink(log, results)).getWriter();
    log.watch("write", writer.write("a"));
    await turn();
    controller.error(boom);
    log.watch("abort", writer.abort(new Error("abort")));
    log.watchWriter(writer);
    await turn();
    log.push("now");
    write.resolve();
    await turn();
  },

  async the_signal(log) {
    let controller;
    const results = { start: (c) => void (controller = c) };
    const writer = new WritableStream(sink(log, results)).getWriter();
    await turn();
    controller.signal.addEventListener("abort", () => {
      log.push(`signal ${told(controller.signal.reason)}, desired ${writer.desiredSize}`);
    });
    log.push(controller.signal.aborted, controller.signal === controller.signal);
    log.watch("abort", writer.abort(boom));
    log.push(controller.signal.aborted);
    await turn();
  },

  async the_signal_while_the_sink_writes(log) {
    let controller;
    const write = () =>
      new Promise((_, reject) => {
        controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
      });
    const results = { start: (c) => void (controller = c), write };
    const writer = new WritableStream(sink(log, results)).getWriter();
    log.watch("write", writer.write("a"));
    await turn();
    log.watch("abort", writer.abort(boom));
    log.watch("closed", writer.closed);
    await turn();
  },

  async a_listener_of_the_signal_that_fails_the_stream(log) {
    let controller;
    const results = { start: (c) => void (controller = c) };
    const writer = new WritableStream(sink(log, results)).getWriter();
    await turn();
    controller.signal.addEventListener("abort", () => controller.error(new Error("listener")));
    log.watch("abort", writer.abort(boom));
    log.watch("closed", writer.closed);
    await turn();
  },

  async a_listener_of_the_signal_that_aborts(log) {
    let controller;
    const results = { start: (c) => void (controller = c) };
    const writer = new WritableStream(sink(log, results)).getWriter();
    await turn();
    controller.signal.addEventListener("abort", () => {
      log.watch("inner abort", writer.abort(new Error("inner")));
    });
    log.watch("abort", writer.abort(boom));
    log.watch("closed", writer.closed);
    await turn();
  },

  async the_controller_fails_during_the_start(log) {
    const stream = new WritableStream(sink(log, { start: (c) => c.error(boom) }));
    const writer = stream.getWriter();
    log.watchWriter(writer);
    log.watch("write", writer.write("a"));
    log.watch("close", writer.close());
    await turn();
  },

  async the_controller_fails_while_the_sink_writes(log) {
    const write = deferred();
    let controller;
    const results = { start: (c) => void (controller = c), write: () => write.promise };
    const writer = new WritableStream(sink(log, results)).getWriter();
    log.watch("write a", writer.write("a"));
    log.watch("write b", writer.write("b"));
    await turn();
    controller.error(boom);
    controller.error(new Error("again"));
    log.watchWriter(writer);
    log.push(writer.desiredSize);
    await turn();
    log.push("now");
    write.resolve();
    await turn();
  },

  async the_controller_fails_within_a_write(log) {
    const write = (chunk, controller) => controller.error(boom);
    const writer = new WritableStream(sink(log, { write })).getWriter();
    log.watchWriter(writer);
    log.watch("write a", writer.write("a"));
    log.watch("write b", writer.write("b"));
    await turn();
  },

  async the_controller_fails_while_the_sink_closes(log) {
    const close = deferred();
    let controller;
    const results = { start: (c) => void (controller = c), close: close.promise };
    const writer = new WritableStream(sink(log, results)).getWriter();
    log.watch("close", writer.close());
    await turn();
    controller.error(boom);
    log.watchWriter(writer);
    await turn();
    log.push("now");
    close.resolve();
    await turn();
    log.watchWriter(writer, "later ");
    controller.error(boom);
    await turn();
  },

  async a_write_that_rejects(log) {
    const write = deferred();
    const writer = new WritableStream(sink(log, { write: () => write.promise })).getWriter();
    log.watchWriter(writer);
    log.watch("write a", writer.write("a"));
    log.watch("write b", writer.write("b"));
    log.watch("close", writer.close());
    await turn();
    log.push("now");
    write.reject(boom);
    await turn();
    log.watch("write c", writer.write("c"));
    log.watch("close again", writer.close());
    log.push(writer.desiredSize);
    await turn();
  },

  async a_write_that_raises(log) {
    const writer = new WritableStream(sink(log, { write: raise(boom) })).getWriter();
    log.watchWriter(writer);
    log.watch("write a", writer.write("a"));
    log.watch("write b", writer.write("b"));
    await turn();
  },

  async a_start_that_raises(log) {
    log.attempt("constructor", () => new WritableStream(sink(log, { start: raise(boom) })));
  },

  async a_start_that_rejects(log) {
    const writer = new WritableStream(sink(log, { start: Promise.reject(boom) })).getWriter();
    log.watchWriter(writer);
    log.watch("write", writer.write("a"));
    log.watch("close", writer.close());
    await turn();
  },

  async a_size_that_raises(log) {
    const writer = new WritableStream(sink(log), { size: raise(boom) }).getWriter();
    log.watchWriter(writer);
    log.watch("write", writer.write("a"));
    log.watch("write again", writer.write("b"));
    await turn();
  },

  async sizes_that_are_none(log) {
    for (const size of [NaN, -1, Infinity, "word", undefined]) {
      const writer = new WritableStream(sink(log), { size: () => size }).getWriter();
      log.watch("write", writer.write("a"));
      log.watch("closed", writer.closed);
      await turn();
    }
  },

  async a_size_that_is_converted(log) {
    for (const size of ["2", true, null]) {
      const writer = new WritableStream(sink(log), { size: () => size, highWaterMark: 5 }).getWriter();
      writer.write("a");
      log.push(writer.desiredSize);
      await turn();
    }
  },

  async a_size_that_releases_the_writer(log) {
    let writer;
    const stream = new WritableStream(sink(log), { size: () => (writer.releaseLock(), 1) });
    writer = stream.getWriter();
    log.watch("write", writer.write("a"));
    log.push(stream.locked);
    await turn();
  },

  async a_size_that_fails_the_stream(log) {
    let controller;
    const stream = new WritableStream(sink(log, { start: (c) => void (controller = c) }), {
      size: () => (controller.error(boom), NaN),
    });
    const writer = stream.getWriter();
    log.watch("write early", writer.write("a"));
    await turn();
    log.watch("write late", writer.write("a"));
    log.watch("closed", writer.closed);
    await turn();
  },

  async a_size_that_closes_the_stream(log) {
    let writer;
    const size = () => (log.watch("close", writer.close()), 1);
    writer = new WritableStream(sink(log), { size }).getWriter();
    log.watch("write", writer.write("a"));
    await turn();
  },

  async strategies_that_are_none(log) {
    for (const highWaterMark of [NaN, -1, "word"]) {
      log.attempt("constructor", () => void new WritableStream(sink(log), { highWaterMark }));
    }
  },

  async sinks_that_are_none(log) {
    log.attempt("a type", () => void new WritableStream({ type: "bytes" }));
    log.attempt("no function", () => void new WritableStream({ write: "write" }));
    log.attempt("a string", () => void new WritableStream("sink"));
  },

  async a_sink_without_functions(log) {
    const writer = new WritableStream({}).getWriter();
    log.watch("write", writer.write("a"));
    log.watch("close", writer.close());
    log.watch("closed", writer.closed);
    await turn();
    log.watch("abort", new WritableStream().abort(boom));
    await turn();
  },

  async a_release(log) {
    const write = deferred();
    const stream = new WritableStream(sink(log, { write: () => write.promise }));
    const writer = stream.getWriter();
    log.watchWriter(writer);
    log.watch("write", writer.write("a"));
    log.watch("later ready", writer.ready);
    log.push(stream.locked);
    writer.releaseLock();
    writer.releaseLock();
    log.push(stream.locked);
    log.watchWriter(writer, "released ");
    log.attempt("desiredSize", () => writer.desiredSize);
    log.watch("released write", writer.write("b"));
    log.watch("released close", writer.close());
    log.watch("released abort", writer.abort(boom));
    const another = stream.getWriter();
    log.watch("another ready", another.ready);
    log.watch("another write", another.write("c"));
    await turn();
    log.push("now");
    write.resolve();
    await turn();
  },

  async a_second_writer(log) {
    const stream = new WritableStream(sink(log));
    stream.getWriter();
    log.attempt("getWriter", () => stream.getWriter());
    log.attempt("constructor", () => new WritableStreamDefaultWriter(stream));
    log.watch("abort", stream.abort(boom));
    log.watch("close", stream.close());
    await turn();
  },

  async a_stream_without_a_writer(log) {
    const stream = new WritableStream(sink(log));
    const close = deferred();
    log.watch("close", stream.close());
    log.watch("close again", stream.close());
    log.watch("abort", stream.abort(boom));
    log.watch("close at last", stream.close());
    await turn();
    const another = new WritableStream(sink(log, { close: close.promise }));
    another.close();
    await turn();
    const writer = another.getWriter();
    log.watchWriter(writer);
    log.push(writer.desiredSize);
    close.resolve();
    await turn();
  },

  async writers_of_failing_streams(log) {
    const write = deferred();
    let controller;
    const results = { start: (c) => void (controller = c), write: () => write.promise };
    const stream = new WritableStream(sink(log, results));
    const writer = stream.getWriter();
    log.watch("write", writer.write("a"));
    await turn();
    controller.error(boom);
    writer.releaseLock();
    const second = stream.getWriter();
    log.watchWriter(second, "second ");
    log.push(second.desiredSize);
    await turn();
    log.push("now");
    write.resolve();
    await turn();
    second.releaseLock();
    const third = stream.getWriter();
    log.watchWriter(third, "third ");
    third.releaseLock();
    log.watchWriter(third, "released ");
    await turn();
  },

  async a_close_of_a_failing_stream(log) {
    const write = deferred();
    let controller;
    const results = { start: (c) => void (controller = c), write: () => write.promise };
    const writer = new WritableStream(sink(log, results)).getWriter();
    log.watch("write", writer.write("a"));
    await turn();
    controller.error(boom);
    log.watch("close", writer.close());
    log.watch("write again", writer.write("b"));
    log.watch("closed", writer.closed);
    write.resolve();
    await turn();
  },

  async beside_other_promises(log) {
    const writer = new WritableStream(sink(log)).getWriter();
    await turn();
    tickTock(log);
    log.watch("write a", writer.write("a"));
    log.watch("write b", writer.write("b"));
    log.watch("ready", writer.ready);
    await turn();
  },

  async a_start_that_returns_a_promise(log) {
    const writer = new WritableStream(sink(log, { start: Promise.resolve() })).getWriter();
    tickTock(log);
    log.watch("write", writer.write("a"));
    await turn();
  },

  async a_write_that_returns_a_promise(log) {
    const writer = new WritableStream(sink(log, { write: () => Promise.resolve() })).getWriter();
    await turn();
    tickTock(log);
    log.watch("write", writer.write("a"));
    log.watch("ready", writer.ready);
    await turn();
  },

  async a_close_that_returns_a_promise(log) {
    const writer = new WritableStream(sink(log, { close: () => Promise.resolve() })).getWriter();
    await turn();
    tickTock(log);
    log.watch("close", writer.close());
    log.watch("closed", writer.closed);
    await turn();
  },

  async an_abort_that_returns_a_promise(log) {
    const writer = new WritableStream(sink(log, { abort: () => Promise.resolve() })).getWriter();
    await turn();
    tickTock(log);
    log.watch("abort", writer.abort(boom));
    log.watch("closed", writer.closed);
    await turn();
  },

  async a_write_that_returns_a_rejected_promise(log) {
    const writer = new WritableStream(sink(log, { write: () => Promise.reject(boom) })).getWriter();
    await turn();
    tickTock(log);
    log.watch("write", writer.write("a"));
    log.watchWriter(writer);
    await turn();
  },

  // Pipes.

  async a_pipe(log) {
    const dest = new WritableStream(sink(log));
    await log.watch("pipe", given(log, ["a", "b", "c"]).pipeTo(dest));
    log.push(dest.locked);
    log.watch("closed", dest.getWriter().closed);
    await turn();
  },

  async a_pipe_to_a_slow_sink(log) {
    const writes = [];
    const write = () => (writes.push(deferred()), writes.at(-1).promise);
    let next = 0;
    const pull = (controller) => {
      next += 1;
      if (next > 4) controller.close();
      else controller.enqueue(next);
    };
    const stream = new ReadableStream(source(log, { pull }), { highWaterMark: 0 });
    const dest = new WritableStream(sink(log, { write }), { highWaterMark: 2 });
    log.watch("pipe", stream.pipeTo(dest));
    for (let i = 0; i < 4; i++) {
      await turn();
      log.push("now");
      writes[i].resolve();
    }
    await turn();
  },

  async a_pipe_to_no_room(log) {
    const dest = new WritableStream(sink(log), { highWaterMark: 0 });
    const [stream, controller] = empty(log);
    log.watch("pipe", stream.pipeTo(dest));
    controller.enqueue("a");
    await turn();
    log.push("now");
    controller.error(boom);
    await turn();
  },

  async a_source_that_fails(log) {
    const [stream, controller] = empty(log);
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log))));
    await turn();
    controller.error(boom);
    await turn();
  },

  async a_source_that_fails_with_preventAbort(log) {
    const [stream, controller] = empty(log);
    const dest = new WritableStream(sink(log));
    log.watch("pipe", stream.pipeTo(dest, { preventAbort: true }));
    await turn();
    controller.error(boom);
    await turn();
    log.push(stream.locked, dest.locked);
    log.watch("write", dest.getWriter().write("a"));
    await turn();
  },

  async a_source_that_fails_while_the_sink_writes(log) {
    const write = deferred();
    const [stream, controller] = empty(log);
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log, { write: () => write.promise }))));
    await turn();
    controller.enqueue("a");
    await turn();
    controller.error(boom);
    await turn();
    log.push("now");
    write.resolve();
    await turn();
  },

  async a_source_that_fails_and_a_sink_that_fails_to_abort(log) {
    const [stream, controller] = empty(log);
    const abort = raise(new Error("abort"));
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log, { abort }))));
    await turn();
    controller.error(boom);
    await turn();
  },

  async a_source_that_had_failed(log) {
    const stream = new ReadableStream(source(log, { start: (c) => c.error(boom) }));
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log))));
    await turn();
    const another = new ReadableStream(source(log, { start: (c) => c.error(boom) }));
    const dest = new WritableStream(sink(log));
    log.watch("prevented", another.pipeTo(dest, { preventAbort: true }));
    await turn();
  },

  async a_sink_that_fails(log) {
    const [stream, controller] = empty(log);
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log, { write: raise(boom) }))));
    await turn();
    controller.enqueue("a");
    await turn();
  },

  async a_sink_that_fails_with_preventCancel(log) {
    const [stream, controller] = empty(log);
    const dest = new WritableStream(sink(log, { write: raise(boom) }));
    log.watch("pipe", stream.pipeTo(dest, { preventCancel: true }));
    await turn();
    controller.enqueue("a");
    await turn();
    log.push(stream.locked, dest.locked);
    controller.enqueue("b");
    log.push(told((await stream.getReader().read()).value));
  },

  async a_sink_that_fails_and_a_source_that_fails_to_cancel(log) {
    const [stream, controller] = empty(log, { cancel: raise(new Error("cancel")) });
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log, { write: raise(boom) }))));
    await turn();
    controller.enqueue("a");
    await turn();
  },

  async a_sink_that_had_failed(log) {
    for (const preventCancel of [false, true]) {
      const dest = new WritableStream(sink(log, { start: (c) => c.error(boom) }));
      await turn();
      log.watch("pipe", given(log, ["a"]).pipeTo(dest, { preventCancel }));
      await turn();
    }
  },

  async a_sink_that_fails_to_start(log) {
    const dest = new WritableStream(sink(log, { start: Promise.reject(boom) }));
    log.watch("pipe", given(log, ["a"]).pipeTo(dest));
    await turn();
  },

  async both_had_failed(log) {
    const stream = new ReadableStream(source(log, { start: (c) => c.error(boom) }));
    const dest = new WritableStream(sink(log, { start: (c) => c.error(new Error("dest")) }));
    await turn();
    log.watch("pipe", stream.pipeTo(dest));
    await turn();
  },

  async a_source_that_closes_with_preventClose(log) {
    const dest = new WritableStream(sink(log));
    log.watch("pipe", given(log, ["a"]).pipeTo(dest, { preventClose: true }));
    await turn();
    log.push(dest.locked);
    log.watch("pipe again", given(log, ["b"]).pipeTo(dest));
    await turn();
  },

  async a_source_that_had_closed(log) {
    for (const preventClose of [false, true]) {
      const dest = new WritableStream(sink(log));
      log.watch("pipe", given(log, []).pipeTo(dest, { preventClose }));
      await turn();
    }
  },

  async a_source_that_closes_while_the_sink_writes(log) {
    const write = deferred();
    const [stream, controller] = empty(log);
    const dest = new WritableStream(sink(log, { write: () => write.promise }), { highWaterMark: 3 });
    log.watch("pipe", stream.pipeTo(dest));
    await turn();
    controller.enqueue("a");
    controller.enqueue("b");
    controller.close();
    await turn();
    log.push("now");
    write.resolve();
    await turn();
  },

  async a_source_that_fails_with_preventAbort_while_the_sink_writes(log) {
    const write = deferred();
    const [stream, controller] = empty(log);
    const dest = new WritableStream(sink(log, { write: () => write.promise }));
    log.watch("pipe", stream.pipeTo(dest, { preventAbort: true }));
    await turn();
    controller.enqueue("a");
    await turn();
    controller.error(boom);
    await turn();
    log.push("now", dest.locked);
    write.resolve();
    await turn();
    log.push(dest.locked);
  },

  async a_source_that_closes_with_preventClose_while_the_sink_writes(log) {
    const write = deferred();
    const dest = new WritableStream(sink(log, { write: () => write.promise }));
    log.watch("pipe", given(log, ["a"]).pipeTo(dest, { preventClose: true }));
    await turn();
    log.push("now", dest.locked);
    write.resolve();
    await turn();
    log.push(dest.locked);
  },

  async a_sink_that_fails_to_close(log) {
    const dest = new WritableStream(sink(log, { close: raise(boom) }));
    log.watch("pipe", given(log, ["a"]).pipeTo(dest));
    await turn();
  },

  async a_sink_that_had_closed(log) {
    for (const preventCancel of [false, true]) {
      const dest = new WritableStream(sink(log));
      dest.close();
      const stream = given(log, ["a"], { open: true });
      log.watch("pipe while it closes", stream.pipeTo(dest, { preventCancel }));
      await turn();
      const another = given(log, ["a"], { open: true });
      log.watch("pipe", another.pipeTo(dest, { preventCancel }));
      await turn();
    }
  },

  async a_closed_source_and_a_closed_sink(log) {
    const dest = new WritableStream(sink(log));
    await dest.close();
    log.watch("pipe", given(log, []).pipeTo(dest));
    await turn();
  },

  async a_signal_that_was_aborted(log) {
    for (const preventAbort of [false, true]) {
      for (const preventCancel of [false, true]) {
        const dest = new WritableStream(sink(log));
        await turn();
        const stream = given(log, ["a"], { open: true });
        const signal = AbortSignal.abort(boom);
        log.watch("pipe", stream.pipeTo(dest, { signal, preventAbort, preventCancel }));
        await turn();
        log.push(stream.locked, dest.locked);
      }
    }
  },

  async a_signal_that_is_aborted(log) {
    for (const preventAbort of [false, true]) {
      for (const preventCancel of [false, true]) {
        const [stream] = empty(log);
        const dest = new WritableStream(sink(log));
        const abortController = new AbortController();
        const signal = abortController.signal;
        log.watch("pipe", stream.pipeTo(dest, { signal, preventAbort, preventCancel }));
        await turn();
        abortController.abort();
        await turn();
        log.push(stream.locked, dest.locked);
      }
    }
  },

  async a_signal_that_is_aborted_while_the_sink_writes(log) {
    const write = deferred();
    const abortController = new AbortController();
    const stream = given(log, ["a", "b"], { open: true });
    const dest = new WritableStream(sink(log, { write: () => write.promise }));
    log.watch("pipe", stream.pipeTo(dest, { signal: abortController.signal }));
    await turn();
    abortController.abort(boom);
    await turn();
    log.push("now");
    write.resolve();
    await turn();
  },

  async a_signal_that_is_aborted_later(log) {
    const abortController = new AbortController();
    const dest = new WritableStream(sink(log));
    await log.watch("pipe", given(log, ["a"]).pipeTo(dest, { signal: abortController.signal }));
    abortController.abort(boom);
    await turn();
  },

  async a_signal_and_failures_of_both(log) {
    const abortController = new AbortController();
    const [stream] = empty(log, { cancel: raise(new Error("cancel")) });
    const dest = new WritableStream(sink(log, { abort: raise(new Error("abort")) }));
    log.watch("pipe", stream.pipeTo(dest, { signal: abortController.signal }));
    await turn();
    abortController.abort(boom);
    await turn();
  },

  async a_signal_for_streams_at_their_ends(log) {
    const abort = deferred();
    const abortController = new AbortController();
    const [stream, controller] = empty(log);
    const dest = new WritableStream(sink(log, { abort: () => abort.promise }));
    log.watch("pipe", stream.pipeTo(dest, { signal: abortController.signal }));
    await turn();
    controller.error(boom);
    await turn();
    abortController.abort(new Error("signal"));
    await turn();
    log.push("now");
    abort.resolve();
    await turn();
  },

  async an_aborted_signal_for_streams_that_had_failed(log) {
    const stream = new ReadableStream(source(log, { start: (c) => c.error(boom) }));
    const dest = new WritableStream(sink(log, { start: (c) => c.error(new Error("dest")) }));
    await turn();
    const signal = AbortSignal.abort(new Error("signal"));
    log.watch("pipe", stream.pipeTo(dest, { signal }));
    await turn();
  },

  async a_chunk_is_not_written_within_enqueue(log) {
    const [stream, controller] = empty(log);
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log))));
    await turn();
    log.push("before");
    controller.enqueue("a");
    log.push("after");
    await turn();
  },

  async a_chunk_is_not_written_within_pull(log) {
    const pull = (controller) => {
      controller.enqueue("a");
      log.push("pulled");
      controller.close();
    };
    const stream = new ReadableStream(source(log, { pull }), { highWaterMark: 0 });
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log))));
    await turn();
  },

  async a_chunk_and_the_end(log) {
    const [stream, controller] = empty(log);
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log))));
    await turn();
    controller.enqueue("a");
    controller.close();
    await turn();
  },

  async a_chunk_and_a_failure(log) {
    const [stream, controller] = empty(log);
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log))));
    await turn();
    controller.enqueue("a");
    controller.error(boom);
    await turn();
  },

  async a_chunk_and_the_signal(log) {
    const [stream, controller] = empty(log);
    const abortController = new AbortController();
    log.watch("pipe", stream.pipeTo(new WritableStream(sink(log)), { signal: abortController.signal }));
    await turn();
    controller.enqueue("a");
    abortController.abort(boom);
    await turn();
  },

  async locked_streams(log) {
    const stream = given(log, []);
    const dest = new WritableStream(sink(log));
    log.watch("not a stream", stream.pipeTo("dest"));
    log.watch("not a signal", stream.pipeTo(dest, { signal: "signal" }));
    const reader = stream.getReader();
    log.watch("locked source", stream.pipeTo(dest));
    reader.releaseLock();
    const writer = dest.getWriter();
    log.watch("locked dest", stream.pipeTo(dest));
    log.push(stream.locked);
    writer.releaseLock();
    log.watch("pipe", stream.pipeTo(dest));
    log.push(stream.locked, dest.locked);
    await turn();
  },

  async a_pipe_through(log) {
    const [readable, controller] = empty(log);
    const writable = new WritableStream({
      write: (chunk) => controller.enqueue(chunk + chunk),
      close: () => controller.close(),
    });
    const dest = new WritableStream(sink(log));
    const through = given(log, ["a", "b"]).pipeThrough({ readable, writable });
    log.push(through === readable);
    log.watch("pipe", through.pipeTo(dest));
    await turn();
  },

  async a_pipe_through_that_fails(log) {
    const [readable] = empty(log);
    const writable = new WritableStream(sink(log, { write: raise(boom) }));
    given(log, ["a"]).pipeThrough({ readable, writable });
    await turn();
  },

  async a_pipe_through_nothing(log) {
    const [readable] = empty(log);
    const writable = new WritableStream();
    const stream = given(log, ["a"]);
    log.attempt("no readable", () => stream.pipeThrough({ writable }));
    log.attempt("no writable", () => stream.pipeThrough({ readable }));
    log.attempt("not a readable", () => stream.pipeThrough({ readable: writable, writable }));
    log.attempt("not a writable", () => stream.pipeThrough({ readable, writable: readable }));
    log.attempt("not a pair", () => stream.pipeThrough("pair"));
    const writer = writable.getWriter();
    log.attempt("locked writable", () => stream.pipeThrough({ readable, writable }));
    writer.releaseLock();
    stream.getReader();
    log.attempt("locked", () => stream.pipeThrough({ readable, writable }));
  },
};

const inNode = typeof process === "object";
if (inNode) process.on("unhandledRejection", () => {});

const logs = {};
for (const [name, program] of Object.entries(programs)) {
  const log = new Log();
  try {
    await program(log);
  } catch (error) {
    log.push(`the engine is broken: ${error}`);
  }
  await turn();
  logs[name] = [...log];
}
const text = JSON.stringify(logs, null, 2);
if (inNode) console.log(text);
else document.querySelector("pre").textContent = text;
