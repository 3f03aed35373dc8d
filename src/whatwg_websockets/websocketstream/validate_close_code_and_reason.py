"""5 Validate close code and reason."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_code import NORMAL
from whatwg_websockets.rfc6455.control_frames import MAXIMUM_REASON
from whatwg_websockets.webidl.dom_exception import DOMException


@algorithm("validate-close-code-and-reason", "validate close code and reason")
def validate_close_code_and_reason(code: int | None, reason: str) -> None:
    """Refuse a close code that a program may not use, and a reason that fits no Close frame.

    Args:
        code: the code, or None for none.
        reason: the reason.

    Raises:
        DOMException: "InvalidAccessError" for the code; "SyntaxError" for a reason of more than 123
            bytes.

    Source: https://whatpr.org/websockets/48.html#validate-close-code-and-reason
    """
    # 1. A program may choose 1000 or 3000 to 4999; every other code is the protocol's own.
    if code is not None and code != NORMAL and not 3000 <= code <= 4999:
        raise DOMException(f"close code {code} is not 1000 or 3000-4999", "InvalidAccessError")
    # 2. There is always a reason, which may be empty.
    # 2.1. The length of the reason is that of its UTF-8.
    length = len(reason.encode())
    # 2.2. The reason has to fit a control frame beside its code.
    if length > MAXIMUM_REASON:
        raise DOMException(
            f"a close reason of {length} bytes is longer than {MAXIMUM_REASON}", "SyntaxError"
        )
