"""The judge's own WebSocket, which can break each rule: frames, compression, handshake, connection.

Nothing here is shared with what is judged.
"""
