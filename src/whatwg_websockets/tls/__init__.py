"""TLS as a connection wants it: the context, and whom it trusts."""
