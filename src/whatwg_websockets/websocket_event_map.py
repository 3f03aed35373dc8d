"""The class of event that a WebSocket fires for each type, for type checkers only.

At run time, WebSocket inherits from EventTarget, and uses EventTarget's own methods.

Source: https://websockets.spec.whatwg.org/#handler-websocket-onopen
"""

from typing import Literal, Unpack, overload

from whatwg_websockets.close_event import CloseEvent
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_listener import (
    AddEventListenerOptions,
    AddOptions,
    EventListenerCallback,
    EventListenerOptions,
    RemoveOptions,
)
from whatwg_websockets.dom.event_target import EventTarget
from whatwg_websockets.html.message_event import MessageEvent


class WebSocketEventTarget(EventTarget):
    """An EventTarget whose listeners receive the class of event that belongs to each type."""

    __slots__ = ()

    @overload
    def addEventListener(
        self,
        type: Literal["open", "error"],
        callback: EventListenerCallback[Event],
        options: AddOptions = ...,
        **members: Unpack[AddEventListenerOptions],
    ) -> None: ...

    @overload
    def addEventListener(
        self,
        type: Literal["message"],
        callback: EventListenerCallback[MessageEvent],
        options: AddOptions = ...,
        **members: Unpack[AddEventListenerOptions],
    ) -> None: ...

    @overload
    def addEventListener(
        self,
        type: Literal["close"],
        callback: EventListenerCallback[CloseEvent],
        options: AddOptions = ...,
        **members: Unpack[AddEventListenerOptions],
    ) -> None: ...

    @overload
    def addEventListener(
        self,
        type: str,
        callback: EventListenerCallback[Event],
        options: AddOptions = ...,
        **members: Unpack[AddEventListenerOptions],
    ) -> None: ...

    def addEventListener(self, type: str, *args: object, **kwargs: object) -> None: ...  # noqa: A002, D102

    @overload
    def removeEventListener(
        self,
        type: Literal["open", "error"],
        callback: EventListenerCallback[Event],
        options: RemoveOptions = ...,
        **members: Unpack[EventListenerOptions],
    ) -> None: ...

    @overload
    def removeEventListener(
        self,
        type: Literal["message"],
        callback: EventListenerCallback[MessageEvent],
        options: RemoveOptions = ...,
        **members: Unpack[EventListenerOptions],
    ) -> None: ...

    @overload
    def removeEventListener(
        self,
        type: Literal["close"],
        callback: EventListenerCallback[CloseEvent],
        options: RemoveOptions = ...,
        **members: Unpack[EventListenerOptions],
    ) -> None: ...

    @overload
    def removeEventListener(
        self,
        type: str,
        callback: EventListenerCallback[Event],
        options: RemoveOptions = ...,
        **members: Unpack[EventListenerOptions],
    ) -> None: ...

    def removeEventListener(self, type: str, *args: object, **kwargs: object) -> None: ...  # noqa: A002, D102
