"""Scenarios at the WebSocket API: what a server does, what a page does, what the page then sees.

They are data, in ``scenarios/``, so that each can be played in Python, in Node and in a browser.

* `scenario` reads them, `operations` are the small languages in which they are written, and
  `values` what these send.
* `server` is their server; it plays its part (`script`) on each connection (`peer`, `frames`).
* ``page.py`` and ``page.js`` are their page, which `implementations` play: `ours`, Node, or
  `chromium`.
* `lanes` plays several at a time, `suite` brings all of it together, and `verdicts` says what
  became of each. `differential`, with its command in `cli`, puts implementations side by side.
"""
