"""The DOM Standard: events, the objects they are dispatched to, and aborting."""
