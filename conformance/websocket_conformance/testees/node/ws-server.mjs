// A server with ws.

import { createRequire } from "node:module";

const [directory, port] = process.argv.slice(2);
const { WebSocketServer } = createRequire(`${directory}/`)("ws");

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(port),
  maxPayload: 0,
  perMessageDeflate: true,
});
server.on("connection", (socket) => {
  socket.on("message", (data, binary) => socket.send(data, { binary }));
  socket.on("error", () => {});
});
