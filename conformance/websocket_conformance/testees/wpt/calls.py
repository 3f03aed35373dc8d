"""Constructors, attributes and operations of the implementation, called for JavaScript.

Of Web IDL only that is done here which the classes cannot do, since Python calls functions in
another way: arguments that are too many are left out, one that is undefined is as good as not
given, the object that an operation is called on has to be of its interface, and a coroutine becomes
a promise. And where JavaScript has more words than Python, its own is found again: Python has one
type for bytes, has None where a signal has no reason yet, and raises nothing but exceptions.
"""

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, Final

from websocket_conformance.testees.wpt.foreign import ThrownError
from websocket_conformance.testees.wpt.interfaces import interfaces, parameters
from websocket_conformance.testees.wpt.values import PipeValues
from whatwg_websockets import AbortSignal, DOMException, EnvironmentSettings, undefined

_UINT8_ARRAYS: Final = frozenset({("Blob", "bytes")})
"""What gives a Uint8Array, where all else that is bytes in Python is an ArrayBuffer."""

PipeMessage = dict[str, Any]


class Calls:
    """Calls the implementation for the scripts of one engine.

    Args:
        values: encodes and decodes.
        settings: the settings objects by the realms' numbers.
        promise: takes what is to be awaited, the realm, and the type of bytes; returns a promise.
    """

    def __init__(
        self,
        values: PipeValues,
        settings: dict[int, EnvironmentSettings],
        promise: Callable[[Coroutine[Any, Any, object], int, str], PipeMessage],
    ) -> None:
        self._values = values
        self._settings = settings
        self._promise = promise
        self._scripted: dict[type, type] = {}
        self._streams: list[AsyncIterator[bytes]] = []

    def construct(self, message: PipeMessage) -> Any:
        """Make an object."""
        made = interfaces()[message["interface"]].made
        arguments = self._arguments(message, made.__init__)  # type: ignore[misc]
        realm = message["realm"]
        scripted = self._scripted.get(made)
        if scripted is None:
            scripted = self._scripted[made] = self._script(made)
        return self._values.platform(self._settings[realm].run(scripted, *arguments), realm)

    def _script(self, made: type) -> type:
        """Make the subclass for what scripts construct.

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
        return self._values.encode_attribute(this, name, value, self._values.realm_of(this))

    def set(self, message: PipeMessage) -> Any:
        """Set an attribute."""
        setattr(self._this(message), message["member"], self._values.decode(message["value"]))

    def call(self, message: PipeMessage) -> Any:
        """Call an operation; a static one if there is no ``this``."""
        made = interfaces()[message["interface"]].made
        name = message["member"]
        function = getattr(made, name)
        as_bytes = "Uint8Array" if (made.__name__, name) in _UINT8_ARRAYS else "ArrayBuffer"
        if inspect.iscoroutinefunction(function):
            realm = message["realm"]
            return self._promise(self._call_later(message, function), realm, as_bytes)
        return self._call(message, function)

    async def _call_later(self, message: PipeMessage, function: Callable[..., Any]) -> object:
        return await function(self._this(message), *self._arguments(message, function))

    def _call(self, message: PipeMessage, function: Callable[..., Any]) -> Any:
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
        if isinstance(result, AsyncIterator):
            self._streams.append(result)
            return {"stream": len(self._streams) - 1, "realm": realm}
        # What returns None returns undefined, for no operation here returns null.
        return self._values.encode(undefined if result is None else result, realm)

    def chunk(self, message: PipeMessage) -> Any:
        """Promise the next chunk of a stream; undefined at its end."""
        return self._promise(self._next(message["stream"]), message["realm"], "Uint8Array")

    async def _next(self, number: int) -> object:
        return await anext(self._streams[number], undefined)

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
