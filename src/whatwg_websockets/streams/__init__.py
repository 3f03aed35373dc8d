"""The Streams Standard: readable and writable streams, with what WebSocketStream needs of them."""
