"""Compression Extensions for WebSocket, RFC 7692: permessage-deflate."""
