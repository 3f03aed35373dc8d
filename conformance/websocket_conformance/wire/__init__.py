"""The judge's own WebSocket, which can break each rule of the protocol.

* `frames`, `masking` and `deflate` encode and decode what goes over the wire, `handshake` has the
  opening handshake, and `codes` the status codes of Close frames.
* `sendable` has what can be sent, valid or not, and `log` records what went over a connection.
* `endpoint` is one end of an open connection. It puts together `sending`, `receiving` and
  `closing`, which share a `connection`. `outgoing` is the queue of octets to be written, `rules`
  has the rules that a frame's header can break, `utf8` checks text, and `options` say which rules
  are kept. `surroundings` has the interfaces of a transport, timers and a listener, which an
  endpoint needs.

The judge shares no code with the implementation that it judges.
"""
