importScripts("/echo.js");

self.onmessage = async ({ data }) => {
  if (data === "throw") {
    self.addEventListener("error", (event) => event.preventDefault(), { once: true });
    setTimeout(() => { throw new Error("handled by the worker"); });
    setTimeout(() => { throw new Error("thrown in a worker"); });
  }
  else if (data === "loop") {
    postMessage("it begins");
    for (;;);
  } else {
    const socket = new WebSocket(data.echo);
    socket.onopen = () => socket.send("Hello from a worker");
    socket.onmessage = (event) => {
      postMessage({ found: event.data, isWorker: self instanceof DedicatedWorkerGlobalScope, list: [1, 2] });
      close();
    };
  }
};
