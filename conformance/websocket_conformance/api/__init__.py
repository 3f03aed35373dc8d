"""Scenarios at the WebSocket API: what a server does, what a page does, what the page then sees.

They are data, in ``scenarios/``, so that each can be played in Python, in Node and in a browser:
``scenario`` reads them, ``server`` is their server, ``page.py`` and ``page.js`` are their page,
``suite`` brings the three together.
"""
