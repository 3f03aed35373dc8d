"""Scenarios at the WebSocket API: what a server does, what a page does, what the page then sees.

They are data, in ``scenarios/``, so that each can be played in Python, in programs that run
JavaScript, and in a browser.

* `scenario` reads them, and `values` is what they send.
* `server` is their server; it plays its part (`script`) on each connection (`peer`, `frames`).
* ``page.py`` and `acts`, or ``page.js``, are their page, which `implementations` play: `ours`,
  programs that run JavaScript (``node.cjs``), or `chromium`. What concerns a WebSocketStream is in
  `stream_page`, which hears of promises by `settling`, and in ``stream.js``. `player` is the
  command that plays a page in Python.
* `lanes` plays several at a time, `suite` brings all of it together, and `verdicts` says what
  became of each.
"""
