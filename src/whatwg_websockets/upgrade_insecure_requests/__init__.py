"""Upgrade Insecure Requests: a directive with which a page makes its requests over TLS only."""
