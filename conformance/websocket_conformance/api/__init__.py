"""Scenarios at the WebSocket API: what a server does, what a page does, and what the page sees.

The scenarios are data, in ``scenarios/``, so that each can be played in Python, in programs that
run JavaScript, and in a browser.

* `scenario` reads the scenarios, and `values` makes the values that they send.
* `server` is the scenarios' server. It carries out a scenario's list of operations (`script`) on
  each connection (`peer`, `frames`).
* ``page.py`` and `acts`, or ``page.js``, play a scenario's page. `implementations` starts the
  implementations that can do so: `ours`, programs that run JavaScript (``node.cjs``), or
  `chromium`. The operations on a WebSocketStream are in `stream_page`, which observes promises with
  `settling`, and in ``stream.js``. `player` is the command that plays a page in Python.
* `lanes` plays several scenarios at a time, `suite` runs the whole, and `verdicts` judges each
  scenario.
"""
