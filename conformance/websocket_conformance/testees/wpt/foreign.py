"""Objects of JavaScript in Python, which are passed to the classes of the implementation.

The implementation converts them like any other object of Python. So each of them has the methods of
Python that correspond to JavaScript's: ``str()`` calls ``toString()``, ``float()`` calls
``valueOf()``, an attribute reads a property, and iteration uses JavaScript's iterator.
"""

from collections.abc import Iterator
from typing import Any, Final, Protocol

from whatwg_websockets import Event, undefined
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.asynchronous_iterator import DefaultAsynchronousIterator
from whatwg_websockets.webidl.promise_objects import Promise

_WITHOUT_THIS: Final = frozenset({"size"})
"""Functions that are members of dictionaries and are called without ``this``."""


class Asks(Protocol):
    """The interface through which objects ask the engine for operations."""

    def do(self, what: str, **members: Any) -> Any:
        """Let the engine do something, and return the resulting value."""

    def invoke(
        self, function: "Foreign", this: object, arguments: tuple[Any, ...], *, awaits: bool = False
    ) -> Any:
        """Call a function of JavaScript.

        Args:
            function: the function.
            this: its ``this``.
            arguments: its arguments.
            awaits: whether a returned object with a method ``then`` becomes a promise.
        """

    def forget(self, number: int) -> None:
        """Let the engine forget an object."""


class ThrownError(Exception):
    """An exception of Python that carries a value which JavaScript threw.

    Attributes:
        value: the value that was thrown, which may be anything.
    """

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


def thrown(value: object) -> Exception:
    """Return the exception for a value that JavaScript threw; return one of Python unchanged."""
    return value.with_traceback(None) if isinstance(value, Exception) else ThrownError(value)


class Foreign:
    """An object of JavaScript.

    Args:
        asks: asks the engine for operations.
        number: the object's number in the engine.
    """

    def __init__(self, asks: Asks, number: int) -> None:
        self._asks = asks
        self._number = number

    def __del__(self) -> None:
        self._asks.forget(self._number)

    def __str__(self) -> str:
        string: str = self._asks.do("string", value={"object": self._number})
        return string

    def __repr__(self) -> str:
        return f"<object {self._number} of JavaScript>"

    def __float__(self) -> float:
        return float(self._asks.do("number", value={"object": self._number}))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = self._asks.do("property", object=self._number, name=name)
        if isinstance(value, ForeignFunction) and name not in _WITHOUT_THIS:
            return Method(value, self)
        return value


class ForeignAsyncIterable(Foreign):
    """An object that can be iterated over asynchronously."""

    def __aiter__(self) -> "ForeignAsyncIterator":
        return ForeignAsyncIterator(self._asks.do("asyncIterate", object=self._number))


class ForeignAsyncIterator(DefaultAsynchronousIterator[Any]):
    """An asynchronous iterator over an object of JavaScript.

    Args:
        record: an object with the functions ``next`` and ``close``, which return promises.
    """

    __slots__ = ("_record",)

    def __init__(self, record: Foreign) -> None:
        super().__init__(the_event_loop())
        self._record = record

    def next(self) -> Promise[Any]:
        """Return a promise of the next result."""
        following: Promise[Any] = self._record.next()
        return following

    def return_(self, value: object = undefined) -> Promise[Any]:
        """End the iteration early, and return a promise that is settled when it has ended."""
        end: Promise[Any] = self._record.close(value)
        return end

    def _get_the_next_iteration_result(self) -> Promise[Any]:
        return self.next()

    def _return(self, value: object) -> Promise[Any]:
        return self.return_(value)


class ForeignIterable(ForeignAsyncIterable):
    """An object that can be iterated over, such as an Array."""

    def __iter__(self) -> Iterator[Any]:
        iterator = self._asks.do("iterate", object=self._number)
        while "next" in (result := self._asks.do("next", object=iterator._number)):
            yield result["next"]


class ForeignFunction(Foreign):
    """A function of JavaScript; if it is a listener, its ``this`` is the event's current target."""

    def __call__(self, *arguments: Any) -> Any:
        """Call the function, and return what it returns."""
        event = _event_of(arguments)
        this = undefined if event is None else event.currentTarget
        return self._asks.invoke(self, this, arguments, awaits=event is None)


def _event_of(arguments: tuple[Any, ...]) -> Event | None:
    """Return the event that a listener is called with; None if the arguments are not an event."""
    return arguments[0] if arguments and isinstance(arguments[0], Event) else None


class Method:
    """A function that is a property of an object; the object is its ``this``.

    Attributes:
        function: the function.
    """

    def __init__(self, function: ForeignFunction, this: Foreign) -> None:
        self.function = function
        self._this = this

    def __call__(self, *arguments: Any) -> Any:
        """Call the function, and return what it returns."""
        awaits = _event_of(arguments) is None
        return self.function._asks.invoke(self.function, self._this, arguments, awaits=awaits)

    def __str__(self) -> str:
        return str(self.function)

    def __float__(self) -> float:
        return float(self.function)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.function, name)


class ForeignRefused(Foreign):
    """A resizable buffer, or a view on a resizable or shared buffer.

    An operation that takes bytes refuses it instead of treating it as an object of another kind.
    """

    def __str__(self) -> str:
        raise TypeError("the buffer can be resized, or is shared")


class ForeignBytes(bytes):
    """An ArrayBuffer, or a view on one, with the bytes that it had when it was passed to Python.

    Attributes:
        number: the object's number in the engine.
        view: for a view, its buffer and the range that it shows; None for a buffer.
    """

    number: int
    view: dict[str, Any] | None
    _asks: Asks

    @classmethod
    def make(
        cls, asks: Asks, number: int, content: bytes, view: dict[str, Any] | None
    ) -> "ForeignBytes":
        """Make the object from its bytes and the description of its view."""
        self = cls(content)
        self.number = number
        self.view = view
        self._asks = asks
        return self

    def __del__(self) -> None:
        self._asks.forget(self.number)
