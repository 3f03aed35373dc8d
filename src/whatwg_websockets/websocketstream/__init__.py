"""The WebSocketStream draft: one module for each algorithm."""
