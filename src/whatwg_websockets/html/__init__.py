"""The HTML Standard: the event loop, settings, event handlers and MessageEvent."""
