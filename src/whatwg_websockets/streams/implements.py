"""Which reader a stream is locked to, and which controller a stream has.

The modules of the abstract operations cannot import the classes, which import them.

Source: https://webidl.spec.whatwg.org/#implements
"""

from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from whatwg_websockets.streams.byob_reader import ReadableStreamBYOBReader
    from whatwg_websockets.streams.default_reader import ReadableStreamDefaultReader
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController


def is_a_default_reader(reader: Any) -> "TypeGuard[ReadableStreamDefaultReader[Any]]":
    """Tell whether an object is a default reader; None is none."""
    return reader is not None and reader._interface == "ReadableStreamDefaultReader"


def is_a_byob_reader(reader: Any) -> "TypeGuard[ReadableStreamBYOBReader]":
    """Tell whether an object is a reader that brings its own buffers; None is none."""
    return reader is not None and reader._interface == "ReadableStreamBYOBReader"


def is_a_byte_controller(controller: Any) -> "TypeGuard[ReadableByteStreamController]":
    """Tell whether a controller is that of a byte stream."""
    return bool(controller._interface == "ReadableByteStreamController")
