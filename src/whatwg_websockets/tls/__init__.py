"""TLS for connections: the context, the client certificate, and advice on errors."""
