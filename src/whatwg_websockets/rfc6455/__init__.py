"""The WebSocket Protocol, RFC 6455, without I/O: bytes in, events out, one module per algorithm."""
