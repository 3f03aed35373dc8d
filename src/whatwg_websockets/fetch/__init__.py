"""What a fetch in "websocket" mode does, of the Fetch Standard: only the parts in use."""
