"""The choice of a proxy for a connection, from settings and environment variables.

This package does not open connections.
"""
