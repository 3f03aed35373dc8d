"""4.3 The WebSocketError interface: how a connection is to be closed, or was closed.

Source: https://whatpr.org/websockets/48.html#the-websocketevent-interface
"""

from collections.abc import Callable
from typing import Any, Unpack

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_code import NORMAL
from whatwg_websockets.webidl.conversions import to_dom_string
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.websocketstream.dictionaries import (
    CLOSE_INFO,
    CloseInfoMembers,
    WebSocketCloseInfo,
)
from whatwg_websockets.websocketstream.validate_close_code_and_reason import (
    validate_close_code_and_reason,
)


# § websocketstream-error-subclass. A WebSocketError is a DOMException.
# § websocketstream-error-idl. The members have the names, the types and the defaults of the IDL.
class WebSocketError(DOMException):
    """A connection was not closed cleanly, or is to be closed with a code and a reason.

    ``closed``, and the streams of a WebSocketStream, end with one if the connection was not closed
    cleanly. Given to ``readable.cancel()`` or ``writable.abort()``, it says what the Close frame is
    to say::

        await writer.abort(WebSocketError(closeCode=3000, reason="no more of this"))

    Args:
        message: what went wrong, for a person to read.
        init: a mapping that may have ``closeCode``, which is 1000 or 3000 to 4999, and ``reason``,
            which has at most 123 bytes of UTF-8; also as keyword arguments. A reason without a code
            has 1000.

    Raises:
        DOMException: "InvalidAccessError" for another code; "SyntaxError" for a longer reason.
        TypeError: ``closeCode`` is not a number from 0 to 65535.

    Source: https://whatpr.org/websockets/48.html#websocketerror
    """

    # § websocketstream-error-internal-code. No code is known at first.
    _close_code: int | None = None
    # § websocketstream-error-internal-reason. The reason is empty at first.
    _reason: str = ""

    @algorithm("dom-websocketerror-websocketerror", "new WebSocketError(message, init)")
    def __init__(
        self,
        message: str = "",
        init: CloseInfoMembers | WebSocketCloseInfo | Missing | None = MISSING,
        **members: Unpack[CloseInfoMembers],
    ) -> None:
        message = to_dom_string(message)
        converted = CLOSE_INFO.convert(init, members)
        # 1. The name is that of the interface.
        # 2. The message is the one that was given.
        super().__init__(message, "WebSocketError")
        # 3. The code may have been left out.
        code = converted.get("closeCode")
        # 4. The reason is empty if it was left out.
        reason = converted["reason"]
        # 5. The code and the reason are checked as for a Close frame.
        validate_close_code_and_reason(code, reason)
        # 6. A reason without a code gets the code 1000.
        if reason and code is None:
            code = NORMAL
        # 7. The code is kept.
        self._close_code = code
        # 8. The reason is kept.
        self._reason = reason

    @property
    def closeCode(self) -> int | None:
        """The WebSocket connection close code; None if there is none.

        Source: https://whatpr.org/websockets/48.html#dom-websocketerror-closecode
        """
        # § websocketstream-error-code. The code is the one that was kept.
        return self._close_code

    @property
    def reason(self) -> str:
        """The WebSocket connection close reason, or "".

        Source: https://whatpr.org/websockets/48.html#dom-websocketerror-reason
        """
        # § websocketstream-error-reason. The reason is the one that was kept.
        return self._reason

    def __reduce__(self) -> tuple[Callable[..., "WebSocketError"], tuple[Any, ...]]:
        """Be copied and pickled with the code and the reason, which may be a server's."""
        return a_new_websocket_error, (self.message, self._close_code, self._reason)


def a_new_websocket_error(
    message: str, code: int | None = None, reason: str = ""
) -> WebSocketError:
    """Make an error that tells how a connection ended, also with a code that no program may use.

    Args:
        message: what went wrong, for a person to read.
        code: the WebSocket connection close code, or None where there was no connection.
        reason: the WebSocket connection close reason.

    Source: https://whatpr.org/websockets/48.html#feedback-to-websocket-stream-from-the-protocol
    """
    error = WebSocketError(message)
    error._close_code = code
    error._reason = reason
    return error
