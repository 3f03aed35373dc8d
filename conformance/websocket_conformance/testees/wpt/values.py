"""Values on their way through the pipe; ``page/values.cjs`` has the other half.

What JSON can say goes as it is. Of an object of the implementation a number goes, under which it is
kept here until the engine lets go of it. Of an object of JavaScript a number comes.
"""

from base64 import b64decode, b64encode
from collections import Counter
from typing import Any, Final
from weakref import WeakValueDictionary

from websocket_conformance.testees.wpt.foreign import (
    Asks,
    Foreign,
    ForeignBytes,
    ForeignFunction,
    ForeignIterable,
    Method,
    ThrownError,
)
from websocket_conformance.testees.wpt.interfaces import interfaces
from whatwg_websockets import DOMException, EventTarget, undefined

_NOT_IN_JSON: Final = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "-0.0": "-0"}


class PipeValues:
    """Encodes and decodes values for one engine.

    Args:
        asks: what has the engine do something.
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

    # What the other side has let go of, and what this side has.

    def let_go(self, numbers: list[int]) -> None:
        """Forget objects of the implementation that no script has any more."""
        gone = set(numbers)
        for number in gone:
            value, _ = self._objects.pop(number)
            del self._numbers[id(value)]
        for key in [key for key in self._attributes if key[0] in gone]:
            del self._attributes[key]

    def forget(self, number: int) -> None:
        """Note that what stood for an object of JavaScript here is gone; see `foreign.Asks`."""
        self._alive[number] -= 1
        self._forgotten.add(number)

    def forgotten(self) -> list[int]:
        """Return what the engine may forget when it has got the message that is being made.

        What the message itself names is not among it, as the engine has to know that once more.
        """
        numbers = [each for each in self._forgotten - self._sent if not self._alive[each]]
        self._forgotten &= self._sent
        self._sent.clear()
        for number in numbers:
            del self._alive[number]
        return numbers

    # From Python to JavaScript.

    def realm_of(self, value: object) -> int:
        """Return the realm of an object of the implementation; the first by default."""
        number = self._numbers.get(id(value))
        return 1 if number is None else self._objects[number][1]

    def platform(self, value: object, realm: int) -> dict[str, Any]:
        """Encode an object of the implementation; one that is new gets a realm."""
        number = self._numbers.get(id(value))
        if number is None:
            self._last += 1
            number = self._numbers[id(value)] = self._last
            self._objects[number] = (value, realm)
        return {
            "platform": number,
            "interface": type(value).__name__,
            "realm": self._objects[number][1],
            "strong": isinstance(value, EventTarget),
        }

    def encode(self, value: object, realm: int, type_of_bytes: str = "ArrayBuffer") -> Any:
        """Encode a value, for a realm in which objects are made of what is not an object here."""
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
        if isinstance(value, (list, tuple)):
            encoded = [self.encode(each, realm) for each in value]
            return {"list": encoded, "frozen": isinstance(value, tuple), "realm": realm}
        if type(value).__name__ in interfaces():
            return self.platform(value, realm)
        raise TypeError(f"no script can have a {type(value).__name__}")

    def encode_attribute(self, owner: object, name: str, value: object, realm: int) -> Any:
        """Encode an attribute's value, which is the same object each time in JavaScript, too."""
        message = self.encode(value, realm)
        number = self._numbers.get(id(owner))
        if number is not None and isinstance(message, dict) and message.keys() & {"bytes", "list"}:
            kept = self._attributes.get((number, name))
            if kept is None or kept[0] is not value:
                self._last += 1
                kept = self._attributes[number, name] = (value, self._last)
            message["same"] = kept[1]
        return message

    def encode_exception(self, exception: Exception, realm: int) -> Any:
        """Encode an exception as what a script catches."""
        if isinstance(exception, ThrownError):
            return self.encode(exception.value, realm)
        if isinstance(exception, DOMException):
            return self.platform(exception, realm)
        name = "Error"
        if isinstance(exception, TypeError):
            name = "TypeError"
        elif isinstance(exception, (ValueError, RecursionError)):
            name = "RangeError"
        return {"error": name, "message": str(exception), "realm": realm}

    def convert(self, to: str, value: object) -> Any:
        """Have JavaScript convert an object of the implementation to a ``string`` or ``number``."""
        return self._asks.do(to, value=self.platform(value, self.realm_of(value)))

    # From JavaScript to Python.

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
            return ForeignBytes.make(self._asks, number, b64decode(message["bytes"]))
        known = self._foreign.get(number)
        if known is None:
            self._alive[number] += 1
            known = self._foreign[number] = _kind_of(message)(self._asks, number)
        return known


def _kind_of(message: dict[str, Any]) -> type[Foreign]:
    if message.get("callable"):
        return ForeignFunction
    return ForeignIterable if message.get("iterable") else Foreign


def _number_of(value: "Foreign | Method | ForeignBytes") -> int:
    if isinstance(value, Method):
        return value.function._number
    return value.number if isinstance(value, ForeignBytes) else value._number
