"""The Blob interface: bytes that do not change, with a media type.

Source: https://w3c.github.io/FileAPI/#blob-section
"""

import os
import re
from collections.abc import Iterable
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
from whatwg_websockets.webidl.sequence import to_sequence

CHUNK_SIZE: Final = 65536
"""The number of bytes in a chunk of ``Blob.stream()``; the last chunk may have fewer."""

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
    """The members of the dictionary, as type checkers see them."""

    type: str
    endings: Literal["transparent", "native"]


class Blob(PlatformObject):
    """Bytes that do not change, with a media type.

    Args:
        blobParts: an iterable of strings, buffers and other Blobs, which are concatenated; strings
            are encoded as UTF-8.
        options: a mapping with the members ``type``, the media type, and ``endings``: ``"native"``
            converts the line endings in strings to those of the platform, ``"transparent"`` keeps
            them. The members may also be given as keyword arguments.

    Raises:
        TypeError: ``blobParts`` is not iterable, or ``endings`` is another string.

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
        # 1. Concatenate an empty sequence of parts if parts are not given, which makes an empty
        #    Blob.
        # 2. Copy the bytes of all parts, so that changes of the parts do not change the Blob.
        self._byte_sequence = process_blob_parts(parts, property_bag["endings"])
        # 3. Normalize the media type if it is not the empty string.
        # 3.1. Use the empty string if the media type has a character outside of U+0020 to U+007E.
        # 3.2. Convert the media type to ASCII lower case.
        # 4. Set the Blob's bytes and its media type to those of the parts and the options; Python
        #    returns the Blob from the constructor.
        self._type = _normalize_type(property_bag["type"])

    @property
    def size(self) -> int:
        """The number of bytes.

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
        """Return a Blob with a part of the bytes.

        Args:
            start: the index of the first byte; a negative one counts from the end. It is clamped
                to the size of the Blob. The default is 0.
            end: the index after the last byte, counted and clamped in the same way. The default is
                the size of the Blob.
            contentType: the media type of the part; an empty string if left out.

        Source: https://w3c.github.io/FileAPI/#dfn-slice
        """
        # 1. Use null for each argument that was left out, to distinguish it from 0 and an empty
        #    string.
        slice_start: int | None = None
        slice_end: int | None = None
        slice_content_type: str | None = None
        # 2. Convert the start with [Clamp], so that a huge number is clamped and does not wrap
        #    around.
        if start is not MISSING:
            slice_start = to_clamped_long_long(start)
        # 3. Convert the end with [Clamp], so that a huge number is clamped and does not wrap
        #    around.
        if end is not MISSING:
            slice_end = to_clamped_long_long(end)
        # 4. Convert the content type to a string, since a slice does not take over the Blob's own
        #    type.
        if contentType is not MISSING:
            slice_content_type = to_dom_string(contentType)
        # 5. Return the slice of the Blob from the start to the end, with the content type.
        return slice_blob(self, slice_start, slice_end, slice_content_type)

    @algorithm("dom-blob-stream", "stream()")
    def stream(self) -> ReadableStream[bytes]:
        """Return a stream of the bytes, read in chunks: ``async for chunk in blob.stream()``.

        Raises:
            RuntimeError: no event loop is running.

        Source: https://w3c.github.io/FileAPI/#dom-blob-stream
        """
        # 1. Return a new stream of the Blob's bytes, which begins at the first byte.
        return get_stream(self)

    @algorithm("dom-blob-text", "text()")
    async def text(self) -> str:
        """Decode the bytes as UTF-8.

        Bytes that are not valid UTF-8 become U+FFFD, and a byte order mark at the start is dropped.

        Source: https://w3c.github.io/FileAPI/#dom-blob-text
        """
        # 1. Use the bytes in memory instead of a stream of the Blob.
        # 2. Read the bytes without a reader, since they are in memory.
        # 3. Use the Blob's bytes, all of which are in memory, as the bytes that were read.
        # 4. Return the bytes decoded as UTF-8, whatever charset the media type names.
        return self._byte_sequence.decode("utf-8-sig", "replace")

    @algorithm("dom-blob-arraybuffer", "arrayBuffer()")
    async def arrayBuffer(self) -> bytes:
        """Return the bytes.

        Source: https://w3c.github.io/FileAPI/#dom-blob-arraybuffer
        """
        # 1. Use the bytes in memory instead of a stream of the Blob.
        # 2. Read the bytes without a reader, since they are in memory.
        # 3. Use the Blob's bytes, all of which are in memory, as the bytes that were read.
        # 4. Return `bytes`, which stand for the ArrayBuffer.
        return self._byte_sequence

    @algorithm("dom-blob-bytes", "bytes()")
    async def bytes(self) -> "Bytes":
        """Return the bytes.

        Source: https://w3c.github.io/FileAPI/#dom-blob-bytes
        """
        # 1. Use the bytes in memory instead of a stream of the Blob.
        # 2. Read the bytes without a reader, since they are in memory.
        # 3. Use the Blob's bytes, all of which are in memory, as the bytes that were read.
        # 4. Return `bytes`, which stand for the Uint8Array.
        return self._byte_sequence

    def __repr__(self) -> str:
        return f"<Blob of {self.size} bytes, type {self._type!r}>"


Bytes = bytes
"""The builtin type, whose name is hidden inside the class by the method ``bytes``."""


def create_a_blob(byte_sequence: bytes, type: str = "") -> Blob:  # noqa: A002
    """Make a Blob from bytes, for algorithms that have validated them.

    Args:
        byte_sequence: the bytes.
        type: a media type in lower case.
    """
    blob = Blob.__new__(Blob)
    blob._byte_sequence = byte_sequence
    blob._type = type
    return blob


def byte_sequence_of(blob: Blob) -> bytes:
    """Return the bytes of a Blob synchronously, for other algorithms."""
    return blob._byte_sequence


def _to_blob_parts(value: object) -> list[str | bytes | Blob]:
    """Convert a value to a sequence of BlobPart: (BufferSource or Blob or USVString)."""
    if value is MISSING:
        return []
    return to_sequence(value, _to_blob_part, "blobParts must be a sequence of parts")


def _to_blob_part(part: object) -> "str | bytes | Blob":
    """Convert a value to a BlobPart. The bytes of a buffer are copied here."""
    if isinstance(part, Blob):
        return part
    if is_buffer_source(part):
        return to_bytes(part)
    return to_usv_string(part)


@algorithm("process-blob-parts", "process blob parts")
def process_blob_parts(parts: list[str | bytes | Blob], endings: str) -> bytes:
    """Concatenate the parts of a Blob.

    Args:
        parts: the parts, as the constructor was given them.
        endings: ``transparent`` or ``native``.

    Source: https://w3c.github.io/FileAPI/#process-blob-parts
    """
    # 1. Begin with an empty sequence of bytes.
    result = bytearray()
    # 2. Append each of the parts in turn to the Blob's bytes.
    for element in parts:
        # 2.1. Encode a part that is a string.
        if isinstance(element, str):
            # 2.1.1. Use the string as it is, if its line endings are not to be converted.
            string = element
            # 2.1.2. Convert the line endings in the string if `endings` is "native".
            if endings == "native":
                string = convert_line_endings_to_native(element)
            # 2.1.3. Append the string encoded as UTF-8 to the Blob's bytes; lone surrogates were
            #        replaced when the string was converted.
            result += string.encode()
        # 2.2. If a part is a buffer, append its bytes, copied when the part was converted, to the
        #      Blob's bytes.
        elif isinstance(element, bytes):
            result += element
        else:
            # 2.3. If a part is a Blob, append its bytes, without its media type, to the new Blob's
            #      bytes.
            result += element._byte_sequence
    # 3. Return the concatenated bytes, which do not change any more.
    return bytes(result)


@algorithm("convert-line-endings-to-native", "convert line endings to native")
def convert_line_endings_to_native(string: str) -> str:
    """Convert each line ending, CR LF, CR or LF, to that of the platform.

    Source: https://w3c.github.io/FileAPI/#convert-line-endings-to-native
    """
    # 1. Take LF as the native line ending.
    # 2. Take CR LF as the native line ending if it is the platform's convention.
    native_line_ending = "\r\n" if os.linesep == "\r\n" else "\n"
    # 3. Begin the result of the substitution as an empty string.
    # 4. Begin to search for line endings at the start of the string.
    # 5. Find the text before the first line ending.
    # 6. Copy the text before the first line ending to the result.
    # 7. Replace each line ending in the rest of the string with the native line ending.
    # 7.1. Replace a CR, or a CR LF as one line ending, with the native line ending.
    # 7.2. Replace an LF with the native line ending.
    # 7.3. Find the text between one line ending and the next.
    # 7.4. Copy the text between two line endings to the result.
    # 8. Return the string with all its line endings replaced.
    return _LINE_ENDING.sub(native_line_ending, string)


def _normalize_type(media_type: str) -> str:
    """Convert a media type to lower case; return "" if it has characters that are not allowed."""
    return "" if _NOT_PRINTABLE_ASCII.search(media_type) else media_type.lower()


@algorithm("slice-blob", "slice blob")
def slice_blob(blob: Blob, start: int | None, end: int | None, content_type: str | None) -> Blob:
    """Return a Blob with a part of the bytes of another Blob.

    Source: https://w3c.github.io/FileAPI/#slice-blob
    """
    # 1. Take the size of the Blob, to which the start and the end are clamped.
    original_size = blob.size
    # 2. Compute the index of the slice's first byte.
    if start is None:
        # 2a. (no start) Start the slice at the first byte.
        relative_start = 0
    elif start < 0:
        # 2b. (negative) Count a negative start from the end of the Blob, and clamp it to 0.
        relative_start = max(original_size + start, 0)
    else:
        # 2c. (zero or positive) Clamp the start to the size of the Blob.
        relative_start = min(start, original_size)
    # 3. Compute the index after the slice's last byte.
    if end is None:
        # 3a. (no end) End the slice at the end of the Blob.
        relative_end = original_size
    elif end < 0:
        # 3b. (negative) Count a negative end from the end of the Blob, and clamp it to 0.
        relative_end = max(original_size + end, 0)
    else:
        # 3c. (zero or positive) Clamp the end to the size of the Blob.
        relative_end = min(end, original_size)
    # 4. Determine the media type of the slice.
    if content_type is None:
        # 4a. (no content type) Use the empty string as the slice's media type.
        relative_content_type = ""
    else:
        # 4b. (content type given) Normalize the content type that the caller gave.
        # 4b.1. Use the empty string if the content type has a character outside of U+0020 to
        #       U+007E.
        # 4b.2. Convert the content type to ASCII lower case.
        relative_content_type = _normalize_type(content_type)
    # 5. Count the bytes of the slice, which are 0 if its end is before its start.
    span = max(relative_end - relative_start, 0)
    # 6. Return a new Blob, whose bytes are a slice of the Blob's.
    # 6a. (the bytes) Copy the bytes from the slice's start on.
    # 6b. (the size) Copy as many bytes as the slice has.
    # 6c. (the type) Give the new Blob the media type of the slice.
    return create_a_blob(
        blob._byte_sequence[relative_start : relative_start + span], relative_content_type
    )


@algorithm("blob-get-stream", "get stream")
def get_stream(blob: Blob) -> ReadableStream[bytes]:
    """Make a stream of the bytes of a Blob, which is read in chunks.

    Raises:
        RuntimeError: no event loop is running.

    Source: https://w3c.github.io/FileAPI/#blob-get-stream
    """
    # 1. Make a new ReadableStream in the event loop of the caller.
    stream: ReadableStream[bytes] = a_new_readable_stream(the_event_loop("Blob.stream()"))
    reading = _Reading(blob, stream)
    # 2. Set the stream up as a readable byte stream, whose readers may supply their own buffers.
    set_up_a_readable_byte_stream(stream, pull_algorithm=reading.read_on)
    # 3. Read the bytes when the stream pulls, rather than in parallel, since they are in memory.
    reading.close_at_the_end()
    # 4. Return the stream of the Blob's bytes.
    return stream


class _Reading:
    """The position up to which the stream of a Blob has been read."""

    __slots__ = ("_blob", "_position", "_stream")

    def __init__(self, blob: Blob, stream: ReadableStream[bytes]) -> None:
        self._blob = blob
        self._stream = stream
        self._position = 0

    @algorithm("blob-get-stream", "get stream: the next chunk")
    def read_on(self) -> None:
        # 3.1. Read a chunk of the Blob's bytes when the stream pulls.
        start = self._position
        self._position += CHUNK_SIZE
        # 3.1.1. Read fewer bytes than a whole chunk at the end of the Blob.
        chunk = self._blob._byte_sequence[start : self._position]
        # 3.1.2. Queue no task for the chunk, since the pull runs in the event loop already.
        # 3.1.2.1. Do not error the stream, since bytes in memory can always be read.
        # 3.1.2.2. Use `bytes` for the chunk, which stand for a Uint8Array.
        # 3.1.2.3. Enqueue the chunk in the stream.
        enqueue(self._stream, chunk)
        self.close_at_the_end()

    def close_at_the_end(self) -> None:
        """Close the stream if all bytes have been read."""
        if self._position >= self._blob.size:
            close(self._stream)
