"""Fetch Metadata Request Headers: headers that describe to a server how a request came about."""
