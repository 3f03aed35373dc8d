// Plays pages in Node, Bun or Deno: `node node.cjs node` with the program's own WebSocket,
// `node node.cjs undici FOLDER` with the WebSocket of a package that is installed in the folder. It
// reads tasks from standard input and prints traces, each as a line of JSON.
"use strict";

require("./page.js");
require("./stream.js");
const { createRequire } = require("node:module");
const { createInterface } = require("node:readline");
const { execFileSync } = require("node:child_process");

const [name, folder] = process.argv.slice(2);
const { node, undici, bun, deno } = process.versions;
const global = {
  Blob, Event, CloseEvent: globalThis.CloseEvent, WebSocket: globalThis.WebSocket,
  WebSocketStream: globalThis.WebSocketStream, WebSocketError: globalThis.WebSocketError,
};
let runs = `Node ${node}`;
if (bun) runs = `Bun ${bun}`;
else if (deno) runs = `Deno ${deno}`;
let label = bun || deno ? runs : `${runs} (undici ${undici})`;
if (folder) {
  const load = createRequire(`${folder}/`);
  const { WebSocket, CloseEvent, WebSocketStream, WebSocketError } = load(name);
  Object.assign(global, { WebSocket, CloseEvent, WebSocketStream, WebSocketError });
  label = `${name} ${load(`${name}/package.json`).version} (${runs})`;
}

process.on("uncaughtException", (error) => global.onReport?.(error));
process.on("unhandledRejection", (error) => global.onReport?.(error));

// Blocks until the response to a request has arrived, as a browser's synchronous request does.
global.block = (url) => {
  const code = `fetch(${JSON.stringify(url)}).then((answer) => answer.text())`;
  execFileSync(process.execPath, deno ? ["eval", code] : ["-e", code]);
};

const collect = globalThis.Bun ? () => Bun.gc(true) : globalThis.gc;
if (collect) global.collect = collect;

const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");

async function main() {
  say({ label });
  for await (const line of createInterface({ input: process.stdin })) {
    say({ trace: await globalThis.play(JSON.parse(line), global) });
  }
  process.exit();
}

main();
