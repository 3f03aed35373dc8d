"""The Blob interface: bytes that do not change, with a media type.

Source: https://w3c.github.io/FileAPI/#blob-section
"""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypedDict, Unpack

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.streams.readable_for_other_specifications import (
    a_new_readable_stream,
    close,
    enqueue,
    set_up_a_readable_byte_stream,
)
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.webidl.buffer_source import BufferSource
from whatwg_websockets.webidl.conversions import (
    is_buffer_source,
    to_bytes,
    to_clamped_long_long,
    to_dom_string,
    to_enumeration,
    to_usv_string,
)
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.webidl.platform_object import PlatformObject

CHUNK_SIZE: Final = 65536
"""How many bytes ``Blob.stream()`` gives at a time."""

_NOT_PRINTABLE_ASCII: Final = re.compile(r"[^\x20-\x7e]")
_LINE_ENDING: Final = re.compile(r"\r\n|\r|\n")


def _to_ending_type(value: object) -> str:
    return to_enumeration(value, "EndingType", ("transparent", "native"))


BLOB_PROPERTY_BAG: Final = Dictionary(
    "BlobPropertyBag",
    {
        "type": Member(to_dom_string, ""),
        "endings": Member(_to_ending_type, "transparent"),
    },
)


class BlobPropertyBag(TypedDict, total=False):
    """The members of the dictionary, as type checkers know them."""

    type: str
    endings: Literal["transparent", "native"]


class Blob(PlatformObject):
    """Bytes that do not change, with a media type.

    Args:
        blobParts: an iterable of strings (written in UTF-8), buffers and other Blobs, which are
            put together.
        options: a mapping that may have ``type``, the media type, and ``endings``: ``"native"``
            turns line endings in strings into those of the platform, ``"transparent"`` leaves
            them. They may also be given as keyword arguments.

    Raises:
        TypeError: ``blobParts`` is no sequence, or ``endings`` is another word.

    Source: https://w3c.github.io/FileAPI/#dfn-Blob
    """

    _interface = "Blob"

    __slots__ = ("_byte_sequence", "_type")

    _byte_sequence: bytes
    _type: str

    @algorithm("constructorBlob", "new Blob(blobParts, options)")
    def __init__(
        self,
        blobParts: "Iterable[str | BufferSource | Blob] | Missing" = MISSING,
        options: BlobPropertyBag | Missing | None = MISSING,
        **members: Unpack[BlobPropertyBag],
    ) -> None:
        parts = _to_blob_parts(blobParts)
        property_bag = BLOB_PROPERTY_BAG.convert(options, members)
        # 1. Without parts the next step makes the same empty Blob.
        # 2. All of it is copied here and now: the parts may change later, the Blob may not.
        self._byte_sequence = process_blob_parts(parts, property_bag["endings"])
        # 3. A type is kept only where it could stand in a header.
        # 3.1. Control characters and what is not ASCII leave nothing of it,
        # 3.2. and case does not matter, so that programs can compare types.
        # 4. Python returns the Blob that is being made.
        self._type = _normalize_type(property_bag["type"])

    @property
    def size(self) -> int:
        """How many bytes there are.

        Source: https://w3c.github.io/FileAPI/#dfn-size
        """
        return len(self._byte_sequence)

    @property
    def type(self) -> str:
        """The media type in lower case, such as ``image/png``, or an empty string.

        Source: https://w3c.github.io/FileAPI/#dfn-type
        """
        return self._type

    @algorithm("dfn-slice", "slice(start, end, contentType)")
    def slice(
        self,
        start: int | Missing = MISSING,
        end: int | Missing = MISSING,
        contentType: str | Missing = MISSING,
    ) -> "Blob":
        """Make a Blob of a part of the bytes.

        Args:
            start: where the part begins; counted from the end if negative; the beginning if
                left out. It is clamped to what there is.
            end: where the part ends, likewise; the end if left out.
            contentType: the media type of the part; an empty string if left out.

        Source: https://w3c.github.io/FileAPI/#dfn-slice
        """
        # 1. Null is what was left out, so that a 0 or an empty string can be told from it.
        slice_start: int | None = None
        slice_end: int | None = None
        slice_content_type: str | None = None
        # 2. Converted with [Clamp]: a huge number is cut down, it does not wrap around.
        if start is not MISSING:
            slice_start = to_clamped_long_long(start)
        # 3. The end is read in the same way.
        if end is not MISSING:
            slice_end = to_clamped_long_long(end)
        # 4. The type is not taken over from the whole, so there is a way to give one.
        if contentType is not MISSING:
            slice_content_type = to_dom_string(contentType)
        # 5. The rest does not depend on who asks.
        return slice_blob(self, slice_start, slice_end, slice_content_type)

    @algorithm("dom-blob-stream", "stream()")
    def stream(self) -> ReadableStream[bytes]:
        """Return a stream of the bytes, a chunk at a time: ``async for chunk in blob.stream()``.

        Raises:
            RuntimeError: no event loop is running.

        Source: https://w3c.github.io/FileAPI/#dom-blob-stream
        """
        # 1. Each call begins at the first byte.
        return get_stream(self)

    @algorithm("dom-blob-text", "text()")
    async def text(self) -> str:
        """Decode the bytes as UTF-8.

        Bytes that are not UTF-8 become U+FFFD, and a byte order mark at the beginning is left out.

        Source: https://w3c.github.io/FileAPI/#dom-blob-text
        """
        # 1. The bytes are in memory, and stand for the stream of themselves.
        # 2. The bytes in memory need no reader.
        # 3. The bytes in memory have all been read already.
        # 4. The bytes are decoded as UTF-8, whatever the type says, and never fail.
        return self._byte_sequence.decode("utf-8-sig", "replace")

    @algorithm("dom-blob-arraybuffer", "arrayBuffer()")
    async def arrayBuffer(self) -> bytes:
        """Return the bytes.

        Source: https://w3c.github.io/FileAPI/#dom-blob-arraybuffer
        """
        # 1. The bytes are in memory, and stand for the stream of themselves.
        # 2. The bytes in memory need no reader.
        # 3. The bytes in memory have all been read already.
        # 4. What stands for an ArrayBuffer is bytes, here as in a message.
        return self._byte_sequence

    @algorithm("dom-blob-bytes", "bytes()")
    async def bytes(self) -> "Bytes":
        """Return the bytes.

        Source: https://w3c.github.io/FileAPI/#dom-blob-bytes
        """
        # 1. The bytes are in memory, and stand for the stream of themselves.
        # 2. The bytes in memory need no reader.
        # 3. The bytes in memory have all been read already.
        # 4. What stands for a Uint8Array is bytes as well.
        return self._byte_sequence

    def __repr__(self) -> str:
        return f"<Blob of {self.size} bytes, type {self._type!r}>"


Bytes = bytes
"""The builtin, which the method of that name hides inside the class."""


def create_a_blob(byte_sequence: bytes, type: str = "") -> Blob:  # noqa: A002
    """Make a Blob of bytes, for algorithms that have them already.

    Args:
        byte_sequence: the bytes.
        type: a media type in lower case.
    """
    blob = Blob.__new__(Blob)
    blob._byte_sequence = byte_sequence
    blob._type = type
    return blob


def byte_sequence_of(blob: Blob) -> bytes:
    """Return the bytes of a Blob at once, for algorithms that read them."""
    return blob._byte_sequence


def _to_blob_parts(value: object) -> list[str | bytes | Blob]:
    """Convert a value to a sequence of BlobPart: (BufferSource or Blob or USVString)."""
    if value is MISSING:
        return []
    if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
        raise TypeError(f"blobParts is a sequence of parts, not {type(value).__name__}")
    return [_to_blob_part(part) for part in value]


def _to_blob_part(part: object) -> "str | bytes | Blob":
    """Convert a value to a BlobPart. The copy of a buffer is taken here."""
    if isinstance(part, Blob):
        return part
    if is_buffer_source(part):
        return to_bytes(part)
    return to_usv_string(part)


@algorithm("process-blob-parts", "process blob parts")
def process_blob_parts(parts: list[str | bytes | Blob], endings: str) -> bytes:
    """Put the parts of a Blob together.

    Args:
        parts: what the constructor was given.
        endings: ``transparent`` or ``native``.

    Source: https://w3c.github.io/FileAPI/#process-blob-parts
    """
    # 1. It grows with each part.
    result = bytearray()
    # 2. They follow each other with nothing in between.
    for element in parts:
        # 2.1. Text has to become bytes.
        if isinstance(element, str):
            # 2.1.1. By default it is taken as it stands.
            string = element
            # 2.1.2. A program that writes a file for others may want the platform's line endings.
            if endings == "native":
                string = convert_line_endings_to_native(element)
            # 2.1.3. Surrogates that stand alone were replaced when the part was converted.
            result += string.encode()
        # 2.2. Its bytes were copied when the part was converted.
        elif isinstance(element, bytes):
            result += element
        else:
            # 2.3. Of another Blob the bytes count; its type is left behind.
            result += element._byte_sequence
    # 3. From here on it does not change.
    return bytes(result)


@algorithm("convert-line-endings-to-native", "convert line endings to native")
def convert_line_endings_to_native(string: str) -> str:
    """Turn each line ending, CR LF, CR or LF, into the platform's.

    Source: https://w3c.github.io/FileAPI/#convert-line-endings-to-native
    """
    # 1. LF,
    # 2. unless the platform has CR LF.
    native_line_ending = "\r\n" if os.linesep == "\r\n" else "\n"
    # 3. One regular expression finds what the rest of the steps find:
    # 4. the position goes from one line ending to the next,
    # 5. what is in between
    # 6. stays,
    # 7. and so on to the end, whatever line endings are mixed:
    # 7.1. CR, where CR LF is one line ending, not two,
    # 7.2. and LF;
    # 7.3. what is in between
    # 7.4. stays.
    # 8. One pass over the string.
    return _LINE_ENDING.sub(native_line_ending, string)


def _normalize_type(media_type: str) -> str:
    """Lower the case of a media type; one that has odd characters is dropped altogether."""
    return "" if _NOT_PRINTABLE_ASCII.search(media_type) else media_type.lower()


@algorithm("slice-blob", "slice blob")
def slice_blob(blob: Blob, start: int | None, end: int | None, content_type: str | None) -> Blob:
    """Make a Blob of a part of another one.

    Source: https://w3c.github.io/FileAPI/#slice-blob
    """
    # 1. Both ends are clamped to it.
    original_size = blob.size
    # 2. Where the part begins:
    if start is None:
        # 2a. at the beginning, unless the caller says otherwise;
        relative_start = 0
    elif start < 0:
        # 2b. counted from the end, but not from before the beginning;
        relative_start = max(original_size + start, 0)
    else:
        # 2c. or as it is, but not after the end.
        relative_start = min(start, original_size)
    # 3. Where the part ends:
    if end is None:
        # 3a. at the end, unless the caller says otherwise;
        relative_end = original_size
    elif end < 0:
        # 3b. counted from the end, but not from before the beginning;
        relative_end = max(original_size + end, 0)
    else:
        # 3c. or as it is, but not after the end.
        relative_end = min(end, original_size)
    # 4. What the part is:
    if content_type is None:
        # 4a. unknown, unless the caller says so,
        relative_content_type = ""
    else:
        # 4b. as what is in the whole may not be in a part of it.
        # 4b.1. As in the constructor, odd characters leave nothing of it,
        # 4b.2. and case does not matter.
        relative_content_type = _normalize_type(content_type)
    # 5. An end before the start makes an empty Blob, not an error.
    span = max(relative_end - relative_start, 0)
    # 6. A Blob does not change, so a part is as good as a copy,
    # 6a. with the bytes from where it starts,
    # 6b. as many of them as were counted,
    # 6c. and a type of its own, which is not that of the whole.
    return create_a_blob(
        blob._byte_sequence[relative_start : relative_start + span], relative_content_type
    )


@algorithm("blob-get-stream", "get stream")
def get_stream(blob: Blob) -> ReadableStream[bytes]:
    """Make a stream of the bytes of a Blob, a chunk at a time.

    Raises:
        RuntimeError: no event loop is running.

    Source: https://w3c.github.io/FileAPI/#blob-get-stream
    """
    # 1. The stream belongs to the event loop of the caller.
    stream: ReadableStream[bytes] = a_new_readable_stream(the_event_loop("Blob.stream()"))
    reading = _Reading(blob, stream)
    # 2. The stream is a byte stream, whose readers may bring their own buffers.
    set_up_a_readable_byte_stream(stream, pull_algorithm=reading.read_on)
    # 3. The bytes are in memory, so nothing is done in parallel.
    reading.close_at_the_end()
    # 4. The stream of the Blob is returned.
    return stream


class _Reading:
    """How far the stream of a Blob has been read."""

    __slots__ = ("_blob", "_position", "_stream")

    def __init__(self, blob: Blob, stream: ReadableStream[bytes]) -> None:
        self._blob = blob
        self._stream = stream
        self._position = 0

    @algorithm("blob-get-stream", "get stream: the next chunk")
    def read_on(self) -> None:
        # 3.1. The next chunk is cut when the stream asks for it.
        start = self._position
        self._position += CHUNK_SIZE
        # 3.1.1. The last chunk is as long as what is left.
        chunk = self._blob._byte_sequence[start : self._position]
        # 3.1.2. The steps run in the event loop already, so no task is queued.
        # 3.1.2.1. The bytes are in memory, and so reading them does not fail.
        # 3.1.2.2. What stands for a Uint8Array is bytes.
        # 3.1.2.3. The chunk goes to the first read request that waits, or into the queue.
        enqueue(self._stream, chunk)
        self.close_at_the_end()

    def close_at_the_end(self) -> None:
        """Close the stream when all bytes have been read."""
        if self._position >= self._blob.size:
            close(self._stream)
