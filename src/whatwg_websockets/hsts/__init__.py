"""HTTP Strict Transport Security, RFC 6797: hosts that are spoken to over TLS alone."""
