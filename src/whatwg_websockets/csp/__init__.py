"""Content Security Policy Level 3: the parts that apply to the request of a WebSocket."""
