// Plays pages in Node: `node node.cjs node` with Node's own WebSocket, `node node.cjs undici FOLDER`
// with that of a package that is installed in the folder. A line of JSON in is a task, a line out is
// its trace.
"use strict";

require("./page.js");
const { createRequire } = require("node:module");
const { createInterface } = require("node:readline");

const [name, folder] = process.argv.slice(2);
const { node, undici } = process.versions;
const global = { Blob, Event, CloseEvent: globalThis.CloseEvent, WebSocket: globalThis.WebSocket };
let label = `Node ${node} (undici ${undici})`;
if (folder) {
  const load = createRequire(`${folder}/`);
  const { WebSocket, CloseEvent } = load(name);
  Object.assign(global, { WebSocket, CloseEvent });
  label = `${name} ${load(`${name}/package.json`).version} (Node ${node})`;
}

process.on("uncaughtException", (error) => global.onReport?.(error));
process.on("unhandledRejection", (error) => global.onReport?.(error));

const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");

async function main() {
  say({ label });
  for await (const line of createInterface({ input: process.stdin })) {
    say({ trace: await globalThis.play(JSON.parse(line), global) });
  }
  process.exit();
}

main();
