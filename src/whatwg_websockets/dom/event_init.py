"""EventInit, the dictionary that the constructor of each event takes.

Source: https://dom.spec.whatwg.org/#dictdef-eventinit
"""

from typing import Final, TypedDict

from whatwg_websockets.webidl.conversions import to_boolean
from whatwg_websockets.webidl.dictionary import Dictionary, Member

EVENT_INIT: Final = Dictionary(
    "EventInit",
    {
        "bubbles": Member(to_boolean, False),
        "cancelable": Member(to_boolean, False),
        "composed": Member(to_boolean, False),
    },
)
"""The members of EventInit with their conversions and defaults."""


class EventInit(TypedDict, total=False):
    """The members of the dictionary EventInit, for type checkers."""

    bubbles: bool
    cancelable: bool
    composed: bool
