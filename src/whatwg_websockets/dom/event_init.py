"""EventInit: the dictionary that every event's constructor takes.

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
"""The members, and how they are converted."""


class EventInit(TypedDict, total=False):
    """The same members, as type checkers know them."""

    bubbles: bool
    cancelable: bool
    composed: bool
