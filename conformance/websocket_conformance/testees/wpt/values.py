"""The encoding of values for the pipe; ``page/values.cjs`` is its counterpart.

Values that JSON can represent are sent unchanged. For an object of the implementation a number is
sent, under which the object is kept here until the engine releases it. For an object of JavaScript
a number is received.
"""

from base64 import b64decode, b64encode
from collections import Counter
from types import FunctionType
from typing import Any, Final
from weakref import WeakValueDictionary

from websocket_conformance.testees.wpt.foreign import (
    Asks,
    Foreign,
    ForeignAsyncIterable,
    ForeignBytes,
    ForeignFunction,
    ForeignIterable,
    ForeignRefused,
    Method,
    ThrownError,
)
from websocket_conformance.testees.wpt.interfaces import interfaces, required
from websocket_conformance.testees.wpt.promises import (
    EngineMicrotasks,
    ForeignPromise,
    ForeignReaction,
    Twin,
    is_pending,
    outcome_of,
)
from whatwg_websockets import Blob, DOMException, Event, undefined
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import Promise, Rejection

FIRST: Final = 1
"""The number of the first realm, which is that of the page itself."""

_NOT_IN_JSON: Final = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "-0.0": "-0"}


class PipeValues:
    """Encodes and decodes values for one engine.

    Args:
        asks: asks the engine for operations.

    Attributes:
        realm: the realm whose function a script has called; 0 if no script runs.
    """

    def __init__(self, asks: Asks) -> None:
        self._asks = asks
        self._objects: dict[int, tuple[object, int]] = {}
        self._numbers: dict[int, int] = {}
        self._last = 0
        self._foreign: WeakValueDictionary[int, Foreign] = WeakValueDictionary()
        self._alive: Counter[int] = Counter()
        self._forgotten: set[int] = set()
        self._sent: set[int] = set()
        self._attributes: dict[tuple[int, str], tuple[object, int]] = {}
        self._functions: dict[tuple[FunctionType, int], int] = {}
        self.realm = 0

    # The objects that the engine has released, and those that Python has released.

    def let_go(self, numbers: list[int]) -> None:
        """Forget objects of the implementation that scripts no longer use."""
        gone = set(numbers)
        for number in gone:
            value, _ = self._objects.pop(number)
            del self._numbers[id(value)]
        for key in [key for key in self._attributes if key[0] in gone]:
            del self._attributes[key]

    def forget(self, number: int) -> None:
        """Record that Python no longer uses an object of JavaScript; see `foreign.Asks`."""
        self._alive[number] -= 1
        self._forgotten.add(number)

    def forgotten(self) -> list[int]:
        """Return the objects that the engine may forget once it has the message that is being made.

        Objects that the message itself names are not among them, since the engine still needs
        these.
        """
        numbers = [each for each in self._forgotten - self._sent if not self._alive[each]]
        self._forgotten &= self._sent
        self._sent.clear()
        for number in numbers:
            del self._alive[number]
        return numbers

    # Values from Python to JavaScript.

    def realm_of(self, value: object) -> int:
        """Return the realm of an object of the implementation; by default, the caller's realm."""
        number = self._numbers.get(id(value))
        return self.realm or FIRST if number is None else self._objects[number][1]

    def _number(self, value: object, realm: int) -> tuple[int, bool]:
        """Return the number of an object, and whether it is new; a new object gets the realm."""
        number = self._numbers.get(id(value))
        if number is not None:
            return number, False
        self._last += 1
        self._numbers[id(value)] = self._last
        self._objects[self._last] = (value, realm)
        return self._last, True

    def platform(self, value: object, realm: int) -> dict[str, Any]:
        """Encode an object of the implementation; a new object gets a realm."""
        number, _ = self._number(value, realm)
        return {
            "platform": number,
            "interface": type(value).__name__,
            "realm": self._objects[number][1],
            "strong": not isinstance(value, (Blob, DOMException, Event)),
        }

    def encode(self, value: object, realm: int, type_of_bytes: str = "ArrayBuffer") -> Any:
        """Encode a value for a realm, in which JavaScript makes the objects of the value."""
        if value is undefined:
            return {"undefined": True}
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, float):
            said = _NOT_IN_JSON.get(repr(value))
            return value if said is None else {"number": said}
        if isinstance(value, (Foreign, Method, ForeignBytes)):
            number = _number_of(value)
            self._sent.add(number)
            return {"object": number}
        if isinstance(value, bytes):
            content = b64encode(value).decode()
            return {"bytes": content, "type": type_of_bytes, "realm": realm}
        return self._encode_object(value, realm, type_of_bytes)

    def _encode_object(self, value: object, realm: int, type_of_bytes: str) -> Any:
        if isinstance(value, Promise):
            return self.promise(value, realm, type_of_bytes)
        if isinstance(value, Exception):
            return self.encode_exception(value, realm)
        if members := _members(value):
            encoded = [[name, self.encode(each, realm, "Uint8Array")] for name, each in members]
            return {"members": encoded, "realm": realm}
        if isinstance(value, (list, tuple)):
            encoded = [self.encode(each, realm) for each in value]
            return {"list": encoded, "frozen": isinstance(value, tuple), "realm": realm}
        if type(value).__name__ in interfaces():
            return self.platform(value, realm)
        raise TypeError(f"no script can have a {type(value).__name__}")

    def promise(self, value: Promise[Any], realm: int, type_of_bytes: str) -> dict[str, Any]:
        """Encode a promise of Python; a new promise gets a twin."""
        number, is_new = self._number(value, realm)
        realm = self._objects[number][1]
        twin = Twin(value, number, realm, type_of_bytes)
        message = {"promise": number, "realm": realm}
        if not is_pending(value):
            return {**message, **self._outcome(twin)}
        if is_new:
            twin.attach()
        return message

    def _outcome(self, twin: Twin) -> dict[str, Any]:
        realm = self.realm or twin.realm
        is_rejected, result, is_handled = outcome_of(twin.promise)
        if result is None and not is_rejected:
            result = undefined
        try:
            value = self.encode(result, realm, twin.type_of_bytes)
        except TypeError as error:
            is_rejected, value = True, self.encode(error, realm)
        return {"value": value, "isRejected": is_rejected, "isHandled": is_handled}

    def encode_queued(self, microtasks: EngineMicrotasks) -> list[dict[str, Any]]:
        """Encode the microtasks that were queued for the engine since the last message."""
        encoded = []
        for steps, argument in microtasks.taken():
            if isinstance(argument, Twin):
                encoded.append({"settle": argument.number, **self._outcome(argument)})
                continue
            entry = {"microtask": microtasks.keep(steps, argument)}
            if isinstance(argument, ForeignReaction):
                entry["of"] = argument.promise._number
                self._sent.add(argument.promise._number)
            encoded.append(entry)
        return encoded

    def encode_attribute(self, owner: object, name: str, value: object, realm: int) -> Any:
        """Encode an attribute's value so that JavaScript, too, gets the same object each time."""
        if isinstance(value, FunctionType):
            return self._function(value, name, realm)
        message = self.encode(value, realm)
        number = self._numbers.get(id(owner))
        if number is not None and isinstance(message, dict) and message.keys() & {"bytes", "list"}:
            kept = self._attributes.get((number, name))
            if kept is None or kept[0] is not value:
                self._last += 1
                kept = self._attributes[number, name] = (value, self._last)
            message["same"] = kept[1]
        return message

    def _function(self, value: FunctionType, name: str, realm: int) -> dict[str, Any]:
        """Encode a function of the implementation; each realm has its own function object."""
        number = self._functions.get((value, realm))
        if number is None:
            self._last += 1
            number = self._functions[value, realm] = self._last
            self._objects[number] = (value, realm)
        return {"function": number, "name": name, "length": required(value, 0), "realm": realm}

    def encode_exception(self, exception: Exception, realm: int) -> Any:
        """Encode an exception as the object that a script catches, the same object each time."""
        if isinstance(exception, ThrownError):
            return self.encode(exception.value, realm)
        if isinstance(exception, Rejection):
            return self.encode(exception.reason, realm)
        if isinstance(exception, DOMException):
            return self.platform(exception, realm)
        name = "Error"
        if isinstance(exception, TypeError):
            name = "TypeError"
        elif isinstance(exception, (ValueError, RecursionError)):
            name = "RangeError"
        number, _ = self._number(exception, realm)
        return {"error": name, "message": str(exception), "exception": number, "realm": realm}

    def convert(self, to: str, value: object) -> Any:
        """Let JavaScript convert an object of the implementation to a ``string`` or ``number``."""
        return self._asks.do(to, value=self.platform(value, self.realm_of(value)))

    # Values from JavaScript to Python.

    def decode(self, message: Any) -> Any:
        """Decode a value."""
        if not isinstance(message, dict):
            return message
        if "platform" in message:
            return self._objects[message["platform"]][0]
        if "object" in message:
            return self._decode_object(message)
        if "number" in message:
            return -0.0 if message["number"] == "-0" else float(message["number"])
        if "bigint" in message:
            return int(message["bigint"])
        if "next" in message:
            return {"next": self.decode(message["next"])}
        return {} if "done" in message else undefined

    def _decode_object(self, message: dict[str, Any]) -> Foreign | ForeignBytes:
        number = message["object"]
        if "bytes" in message:
            self._alive[number] += 1
            view = message["view"]
            if view is not None:
                view["buffer"] = self._decode_object({"object": view["buffer"]})
            content = b64decode(message["bytes"])
            return ForeignBytes.make(self._asks, number, content, view)
        known = self._foreign.get(number)
        if known is None:
            self._alive[number] += 1
            if message.get("promise"):
                known = ForeignPromise(self._asks, number, the_event_loop())
            else:
                known = _kind_of(message)(self._asks, number)
            self._foreign[number] = known
        return known


def _kind_of(message: dict[str, Any]) -> type[Foreign]:
    if message.get("callable"):
        return ForeignFunction
    if message.get("refused"):
        return ForeignRefused
    if message.get("iterable"):
        return ForeignIterable
    return ForeignAsyncIterable if message.get("asyncIterable") else Foreign


def _members(value: object) -> list[tuple[str, Any]]:
    """Return the members of a dictionary of Web IDL; an empty list for any other object.

    The result at the end of an iteration has no value.
    """
    names = getattr(type(value), "_fields", getattr(type(value), "__dataclass_fields__", ()))
    members = {name: getattr(value, name) for name in names}
    if members.get("done") and members["value"] is None:
        members["value"] = undefined
    return list(members.items())


def _number_of(value: "Foreign | Method | ForeignBytes") -> int:
    if isinstance(value, Method):
        return value.function._number
    return value.number if isinstance(value, ForeignBytes) else value._number
