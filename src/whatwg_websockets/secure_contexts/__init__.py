"""Secure Contexts: whether an origin or a URL is potentially trustworthy."""
