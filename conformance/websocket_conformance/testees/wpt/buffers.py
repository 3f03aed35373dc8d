"""ArrayBuffers of the engine, which scripts use and streams transfer.

The memory stays in the engine. The classes here refer to its buffers by their numbers, and ask the
engine for the operations that the implementation otherwise performs on memory of Python.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final

from websocket_conformance.testees.wpt.foreign import Asks, Foreign, ForeignBytes
from whatwg_websockets.webidl.array_buffer import (
    DATA_VIEW,
    UINT8_ARRAY,
    ArrayBuffer,
    ArrayBuffers,
    ArrayBufferView,
    ViewType,
)

_NAMES: Final = {UINT8_ARRAY: "Uint8Array", DATA_VIEW: "DataView"}


class EngineBuffer(ArrayBuffer):
    """An ArrayBuffer of the engine.

    Args:
        buffers: asks the engine for operations.
        handle: the object in the engine.
    """

    __slots__ = ("_buffers", "_handle")

    def __init__(self, buffers: "EngineBuffers", handle: Foreign | ForeignBytes) -> None:
        super().__init__(b"")
        self._buffers = buffers
        self._handle = handle

    @property
    def number(self) -> int:
        """The number of the object."""
        handle = self._handle
        return handle.number if isinstance(handle, ForeignBytes) else handle._number

    @property
    def byte_length(self) -> int:
        """The length of the buffer in bytes; 0 if the buffer is detached."""
        return int(self._perform("byteLength"))

    @property
    def is_detached(self) -> bool:
        """Whether the buffer is detached, by Python or by a script."""
        return bool(self._perform("isDetached"))

    def transfer(self) -> ArrayBuffer:
        """Transfer the memory to a new buffer, and detach this one."""
        return EngineBuffer(self._buffers, self._perform("transfer"))

    def drop(self) -> None:
        """Do nothing, since the engine manages the memory."""

    def write(self, index: int, source: ArrayBuffer, source_index: int, count: int) -> None:
        """Copy bytes from another buffer into this one."""
        if isinstance(source, EngineBuffer):
            self._buffers.asks.do(
                "copyBuffer",
                object=self.number,
                index=index,
                source=source.number,
                sourceIndex=source_index,
                count=count,
            )
        else:
            data = b64encode(source.data(source_index, count)).decode()
            self._buffers.asks.do("fillBuffer", object=self.number, index=index, bytes=data)

    def clone(self, byte_offset: int, byte_length: int) -> ArrayBuffer:
        """Make a buffer with a copy of a range of the bytes."""
        return EngineBuffer(self._buffers, self._perform("clone", byte_offset, byte_length))

    def view(self, byte_offset: int, byte_length: int, view_type: ViewType) -> ArrayBufferView:
        """Make a view on a range of the bytes, which scripts get unchanged."""
        name = _NAMES.get(view_type, view_type.format)
        length = byte_length // view_type.element_size
        handle = self._perform("view", name, byte_offset, length)
        return EngineView(handle, self, byte_offset, byte_length, view_type)

    def _perform(self, name: str, *arguments: object) -> Any:
        return self._buffers.perform(name, self.number, *arguments)


class EngineView(ArrayBufferView):
    """A view on an ArrayBuffer of the engine.

    Args:
        handle: the object in the engine.
        buffer: its buffer.
        byte_offset: where the view begins.
        byte_length: how many bytes the view has.
        view_type: the type of the view.
    """

    __slots__ = ("_handle",)

    def __init__(
        self,
        handle: ForeignBytes,
        buffer: EngineBuffer,
        byte_offset: int,
        byte_length: int,
        view_type: ViewType,
    ) -> None:
        super().__init__(buffer, byte_offset, byte_length, view_type)
        self._handle = handle

    def as_chunk(self) -> ForeignBytes:
        """Return the view as a chunk for a default reader."""
        return self._handle

    def as_request(self) -> ForeignBytes:
        """Return the view as a BYOB request, which a source may write into."""
        return self._handle

    def as_result(self) -> ForeignBytes:
        """Return the view as the result for a BYOB reader."""
        return self._handle


class EngineBuffers(ArrayBuffers):
    """Makes the buffers and views of the agent of a page.

    Args:
        asks: asks the engine for operations.
        realm: returns the number of the realm in which objects are made.

    Attributes:
        asks: asks the engine for operations.
    """

    __slots__ = ("_realm", "asks")

    def __init__(self, asks: Asks, realm: Callable[[], int]) -> None:
        super().__init__()
        self.asks = asks
        self._realm = realm

    def perform(self, name: str, number: int, *arguments: object) -> Any:
        """Let the engine perform an operation on a buffer; the number 0 stands for no buffer."""
        realm = self._realm()
        return self.asks.do(
            "buffer", perform=name, object=number, realm=realm, **{"with": list(arguments)}
        )

    def allocate(self, byte_length: int) -> ArrayBuffer:
        """Make a buffer of zeros."""
        return EngineBuffer(self, self.perform("allocate", 0, byte_length))

    def chunk_of(self, value: object) -> ArrayBufferView:
        """Return the view that a script has passed; return bytes of Python unchanged."""
        if isinstance(value, ForeignBytes):
            return self.lent_view_of(value)
        return super().chunk_of(value)

    def view_of(self, value: object) -> ArrayBufferView:
        """Return the view that a script has given."""
        return self.lent_view_of(value)

    def lent_view_of(self, value: object) -> ArrayBufferView:
        """Return the view that a script has given."""
        if not isinstance(value, ForeignBytes) or value.view is None:
            raise TypeError("the object is not a view of an ArrayBuffer")
        about = value.view
        view_type = ViewType(about["type"], about["size"])
        if about["type"] == "DataView":
            view_type = DATA_VIEW
        buffer = EngineBuffer(self, about["buffer"])
        return EngineView(value, buffer, about["byteOffset"], about["byteLength"], view_type)
