"""Fetch Metadata Request Headers: what a server learns of the circumstances of a request."""
