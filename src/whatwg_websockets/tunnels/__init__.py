"""Connections through proxies: HTTP's method CONNECT, SOCKS 4 and 5."""
