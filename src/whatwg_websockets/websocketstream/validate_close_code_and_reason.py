"""5 Validate close code and reason."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_code import NORMAL
from whatwg_websockets.rfc6455.control_frames import MAXIMUM_REASON
from whatwg_websockets.webidl.dom_exception import DOMException


@algorithm("validate-close-code-and-reason", "validate close code and reason")
def validate_close_code_and_reason(code: int | None, reason: str) -> None:
    """Refuse a close code that a program may not use, and a reason too long for a Close frame.

    Args:
        code: the close code; None if it is not given.
        reason: the close reason.

    Raises:
        DOMException: "InvalidAccessError" for the code; "SyntaxError" for a reason of more than 123
            bytes.

    Source: https://whatpr.org/websockets/48.html#validate-close-code-and-reason
    """
    # 1. Throw an InvalidAccessError if the close code is neither 1000 nor from 3000 to 4999.
    if code is not None and code != NORMAL and not 3000 <= code <= 4999:
        raise DOMException(f"close code {code} is not 1000 or 3000-4999", "InvalidAccessError")
    # 2. Check the close reason, which may be the empty string.
    # 2.1. Encode the close reason as UTF-8.
    length = len(reason.encode())
    # 2.2. Throw a SyntaxError if the close reason has more than 123 bytes, which do not fit a Close
    #      frame.
    if length > MAXIMUM_REASON:
        raise DOMException(
            f"a close reason of {length} bytes is longer than {MAXIMUM_REASON}", "SyntaxError"
        )
