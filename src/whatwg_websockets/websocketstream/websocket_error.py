"""4.3 The WebSocketError interface: how a connection was closed, or is to be closed.

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


# § websocketstream-error-subclass. WebSocketError is a subclass of DOMException.
# § websocketstream-error-idl. WebSocketError has the members of the IDL, with their names, types
#   and defaults.
class WebSocketError(DOMException):
    """A connection was not closed cleanly, or is to be closed with a code and a reason.

    ``closed`` is rejected, and the streams of a WebSocketStream are errored, with a WebSocketError
    if the connection was not closed cleanly. If one is given to ``readable.cancel()`` or
    ``writable.abort()``, its code and reason are sent in the Close frame::

        await writer.abort(WebSocketError(closeCode=3000, reason="no more of this"))

    Args:
        message: what went wrong, for a person to read.
        init: a mapping with the members ``closeCode``, which is 1000 or 3000 to 4999, and
            ``reason``, of at most 123 bytes in UTF-8; both may be left out, or given as keyword
            arguments. If a reason is given without a code, the code is 1000.

    Raises:
        DOMException: "InvalidAccessError" for another code; "SyntaxError" for a longer reason.
        TypeError: ``closeCode`` is not a number from 0 to 65535.

    Source: https://whatpr.org/websockets/48.html#websocketerror
    """

    # The constructor sets these attributes.
    _close_code: int | None
    _reason: str

    @algorithm("dom-websocketerror-websocketerror", "new WebSocketError(message, init)")
    def __init__(
        self,
        message: str = "",
        init: CloseInfoMembers | WebSocketCloseInfo | Missing | None = MISSING,
        **members: Unpack[CloseInfoMembers],
    ) -> None:
        message = to_dom_string(message)
        converted = CLOSE_INFO.convert(init, members)
        # 1. Set the exception's name to "WebSocketError".
        # 2. Set the exception's message to the given message.
        super().__init__(message, "WebSocketError")
        # 3. Get the close code, or null if it was left out.
        # § websocketstream-error-internal-code. The close code of a WebSocketError is null if its
        #   creator gives none.
        code = converted.get("closeCode")
        # 4. Get the reason, which is the empty string if it was left out.
        # § websocketstream-error-internal-reason. The reason of a WebSocketError is the empty
        #   string if its creator gives none.
        reason = converted["reason"]
        # 5. Validate the close code and the reason.
        validate_close_code_and_reason(code, reason)
        # 6. Set the close code to 1000 if a reason is given without a code.
        if reason and code is None:
            code = NORMAL
        # 7. Store the close code in the WebSocketError.
        self._close_code = code
        # 8. Store the reason in the WebSocketError.
        self._reason = reason

    @property
    def closeCode(self) -> int | None:
        """The WebSocket connection close code; None if there is not one.

        Source: https://whatpr.org/websockets/48.html#dom-websocketerror-closecode
        """
        # § websocketstream-error-code. The closeCode attribute returns the close code that the
        #   WebSocketError stores.
        return self._close_code

    @property
    def reason(self) -> str:
        """The WebSocket connection close reason, or "".

        Source: https://whatpr.org/websockets/48.html#dom-websocketerror-reason
        """
        # § websocketstream-error-reason. The reason attribute returns the reason that the
        #   WebSocketError stores.
        return self._reason

    def __reduce__(self) -> tuple[Callable[..., "WebSocketError"], tuple[Any, ...]]:
        """Copy and pickle the error with its code and reason, even if they are the server's."""
        return a_new_websocket_error, (self.message, self._close_code, self._reason)


def a_new_websocket_error(
    message: str, code: int | None = None, reason: str = ""
) -> WebSocketError:
    """Make an error that says how a connection ended, even with a code that programs may not use.

    Args:
        message: what went wrong, for a person to read.
        code: the WebSocket connection close code; None if the connection was not established.
        reason: the WebSocket connection close reason.

    Source: https://whatpr.org/websockets/48.html#feedback-to-websocket-stream-from-the-protocol
    """
    error = WebSocketError(message)
    error._close_code = code
    error._reason = reason
    return error
