"""The ready state: the page's view of its connection. It moves only in tasks and in ``close()``.

Source: https://websockets.spec.whatwg.org/#dom-websocket-readystate
"""

CONNECTING = 0
OPEN = 1
CLOSING = 2
CLOSED = 3
