"""The WebSocketStream draft: one module an algorithm."""
