"""The ready state: the page's view of its connection, which only tasks and ``close()`` change.

Source: https://websockets.spec.whatwg.org/#dom-websocket-readystate
"""

from typing import Final, Literal, TypeAlias

CONNECTING: Final = 0
OPEN: Final = 1
CLOSING: Final = 2
CLOSED: Final = 3

READY_STATES: Final = ("CONNECTING", "OPEN", "CLOSING", "CLOSED")
"""The names of the ready states, by their numbers."""

ReadyState: TypeAlias = Literal[0, 1, 2, 3]
"""The type of a ready state, and of the constants of WebSocket.

Were ``WebSocket.OPEN`` of the type ``Literal[1]``, a type checker would conclude from
``socket.readyState == WebSocket.OPEN`` that the attribute is 1 from there to the end of the
function, and would refuse a program that closes the socket and then compares it with CLOSING.
"""
