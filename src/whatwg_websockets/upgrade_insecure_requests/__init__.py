"""Upgrade Insecure Requests: a page that wants all it asks for to come over TLS."""
