// Plays random programs with the standard's own reference implementation, and writes what each logs:
//
//     node transform_programs.cjs REFERENCE PROGRAMS
//
// REFERENCE is the folder reference-implementation of whatwg/streams, where `npm install` and
// `node compile-idl.js` have run; PROGRAMS a file of JSON, as `transform_programs.py` makes them. A list of
// lists of words is written to the standard output.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const [reference, file] = process.argv.slice(2);
const FAILS = 13;

class SourceError extends Error {}

// An assertion of the standard has failed, or it has performed an algorithm that was cleared.
let hasNoAnswer = false;

function look(error) {
  if (error?.name === "AssertionError" || /is not a function/.test(error?.message)) hasNoAnswer = true;
}

process.on("unhandledRejection", look);
process.on("uncaughtException", look);

// An exception in a reaction of the reference implementation would be reported nowhere else.
const { then } = Promise.prototype;
const watched = (steps) => steps && ((value) => {
  try {
    return steps(value);
  } catch (error) {
    look(error);
    throw error;
  }
});
Promise.prototype.then = function (onFulfilled, onRejected) {
  return then.call(this, watched(onFulfilled), watched(onRejected));
};

for (const name of ["ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamDefaultController", "WritableStream", "WritableStreamDefaultWriter", "WritableStreamDefaultController", "TransformStream", "TransformStreamDefaultController"]) {
  require(path.resolve(reference, "generated", `${name}.js`)).install(globalThis, ["Window"]);
}

function named(value) {
  look(value);
  if (value === undefined || value === null) return "nothing";
  if (value instanceof RangeError) return "ValueError";
  return typeof value === "string" ? value : value.constructor.name;
}

async function ticks(count) {
  for (let done = 0; done < count; done++) await null;
}

const turns = () => new Promise((resolve) => { setTimeout(resolve, 0); });

class Player {
  constructor(program) {
    hasNoAnswer = false;
    this.events = [];
    this.program = program;
    this.calls = program.calls.values();
    this.reader = this.writer = null;
    const functions = {
      transform: (chunk) => this.transform(chunk),
      flush: () => this.flush(),
      cancel: (reason) => this.cancel(reason),
    };
    const transformer = { start: (controller) => this.start(controller) };
    for (const each of program.has) transformer[each] = functions[each];
    this.stream = new TransformStream(transformer, this.strategy("writable"), this.strategy("readable"));
  }

  log(...words) { this.events.push(words.map(String).join(" ")); }

  strategy(side) {
    const { highWaterMark, measures } = this.program[side];
    const strategy = {};
    if (highWaterMark !== null) strategy.highWaterMark = highWaterMark;
    if (measures) {
      strategy.size = (chunk) => {
        this.log("measure", side, chunk);
        if (chunk === FAILS) throw new SourceError();
        return chunk;
      };
    }
    return strategy;
  }

  start(controller) {
    this.controller = controller;
    return this.program.start === null ? undefined : this.call(this.program.start, "the start");
  }

  transform(chunk) {
    this.log("transform", chunk);
    return this.call(this.calls.next().value, "the transform", chunk);
  }

  flush() {
    this.log("flush");
    return this.call(this.calls.next().value, "the flush");
  }

  cancel(reason) {
    this.log("cancelled with", named(reason));
    return this.call(this.calls.next().value, "the cancel");
  }

  call(call, what, chunk) {
    if (call === undefined) return undefined;
    const act = () => {
      for (const action of call.actions) this.act(action);
      if (chunk !== undefined) this.act(["enqueue", chunk + 100]);
    };
    if (call.ends === "later") return ticks(call.ticks).then(act);
    act();
    if (call.ends === "now") return undefined;
    if (call.ends === "raise" && what !== "the start") throw new SourceError();
    return Promise.reject(what);
  }

  act([kind, ...rest]) {
    let told = [kind, ...rest].join(" ");
    try {
      if (kind === "enqueue") this.controller.enqueue(rest[0]);
      else if (kind === "error") this.controller.error("an error");
      else if (kind === "terminate") this.controller.terminate();
      else told += ` ${this.controller.desiredSize}`;
    } catch (error) {
      this.log(told, "raised", named(error));
      return;
    }
    this.log(told);
  }

  async play() {
    for (const [index, [kind, ...rest]] of this.program.operations.entries()) {
      if (kind === "tick") {
        await ticks(rest[0]);
        this.log("tick");
        continue;
      }
      try {
        this.perform(index, kind, ...rest);
      } catch (error) {
        this.log(kind, "raised", named(error));
      }
    }
    await turns();
    this.log("size", this.controller.desiredSize);
    await turns();
    if (hasNoAnswer) this.log("no answer");
    return this.events;
  }

  perform(index, kind, ...rest) {
    const { readable, writable } = this.stream;
    if (kind === "controller") this.act(rest[0]);
    else if (kind === "reader") {
      this.reader = readable.getReader();
      this.then(this.reader.closed, `the reader of ${index} closed`);
    } else if (kind === "writer") {
      this.writer = writable.getWriter();
      this.then(this.writer.closed, `the writer of ${index} closed`);
    } else if (kind === "cancelStream") this.then(readable.cancel("a reason"), `cancelled ${index}`);
    else if (kind === "abortStream") this.then(writable.abort("a reason"), `aborted ${index}`);
    else if (["read", "cancel", "releaseReader"].includes(kind)) {
      if (this.reader !== null) this.performOnTheReader(index, kind);
    } else if (this.writer !== null) this.performOnTheWriter(index, kind, ...rest);
  }

  performOnTheReader(index, kind) {
    if (kind === "read") this.then(this.reader.read(), `read ${index}`);
    else if (kind === "cancel") this.then(this.reader.cancel("a reader's reason"), `cancelled ${index}`);
    else this.reader.releaseLock();
  }

  performOnTheWriter(index, kind, ...rest) {
    if (kind === "write") this.then(this.writer.write(rest[0]), `wrote ${index}`);
    else if (kind === "ready") this.then(this.writer.ready, `ready ${index}`);
    else if (kind === "close") this.then(this.writer.close(), `closed ${index}`);
    else if (kind === "abort") this.then(this.writer.abort("a writer's reason"), `aborted ${index}`);
    else if (kind === "sizes") this.log("sizes", this.writer.desiredSize, this.controller.desiredSize);
    else this.writer.releaseLock();
  }

  then(promise, name) {
    const fulfilled = (result) => {
      if (result === undefined) this.log(name);
      else if (result.done) this.log(name, "done");
      else this.log(name, "chunk", result.value);
    };
    promise.then(fulfilled, (reason) => this.log(name, "failed", named(reason)));
  }
}

(async () => {
  const logs = [];
  for (const program of JSON.parse(fs.readFileSync(file, "utf8"))) logs.push(await new Player(program).play());
  process.stdout.write(`${JSON.stringify(logs)}\n`, () => process.exit());
})();
