"""Authentication over HTTP, RFC 9110 section 11: Basic (RFC 7617), Digest (RFC 7616) and Bearer."""
