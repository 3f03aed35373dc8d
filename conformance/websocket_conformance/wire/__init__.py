"""The judge's own WebSocket, which can break each rule.

* `frames`, `masking` and `deflate` are what goes over the wire, `handshake` is what opens a
  connection, and `codes` are those that a Close may carry.
* `sendable` is what can be sent, right or wrong, and `log` is what went over a connection.
* `endpoint` is one end of an open connection. It puts together `sending`, `receiving` and
  `closing`, which share a `connection`. `outgoing` is what waits to be written, `rules` are those
  that a frame's header can break, `utf8` checks text, and `options` say which rules are kept.
  `surroundings` is what an endpoint needs around it: a transport, timers, and a listener.

Nothing here is shared with what is judged.
"""
