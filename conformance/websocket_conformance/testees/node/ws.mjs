// Drives ws.

import { drive, load } from "./driver.mjs";

const WebSocket = load("ws");

await drive(
  (url, protocols, onMessage) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, protocols, { maxPayload: 0 });
      socket.on("message", (data, binary) => onMessage(() => socket.send(data, { binary }), data));
      socket.on("error", () => {});
      socket.addEventListener("close", resolve);
    }),
);
