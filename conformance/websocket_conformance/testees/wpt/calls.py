"""Constructors, attributes and operations of the implementation, called for JavaScript.

This module carries out those parts of Web IDL that the classes cannot, since Python calls functions
differently: surplus arguments are dropped, an undefined argument counts as missing, the object that
an operation is called on must implement the interface, and a coroutine becomes a promise. The
module also restores distinctions that Python lacks: Python has one type for bytes, has None where a
signal has no reason yet, and can raise only exceptions.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final

from websocket_conformance.testees.wpt.foreign import ThrownError
from websocket_conformance.testees.wpt.interfaces import interfaces, parameters
from websocket_conformance.testees.wpt.values import PipeValues
from whatwg_websockets import AbortSignal, DOMException, EnvironmentSettings, undefined
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import Promise, a_promise_resolved_with

_UINT8_ARRAYS: Final = frozenset({("Blob", "bytes")})
"""The operations that return a Uint8Array; other bytes of Python become an ArrayBuffer."""

PipeMessage = dict[str, Any]


class Calls:
    """Calls the implementation for the scripts of one engine.

    Args:
        values: encodes and decodes values.
        settings: the settings objects by the realms' numbers.
    """

    def __init__(
        self,
        values: PipeValues,
        settings: dict[int, EnvironmentSettings],
    ) -> None:
        self._values = values
        self._settings = settings
        self._scripted: dict[type, type] = {}

    def construct(self, message: PipeMessage) -> Any:
        """Construct an object of an interface."""
        made = interfaces()[message["interface"]].made
        arguments = self._arguments(message, made.__init__)  # type: ignore[misc]
        realm = message["realm"]
        scripted = self._scripted.get(made)
        if scripted is None:
            scripted = self._scripted[made] = self._script(made)
        return self._values.platform(self._settings[realm].run(scripted, *arguments), realm)

    def _script(self, made: type) -> type:
        """Make the subclass for objects that scripts construct.

        A script may extend the class in JavaScript, and give an object a ``toString()``.
        """
        values = self._values
        convert = {
            "__slots__": (),
            "__str__": lambda this: values.convert("string", this),
            "__float__": lambda this: float(values.convert("number", this)),
        }
        return type(made.__name__, (made,), convert)

    def get(self, message: PipeMessage) -> Any:
        """Read an attribute."""
        this = self._this(message)
        name = message["member"]
        value = getattr(this, name)
        if isinstance(this, AbortSignal) and name == "reason" and not this.aborted:
            value = undefined
        realm = message["realm"] if isinstance(value, Promise) else self._values.realm_of(this)
        return self._values.encode_attribute(this, name, value, realm)

    def set(self, message: PipeMessage) -> Any:
        """Set an attribute."""
        setattr(self._this(message), message["member"], self._values.decode(message["value"]))

    def call(self, message: PipeMessage) -> Any:
        """Call an operation; a static one if there is no ``this``."""
        made = interfaces()[message["interface"]].made
        name = message["member"]
        function = getattr(made, name)
        type_of_bytes = "Uint8Array" if (made.__name__, name) in _UINT8_ARRAYS else "ArrayBuffer"
        realm = message["realm"]
        if "this" in message:
            this = self._this(message)
            realm = self._values.realm_of(this)
            arguments = (this, *self._arguments(message, function))
        else:
            arguments = self._arguments(message, function, bound=0)
        try:
            result = self._settings[realm].run(function, *arguments)
        except DOMException:
            if function is AbortSignal.throwIfAborted:
                raise ThrownError(this.reason) from None
            raise
        if inspect.iscoroutine(result):
            result = a_promise_resolved_with(result, the_event_loop())
        if isinstance(result, Promise):
            realm = message["realm"]
        # None becomes undefined, since no operation here returns null.
        return self._values.encode(undefined if result is None else result, realm, type_of_bytes)

    def apply(self, message: PipeMessage) -> Any:
        """Call a function."""
        function = self._values.decode({"platform": message["function"]})
        result = function(*self._arguments(message, function, bound=0))
        return self._values.encode(result, message["realm"])

    def _this(self, message: PipeMessage) -> Any:
        this = self._values.decode(message["this"])
        if not isinstance(this, interfaces()[message["interface"]].made):
            raise TypeError(f"{message['member']} is of {message['interface']}, not of this object")
        return this

    def _arguments(
        self, message: PipeMessage, function: Callable[..., Any], bound: int = 1
    ) -> tuple[Any, ...]:
        result = []
        for parameter, encoded in zip(
            parameters(function, bound), message["arguments"], strict=False
        ):
            value = self._values.decode(encoded)
            has_default = parameter.default is not parameter.empty
            result.append(parameter.default if value is undefined and has_default else value)
        return tuple(result)
