// Drives the WebSocket of the package undici, another version of which is built into Node.

import { drive, load } from "./driver.mjs";

const { WebSocket } = load("undici");

await drive(
  (url, protocols, onMessage) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, protocols);
      socket.binaryType = "arraybuffer";
      socket.onmessage = ({ data }) => onMessage(() => socket.send(data), data);
      socket.onclose = resolve;
    }),
);
