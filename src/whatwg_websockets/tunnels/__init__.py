"""Connections through proxies: the method CONNECT of HTTP, and SOCKS 4 and 5."""
