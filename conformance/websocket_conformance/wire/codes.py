"""The status codes that a Close frame may contain.

Source: RFC 6455, section 7.4.
"""

NORMAL = 1000
GOING_AWAY = 1001
PROTOCOL_ERROR = 1002
INVALID_PAYLOAD = 1007
TOO_BIG = 1009

_DEFINED = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011})


def is_valid(code: int) -> bool:
    """Return whether a status code may be in a Close frame.

    Source: RFC 6455, section 7.4.2.
    """
    return code in _DEFINED or 3000 <= code <= 4999
