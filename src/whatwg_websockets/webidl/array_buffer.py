"""ArrayBuffers and views on them: the memory that a stream is given and returns.

JavaScript transfers a buffer: its former holder finds it detached, so that its memory has one
holder at a time. An object of Python cannot be detached. Memory goes into a stream in one of two
ways instead:

- What is **enqueued** is copied, unless it is ``bytes``, which never change. A chunk is ``bytes``.
- What is **read into** is lent: the stream writes into the program's own memory, and returns a view
  on it. Until then the memory counts as detached, and cannot be lent a second time.

A view that a source was given to write into is released when its memory is passed on, as far as
Python can do that: slices of the view, and other views made from it, cannot be released.

A JavaScript engine has ArrayBuffers of its own, which can be detached. A program that runs the
streams for scripts of such an engine gives the event loop a different :class:`ArrayBuffers`.

Source: https://tc39.es/ecma262/#sec-arraybuffer-objects
"""

import sys
from contextlib import suppress
from functools import cache
from typing import Any, Final, NamedTuple
from weakref import WeakValueDictionary

from whatwg_websockets.webidl.messages import shown


class ViewType(NamedTuple):
    """The type of a view: a typed array with elements of one format, or a DataView.

    Attributes:
        format: the format of an element, as ``memoryview.cast`` takes it; empty for a DataView.
        element_size: the size of an element in bytes.
    """

    format: str
    element_size: int


UINT8_ARRAY: Final = ViewType("B", 1)
DATA_VIEW: Final = ViewType("", 1)


class ArrayBuffer:
    """Memory with one holder at a time.

    Args:
        memory: all the memory; ``bytes``, or a writable memoryview of single bytes.
        lender: records that the memory is lent; None for memory that does not belong to a program.
    """

    __slots__ = ("__weakref__", "_lender", "_memory", "_shown")

    def __init__(self, memory: bytes | memoryview, lender: "ArrayBuffers | None" = None) -> None:
        self._memory: bytes | memoryview | None = memory
        self._lender = lender
        self._shown: memoryview | None = None

    @property
    def byte_length(self) -> int:
        """The size of the memory in bytes; 0 if the buffer is detached."""
        return 0 if self._memory is None else len(self._memory)

    @property
    def is_detached(self) -> bool:
        """Whether the memory has been transferred to another buffer."""
        return self._memory is None

    def transfer(self) -> "ArrayBuffer":
        """Transfer the memory to a new buffer, and detach this one.

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
        """Release the memory, which will not be returned to the program."""
        if self._lender is not None and self._memory is not None:
            self._lender.end_the_loan_of(self)
        self._release_what_was_shown()

    def _release_what_was_shown(self) -> None:
        if self._shown is not None:
            # A slice of the view, or another view made from it, keeps it from being released.
            with suppress(BufferError):
                self._shown.release()

    def write(self, index: int, source: "ArrayBuffer", source_index: int, count: int) -> None:
        """Copy bytes from another buffer into this one."""
        assert isinstance(self._memory, memoryview)
        data = source.data(source_index, count)
        self._memory[index : index + count] = data

    def clone(self, byte_offset: int, byte_length: int) -> "ArrayBuffer":
        """Make a buffer with a copy of some of the bytes."""
        return ArrayBuffer(self.data(byte_offset, byte_length))

    def data(self, byte_offset: int, byte_length: int) -> bytes:
        """Return some of the bytes: a copy, unless they are the whole of a ``bytes`` object."""
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
        byte_offset: where the view begins in the buffer, in bytes.
        byte_length: the size of the view in bytes.
        type: the type of the view.
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
        """The number of elements of the view; the elements of a DataView are bytes."""
        return self.byte_length // self.type.element_size

    def as_chunk(self) -> Any:
        """Return the view as a default reader receives it: as ``bytes``."""
        return self.buffer.data(self.byte_offset, self.byte_length)

    def as_request(self) -> Any:
        """Return a memoryview for a source to write into, until the memory is passed on."""
        memory = self.buffer._memory
        assert isinstance(memory, memoryview)
        made = self.buffer._shown = memory[self.byte_offset : self.byte_offset + self.byte_length]
        return made

    def as_result(self) -> Any:
        """Return a memoryview for a BYOB reader, on the memory that the reader had lent."""
        memory, lender = self.buffer._memory, self.buffer._lender
        assert isinstance(memory, memoryview)
        assert lender is not None
        lender.end_the_loan_of(self.buffer)
        start, end = self.byte_offset, self.byte_offset + self.byte_length
        if self.type.format in ("B", ""):
            return memory[start:end]
        if start == end:
            # Python cannot cast a view without elements.
            end += self.type.element_size
        return memory[start:end].cast(self.type.format)[: self.length]  # type: ignore[call-overload]


class ArrayBuffers:
    """Makes the buffers and views of an agent, and records which memory is lent."""

    __slots__ = ("_lent",)

    def __init__(self) -> None:
        # The keys are the ids of the objects that own the memory. Entries live as long as buffers.
        self._lent: WeakValueDictionary[int, ArrayBuffer] = WeakValueDictionary()

    def lend(self, buffer: ArrayBuffer) -> None:
        """Record that the memory of a buffer is lent."""
        self._lent[id(buffer._memory.obj)] = buffer  # type: ignore[union-attr]

    def end_the_loan_of(self, buffer: ArrayBuffer) -> None:
        """Record that the memory of a buffer can be lent again."""
        self._lent.pop(id(buffer._memory.obj), None)  # type: ignore[union-attr]

    def allocate(self, byte_length: int) -> ArrayBuffer:
        """Make a buffer of zeros.

        Raises:
            MemoryError: there is not enough memory.
            OverflowError: the size is larger than Python can address.
        """
        buffer = ArrayBuffer(memoryview(bytearray(byte_length)), self)
        self.lend(buffer)
        return buffer

    def chunk_of(self, value: object) -> ArrayBufferView:
        """Return a view on a copy of the bytes that an object has now.

        Raises:
            TypeError: the object does not have the buffer protocol, or is a memoryview that was
                released.
        """
        data = value if type(value) is bytes else _memory_of(value).tobytes()
        return ArrayBufferView(ArrayBuffer(data), 0, len(data), UINT8_ARRAY)

    def view_of(self, value: object) -> ArrayBufferView:
        """Return a view on the memory of an object, which is detached if the memory is lent.

        Raises:
            TypeError: the memory of the object is not writable, or not in one piece; or the object
                does not have the buffer protocol, or is a memoryview that was released.
        """
        view = self.lent_view_of(value)
        if view.buffer is self._lent.get(id(_memory_of(value).obj)):
            view.buffer = ArrayBuffer(b"")
            view.buffer._memory = None
        return view

    def lent_view_of(self, value: object) -> ArrayBufferView:
        """Return a view on the memory of an object, even if the memory is lent.

        Raises:
            TypeError: as for ``view_of``.
        """
        memory = _memory_of(value)
        if memory.readonly or not memory.c_contiguous:
            raise TypeError(f"{shown(value)} does not have writable memory in one piece")
        whole = _whole(memory)
        buffer = self._lent.get(id(whole.obj)) or ArrayBuffer(whole, self)
        assert isinstance(buffer._memory, memoryview)
        offset = _address_of(memory) - _address_of(buffer._memory)
        return ArrayBufferView(buffer, offset, memory.nbytes, _type_of(memory))


def _memory_of(value: object) -> memoryview:
    try:
        return memoryview(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{shown(value)} does not have the buffer protocol") from None
    except ValueError as error:
        raise TypeError(str(error)) from None


def _whole(memory: memoryview) -> memoryview:
    """Return all the memory of the object that a memoryview shows, as single bytes."""
    whole = memoryview(memory.obj)
    if whole.nbytes and whole.c_contiguous:
        return whole.cast("B")
    return memory.cast("B") if memory.nbytes else memoryview(bytearray())


def _address_of(memory: memoryview) -> int:
    # Only reads into lent memory need the module.
    import ctypes

    return ctypes.addressof((ctypes.c_char * 0).from_buffer(memory))


def _type_of(memory: memoryview) -> ViewType:
    return _type_of_format(memory.format, memory.itemsize)


@cache
def _type_of_format(element_format: str, element_size: int) -> ViewType:
    """Return the typed array of a format; a DataView if memoryview cannot cast to that format."""
    native = element_format.lstrip("@=<" if sys.byteorder == "little" else "@=>!")
    try:
        memoryview(bytes(element_size)).cast(native)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return DATA_VIEW
    return ViewType(native, element_size)
