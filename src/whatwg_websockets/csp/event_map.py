"""The event of each type that an EnvironmentSettings fires, for type checkers only.

At run time EnvironmentSettings inherits these methods from EventTarget.

Source: https://w3c.github.io/webappsec-csp/#eventdef-globaleventhandlers-securitypolicyviolation
"""

from typing import Literal, Unpack, overload

from whatwg_websockets.csp.security_policy_violation_event import SecurityPolicyViolationEvent
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_listener import (
    AddEventListenerOptions,
    AddOptions,
    EventListenerCallback,
    EventListenerOptions,
    RemoveOptions,
)
from whatwg_websockets.dom.event_target import EventTarget


class EnvironmentSettingsEventTarget(EventTarget):
    """An EventTarget whose listeners receive the event that belongs to each type."""

    __slots__ = ()

    @overload
    def addEventListener(
        self,
        type: Literal["securitypolicyviolation"],
        callback: EventListenerCallback[SecurityPolicyViolationEvent],
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
        type: Literal["securitypolicyviolation"],
        callback: EventListenerCallback[SecurityPolicyViolationEvent],
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
