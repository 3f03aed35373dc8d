"""Tests for the kind of a reader and for the kind of a controller.

The modules of the abstract operations cannot import the classes, which import them.

Source: https://webidl.spec.whatwg.org/#implements
"""

from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from whatwg_websockets.streams.byob_reader import ReadableStreamBYOBReader
    from whatwg_websockets.streams.default_reader import ReadableStreamDefaultReader
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController


def is_a_default_reader(reader: Any) -> "TypeGuard[ReadableStreamDefaultReader[Any]]":
    """Return whether an object is a default reader; None is not a reader."""
    return reader is not None and reader._interface == "ReadableStreamDefaultReader"


def is_a_byob_reader(reader: Any) -> "TypeGuard[ReadableStreamBYOBReader]":
    """Return whether an object is a BYOB reader; None is not a reader."""
    return reader is not None and reader._interface == "ReadableStreamBYOBReader"


def is_a_byte_controller(controller: Any) -> "TypeGuard[ReadableByteStreamController]":
    """Return whether a controller is the controller of a byte stream."""
    return bool(controller._interface == "ReadableByteStreamController")
