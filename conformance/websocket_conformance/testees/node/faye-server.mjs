// A server with faye-websocket.

import { createServer } from "node:http";
import { createRequire } from "node:module";

const [directory, port] = process.argv.slice(2);
const load = createRequire(`${directory}/`);
const WebSocket = load("faye-websocket");
const deflate = load("permessage-deflate");

const server = createServer();
server.on("upgrade", (request, stream, body) => {
  if (!WebSocket.isWebSocket(request)) {
    stream.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    return;
  }
  const socket = new WebSocket(request, stream, body, [], {
    extensions: [deflate],
    maxLength: 2 ** 28,
  });
  socket.on("message", (event) => socket.send(event.data));
  socket.on("error", () => {});
});
server.listen(Number(port), "127.0.0.1");
