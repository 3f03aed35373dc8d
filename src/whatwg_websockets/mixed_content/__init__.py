"""Mixed Content: what a page that came over TLS may not ask for without TLS."""
