// The pipe to the other process: each message is a line of JSON. Only one side runs at a time.
"use strict";

const fs = require("node:fs");

const LINE_FEED = 10;

class Pipe {
  constructor(input, output) {
    this.input = input;
    this.output = output;
    this.chunk = Buffer.alloc(262_144);
    this.rest = Buffer.alloc(0);
  }

  send(message) {
    const bytes = Buffer.from(JSON.stringify(message) + "\n");
    for (let sent = 0; sent < bytes.length;) sent += fs.writeSync(this.output, bytes, sent);
  }

  // Waits for a message. When the other process has ended, this process ends, too.
  receive() {
    const parts = [];
    for (;;) {
      const end = this.rest.indexOf(LINE_FEED);
      if (end >= 0) {
        parts.push(this.rest.subarray(0, end));
        this.rest = this.rest.subarray(end + 1);
        return JSON.parse(Buffer.concat(parts).toString());
      }
      parts.push(this.rest);
      const count = fs.readSync(this.input, this.chunk);
      if (count === 0) process.exit();
      this.rest = Buffer.from(this.chunk.subarray(0, count));
    }
  }
}

module.exports = { Pipe };
