// Plays pages in Node: `node node.cjs node` with Node's own WebSocket, which is undici's, and
// `node node.cjs ws` with that of ws. A line of JSON in is a task, a line out is its trace.
"use strict";

require("./page.js");
const { createInterface } = require("node:readline");

const isWs = process.argv[2] === "ws";
const global = { Blob, Event, CloseEvent: globalThis.CloseEvent, WebSocket: globalThis.WebSocket };
let label = `undici ${process.versions.undici}`;
if (isWs) {
  const ws = require("ws");
  Object.assign(global, { WebSocket: ws.WebSocket, CloseEvent: ws.CloseEvent });
  label = `ws ${require("ws/package.json").version}`;
}

process.on("uncaughtException", (error) => global.onReport?.(error));
process.on("unhandledRejection", (error) => global.onReport?.(error));

const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");

async function main() {
  say({ label: `${label} (Node ${process.versions.node})` });
  for await (const line of createInterface({ input: process.stdin })) {
    say({ trace: await globalThis.play(JSON.parse(line), global) });
  }
  process.exit();
}

main();
