"""The part of a WebSocket that runs in parallel to the page: TCP, TLS, and the connection."""
