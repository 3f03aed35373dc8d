"""The Fetch Standard: the parts that a fetch in the mode "websocket" carries out."""
