"""Mixed Content: requests without TLS that a page loaded over TLS may not make."""
