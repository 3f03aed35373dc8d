"""HTTP Strict Transport Security, RFC 6797: hosts that are connected to over TLS only."""
