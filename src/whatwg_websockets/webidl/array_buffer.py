"""ArrayBuffers, and views on them: what stands in Python for memory that a stream takes or returns.

JavaScript transfers a buffer: whoever had it before finds it detached, and its memory has one
holder at a time. No object of Python's can be detached. So there are two ways for memory to go into
a stream:

- What is **enqueued** is copied, unless it is ``bytes``, which never change. A chunk is ``bytes``.
- What is **read into** is lent: the stream writes into the program's own memory, and returns a view
  on it. Until then the memory counts as detached, and cannot be lent a second time.

A view that a source was given to write into is released when its memory goes on, as far as Python
can do that: slices of the view, and what else was made of it, are beyond reach.

An engine of JavaScript has ArrayBuffers of its own, which can be detached. What runs the streams
for scripts of such an engine gives the event loop other :class:`ArrayBuffers`.

Source: https://tc39.es/ecma262/#sec-arraybuffer-objects
"""

import sys
from contextlib import suppress
from functools import cache
from typing import Any, Final, NamedTuple
from weakref import WeakValueDictionary

from whatwg_websockets.webidl.messages import shown


class ViewType(NamedTuple):
    """What a view is: a typed array with elements of some format, or a DataView.

    Attributes:
        format: the format of an element, as ``memoryview.cast`` takes it; empty for a DataView.
        element_size: how many bytes an element has.
    """

    format: str
    element_size: int


UINT8_ARRAY: Final = ViewType("B", 1)
DATA_VIEW: Final = ViewType("", 1)


class ArrayBuffer:
    """Memory with one holder at a time.

    Args:
        memory: all of it; ``bytes``, or a memoryview of single bytes that can be written.
        lender: who knows that the memory is lent; None for memory that no program has.
    """

    __slots__ = ("__weakref__", "_lender", "_memory", "_shown")

    def __init__(self, memory: bytes | memoryview, lender: "ArrayBuffers | None" = None) -> None:
        self._memory: bytes | memoryview | None = memory
        self._lender = lender
        self._shown: memoryview | None = None

    @property
    def byte_length(self) -> int:
        """How many bytes there are; 0 if the buffer is detached."""
        return 0 if self._memory is None else len(self._memory)

    @property
    def is_detached(self) -> bool:
        """Whether the memory has another holder by now."""
        return self._memory is None

    def transfer(self) -> "ArrayBuffer":
        """Make another buffer the holder of the memory; this one is detached.

        Raises:
            TypeError: the buffer cannot be detached.
        """
        assert self._memory is not None
        taken = ArrayBuffer(self._memory, self._lender)
        if self._lender is not None:
            self._lender.lend(taken)
        self._memory = None
        self._release_what_was_shown()
        return taken

    def drop(self) -> None:
        """Let go of the memory, as nobody will be given it."""
        if self._lender is not None and self._memory is not None:
            self._lender.end_the_loan_of(self)
        self._release_what_was_shown()

    def _release_what_was_shown(self) -> None:
        if self._shown is not None:
            # What was made of the view keeps it from being released.
            with suppress(BufferError):
                self._shown.release()

    def write(self, index: int, source: "ArrayBuffer", source_index: int, count: int) -> None:
        """Copy bytes from another buffer into this one."""
        assert isinstance(self._memory, memoryview)
        data = source.data(source_index, count)
        self._memory[index : index + count] = data

    def clone(self, byte_offset: int, byte_length: int) -> "ArrayBuffer":
        """Make a buffer of a copy of some of the bytes."""
        return ArrayBuffer(self.data(byte_offset, byte_length))

    def data(self, byte_offset: int, byte_length: int) -> bytes:
        """Return some of the bytes, which are copied unless they are ``bytes`` as a whole."""
        memory = self._memory
        assert memory is not None
        if type(memory) is bytes and byte_length == len(memory):
            return memory
        return bytes(memory[byte_offset : byte_offset + byte_length])

    def view(self, byte_offset: int, byte_length: int, view_type: ViewType) -> "ArrayBufferView":
        """Make a view on some of the bytes."""
        return ArrayBufferView(self, byte_offset, byte_length, view_type)


class ArrayBufferView:
    """A view on a buffer: a typed array, or a DataView.

    Attributes:
        buffer: the buffer.
        byte_offset: where the view begins in the buffer.
        byte_length: how many bytes the view has.
        type: of what type the view is.
    """

    __slots__ = ("buffer", "byte_length", "byte_offset", "type")

    def __init__(
        self, buffer: ArrayBuffer, byte_offset: int, byte_length: int, view_type: ViewType
    ) -> None:
        self.buffer = buffer
        self.byte_offset = byte_offset
        self.byte_length = byte_length
        self.type = view_type

    @property
    def length(self) -> int:
        """How many elements the view has; a DataView has bytes."""
        return self.byte_length // self.type.element_size

    def as_chunk(self) -> Any:
        """Return what a default reader is given: ``bytes``."""
        return self.buffer.data(self.byte_offset, self.byte_length)

    def as_request(self) -> Any:
        """Return what a source may write into: a memoryview, until the memory goes on."""
        memory = self.buffer._memory
        assert isinstance(memory, memoryview)
        made = self.buffer._shown = memory[self.byte_offset : self.byte_offset + self.byte_length]
        return made

    def as_result(self) -> Any:
        """Return what a BYOB reader is given: a memoryview on the memory that was lent till now."""
        memory, lender = self.buffer._memory, self.buffer._lender
        assert isinstance(memory, memoryview)
        assert lender is not None
        lender.end_the_loan_of(self.buffer)
        start, end = self.byte_offset, self.byte_offset + self.byte_length
        if self.type.format in ("B", ""):
            return memory[start:end]
        if start == end:
            # Python casts no view without elements.
            end += self.type.element_size
        return memory[start:end].cast(self.type.format)[: self.length]  # type: ignore[call-overload]


class ArrayBuffers:
    """Makes the buffers and views of an agent, and knows what memory is lent."""

    __slots__ = ("_lent",)

    def __init__(self) -> None:
        # By the identity of the object that has the memory, as long as somebody holds the buffer.
        self._lent: WeakValueDictionary[int, ArrayBuffer] = WeakValueDictionary()

    def lend(self, buffer: ArrayBuffer) -> None:
        """Note that a buffer has memory that is lent."""
        self._lent[id(buffer._memory.obj)] = buffer  # type: ignore[union-attr]

    def end_the_loan_of(self, buffer: ArrayBuffer) -> None:
        """Note that the memory of a buffer can be lent again."""
        self._lent.pop(id(buffer._memory.obj), None)  # type: ignore[union-attr]

    def allocate(self, byte_length: int) -> ArrayBuffer:
        """Make a buffer of zeros.

        Raises:
            MemoryError: there is not so much memory.
            OverflowError: there never will be.
        """
        buffer = ArrayBuffer(memoryview(bytearray(byte_length)), self)
        self.lend(buffer)
        return buffer

    def chunk_of(self, value: object) -> ArrayBufferView:
        """Return a view on the bytes that an object has now.

        Raises:
            TypeError: the object has no bytes, or is a memoryview that was released.
        """
        data = value if type(value) is bytes else _memory_of(value).tobytes()
        return ArrayBufferView(ArrayBuffer(data), 0, len(data), UINT8_ARRAY)

    def view_of(self, value: object) -> ArrayBufferView:
        """Return a view on the memory of an object, which is detached if the memory is lent.

        Raises:
            TypeError: the object has no memory that can be written into, in one piece; or it is a
                memoryview that was released.
        """
        view = self.lent_view_of(value)
        if view.buffer is self._lent.get(id(_memory_of(value).obj)):
            view.buffer = ArrayBuffer(b"")
            view.buffer._memory = None
        return view

    def lent_view_of(self, value: object) -> ArrayBufferView:
        """Return a view on the memory of an object, which may be lent.

        Raises:
            TypeError: as for ``view_of``.
        """
        memory = _memory_of(value)
        if memory.readonly or not memory.c_contiguous:
            raise TypeError(f"{shown(value)} has no memory in one piece that can be written into")
        whole = _whole(memory)
        buffer = self._lent.get(id(whole.obj)) or ArrayBuffer(whole, self)
        assert isinstance(buffer._memory, memoryview)
        offset = _address_of(memory) - _address_of(buffer._memory)
        return ArrayBufferView(buffer, offset, memory.nbytes, _type_of(memory))


def _memory_of(value: object) -> memoryview:
    try:
        return memoryview(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{shown(value)} is no object with the buffer protocol") from None
    except ValueError as error:
        raise TypeError(str(error)) from None


def _whole(memory: memoryview) -> memoryview:
    """Return all the memory of the object that a memoryview shows, byte by byte."""
    whole = memoryview(memory.obj)
    if whole.nbytes and whole.c_contiguous:
        return whole.cast("B")
    return memory.cast("B") if memory.nbytes else memoryview(bytearray())


def _address_of(memory: memoryview) -> int:
    # Only what is read into needs the module.
    import ctypes

    return ctypes.addressof((ctypes.c_char * 0).from_buffer(memory))


def _type_of(memory: memoryview) -> ViewType:
    return _type_of_format(memory.format, memory.itemsize)


@cache
def _type_of_format(element_format: str, element_size: int) -> ViewType:
    """Return the typed array of a format; a DataView if Python has no memoryview of that format."""
    native = element_format.lstrip("@=<" if sys.byteorder == "little" else "@=>!")
    try:
        memoryview(bytes(element_size)).cast(native)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return DATA_VIEW
    return ViewType(native, element_size)
