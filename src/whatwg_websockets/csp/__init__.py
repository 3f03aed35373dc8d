"""Content Security Policy Level 3, as far as the request of a WebSocket needs it."""
