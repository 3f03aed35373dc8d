// Bun's own server.

const [port] = process.argv.slice(2);

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response("a WebSocket", { status: 426 });
  },
  websocket: {
    maxPayloadLength: 2 ** 28,
    backpressureLimit: 2 ** 28,
    idleTimeout: 0,
    perMessageDeflate: true,
    message(socket, message) {
      socket.send(message, true);
    },
  },
});
