// Drives the WebSocket that is built into a runtime of JavaScript, such as Bun and Deno.

import { drive } from "./driver.mjs";

await drive(
  (url, protocols, onMessage) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, protocols);
      socket.binaryType = "arraybuffer";
      socket.onmessage = ({ data }) => onMessage(() => socket.send(data), data);
      socket.onclose = resolve;
    }),
);
