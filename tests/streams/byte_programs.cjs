// Plays random programs with the standard's own reference implementation, and writes what each logs:
//
//     node byte_programs.cjs REFERENCE PROGRAMS
//
// REFERENCE is the folder reference-implementation of whatwg/streams, where `npm install` and
// `node compile-idl.js` have run; PROGRAMS a file of JSON, as `byte_programs.py` makes them. A list of lists
// of words is written to the standard output. Node.js has to be 21 or later, which transfers buffers.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const [reference, file] = process.argv.slice(2);
for (const name of ["ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "ReadableStreamDefaultController", "ReadableByteStreamController", "ReadableStreamBYOBRequest"]) {
  require(path.resolve(reference, "generated", `${name}.js`)).install(globalThis, ["Window"]);
}

let uncaught = () => {};
process.on("unhandledRejection", () => {});
process.on("uncaughtException", (error) => uncaught(error));

class SourceError extends Error {}

// Closing a branch of a tee may throw, although the standard asserts that it does not.
let hasRaisedInATee = false;

function named(value) {
  if (String(value?.stack).includes("closeSteps")) hasRaisedInATee = true;
  if (value === undefined || value === null) return "nothing";
  if (value instanceof RangeError) return "ValueError";
  if (Array.isArray(value)) return `[${value.map(named).join(",")}]`;
  return typeof value === "string" ? value : value.constructor.name;
}

function seen(view) {
  if (view === undefined) return "nothing";
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return `${view.constructor.name} ${bytes.toString("hex")}`;
}

async function ticks(count) {
  for (let done = 0; done < count; done++) await null;
}

const turns = () => new Promise((resolve) => { setTimeout(resolve, 0); });

class Player {
  constructor(program) {
    hasRaisedInATee = false;
    this.events = [];
    this.program = program;
    this.lastByte = 0;
    this.pulls = program.pulls.values();
    uncaught = (error) => this.log("uncaught", named(error));
    const source = {
      type: "bytes",
      start: (controller) => this.start(controller),
      pull: () => this.pull(),
      cancel: (reason) => this.cancel(reason),
    };
    if (program.autoAllocateChunkSize !== null) source.autoAllocateChunkSize = program.autoAllocateChunkSize;
    const { highWaterMark } = program;
    this.streams = [new ReadableStream(source, highWaterMark === null ? undefined : { highWaterMark })];
    this.readers = [null, null, null];
  }

  log(...words) { this.events.push(words.map(String).join(" ")); }

  start(controller) {
    this.controller = controller;
    return this.program.startsLater ? ticks(3).then(() => this.log("started")) : undefined;
  }

  pull() {
    this.log("pull", this.controller.desiredSize);
    const { value: pull, done } = this.pulls.next();
    if (done) return undefined;
    const act = () => { for (const action of pull.actions) this.act(action); };
    if (pull.ends === "later") return ticks(pull.ticks).then(act);
    act();
    if (pull.ends === "raise") throw new SourceError();
    return pull.ends === "fail" ? Promise.reject("the pull") : undefined;
  }

  cancel(reason) {
    this.log("cancelled with", named(reason));
    if (this.program.cancel === "later") return ticks(2);
    return this.program.cancel === "fail" ? Promise.reject("the cancel") : undefined;
  }

  act([kind, ...rest]) {
    const told = [kind, ...rest].join(" ");
    try {
      this[kind](...rest);
    } catch (error) {
      this.log(told, "raised", named(error));
      return;
    }
    this.log(told);
  }

  nothing() {}

  enqueue(count) {
    const chunk = new Uint8Array(count);
    this.write(chunk);
    this.controller.enqueue(chunk);
  }

  request() {
    if (this.controller.byobRequest === null) throw new SourceError();
    return this.controller.byobRequest;
  }

  respond(count) {
    const request = this.request();
    this.write(request.view.subarray(0, count));
    request.respond(count);
  }

  view(start, end) {
    const request = this.request();
    const view = request.view.subarray(start, end);
    this.write(view);
    request.respondWithNewView(view);
  }

  close() { this.controller.close(); }

  end() {
    this.controller.close();
    this.controller.byobRequest?.respond(0);
  }

  error() { this.controller.error("an error"); }

  write(bytes) {
    for (let index = 0; index < bytes.length; index++) {
      this.lastByte = (this.lastByte + 1) & 255;
      bytes[index] = this.lastByte;
    }
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
    for (const reader of this.readers) reader?.releaseLock();
    await turns();
    if (hasRaisedInATee) this.log("uncaught");
    return this.events;
  }

  perform(index, kind, ...rest) {
    if (kind === "source") this.act(rest[0]);
    else if (kind === "size") this.log("size", this.controller.desiredSize);
    else if (kind === "request") this.log("request", this.controller.byobRequest?.view.byteLength ?? null);
    else if (rest[0] < this.streams.length) this.performOnAStream(index, kind, this.streams[rest[0]], ...rest);
  }

  performOnAStream(index, kind, stream, which, ...rest) {
    const reader = this.readers[which];
    if (kind === "default" || kind === "byob") {
      const made = stream.getReader(kind === "byob" ? { mode: "byob" } : undefined);
      this.readers[which] = made;
      this.then(made.closed, `closed ${index}`);
    } else if (kind === "tee") this.streams.push(...stream.tee());
    else if (kind === "cancel") this.then(stream.cancel("a reason"), `cancelled ${index}`);
    else if (reader === null) return;
    else if (kind === "release") reader.releaseLock();
    else if (kind === "cancelReader") this.then(reader.cancel("a reader's reason"), `cancelled ${index}`);
    else if (reader instanceof ReadableStreamBYOBReader === (kind === "into")) this.read(index, reader, ...rest);
  }

  read(index, reader, view, length, before, behind, least) {
    if (view === undefined) {
      this.then(reader.read(), `read ${index}`);
      return;
    }
    const made = globalThis[view];
    const buffer = new ArrayBuffer(before + length * (made.BYTES_PER_ELEMENT ?? 1) + behind);
    this.then(reader.read(new made(buffer, before, length), { min: least }), `read ${index}`);
  }

  then(promise, name) {
    const fulfilled = (result) => {
      if (result === undefined) this.log(name);
      else this.log(name, result.done ? "done" : "chunk", seen(result.value));
    };
    promise.then(fulfilled, (reason) => this.log(name, "failed", named(reason)));
  }
}

(async () => {
  const logs = [];
  for (const program of JSON.parse(fs.readFileSync(file, "utf8"))) logs.push(await new Player(program).play());
  process.stdout.write(`${JSON.stringify(logs)}\n`, () => process.exit());
})();
