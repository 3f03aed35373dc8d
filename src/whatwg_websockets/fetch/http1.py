"""The heads of HTTP/1.1 messages: requests are written, responses are read.

RFC 9112, without a socket and without an event loop. A head is the start line, the field lines and
the empty line behind them. The responses that are read here are 1xx responses, which have nothing
but a head (section 6.3), and one that refuses the handshake, whose content is not read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.header_list import Header

# Section 4. RFC 9110 section 15 defines codes that begin with 1 to 5, and others occur in practice.
_STATUS_LINE = re.compile(rb"HTTP/1\.[0-9] ([1-9][0-9]{2})(?: (.*))?", re.DOTALL)

_BEGINNING = b"HTTP/1."

# A token, RFC 9110 section 5.6.2.
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

# Fetch section 2.2.2, "header value": no NUL, CR or LF, and no white space at either end.
_VALUE = re.compile(rb"(?:[^\0\r\n \t](?:[^\0\r\n]*[^\0\r\n \t])?)?")

# Bytes that an error message quotes as text; other bytes are quoted in hexadecimal.
_TEXT = re.compile(rb"[ -~][\0\t\r\n -~\x80-\xff]*")

# The number of bytes of a malformed line that an error message quotes.
QUOTED = 60

SWITCHING_PROTOCOLS: Final = 101


class HttpFailure(Exception):
    """The fetch failed: no response came, or a message that is not HTTP was sent or received.

    Attributes:
        kind: the kind of failure; see ``Response.kind``.
        why: what happened, as a sentence without its full stop.
    """

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """The head of a response.

    Attributes:
        status: the status code.
        reason: the reason phrase, for the log only.
        headers: the names, in lower case, and values of the fields, in order.
    """

    status: int
    reason: bytes
    headers: list[Header]

    @property
    def is_the_answer(self) -> bool:
        """Whether this head ends the HTTP exchange: a final response, or 101 (RFC 9110 15.2)."""
        return self.status >= 200 or self.status == SWITCHING_PROTOCOLS


@algorithm("rfc9112#section-3", "write a request")
def request_head(method: bytes, target: bytes, headers: Iterable[Header]) -> bytes:
    """Return the head of a request, as it is sent.

    Args:
        method: the method.
        target: the request target, in origin-form.
        headers: the names and values of the fields, in order.

    Raises:
        HttpFailure: a value has characters that a header value must not have, such as a line break.

    Source: RFC 9112 sections 3, 5
    """
    # § rfc9112-2.2-4. End each line of the request with CR LF, and write CR nowhere else.
    lines = [b"%b %b HTTP/1.1" % (method, target)]
    for name, value in headers:
        # § rfc9110-5.5-1. Refuse to send a header value that contains CR, LF or NUL.
        if not _VALUE.fullmatch(value):
            why = f"the value of the request's {name.decode()} is not a valid header value"
            raise HttpFailure("not sent", why)
        # § rfc9112-5.2-1. Write each field of the request on one line.
        lines.append(b"%b: %b" % (name, value))
    return b"\r\n".join((*lines, b"", b""))


class ResponseReader:
    """Reads the heads of responses from a stream of bytes, however TCP has split it.

    Args:
        size: the maximum size of all heads together, in bytes.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._received = bytearray()
        # The start of the next line, and the position up to which no line end was found.
        self._position = 0
        self._searched = 0
        self._status: tuple[int, bytes] | None = None
        # The name of each field, and the parts of its value: several if the value is folded.
        self._fields: list[tuple[bytes, list[bytes]]] = []

    def receive(self, data: bytes) -> None:
        """Add bytes that have arrived."""
        self._received += data

    @property
    def has_received(self) -> bool:
        """Whether any bytes have arrived from the server."""
        return bool(self._received)

    @property
    def rest(self) -> bytes:
        """The bytes that follow the last head."""
        return bytes(self._received[self._position :])

    @algorithm("rfc9112#section-2.2", "read a response")
    def next_head(self) -> ResponseHead | None:
        """Return the next head, or None if it has not arrived completely.

        Lines are read in order, each as soon as it is complete, and the size is checked before each
        line, so that the result depends on the bytes received and not on how TCP has split them. A
        different protocol is recognized by its first bytes, since its server may wait for the
        client before it ends a line.

        Raises:
            HttpFailure: the bytes are not the head of a response, or are more than the size allows.

        Source: RFC 9112 sections 2.2, 4, 5
        """
        self._look_at_the_first_bytes()
        while (line := self._next_line()) is not None:
            if self._status is None:
                self._status = _read_status_line(line)
            elif line:
                self._read_field_line(line)
            else:
                # § rfc9112-6.3-1. End a 1xx response at its empty line, whatever its fields say
                #   about a length.
                return self._take_head()
        return None

    def _look_at_the_first_bytes(self) -> None:
        if self._status is None:
            end = min(self._position + len(_BEGINNING), self._size)
            first = bytes(self._received[self._position : end])
            # § rfc9112-2.3-1. Require HTTP in upper case as the name of the protocol.
            if not _BEGINNING.startswith(first):
                raise _malformed("it does not begin with HTTP/1", self._received[self._position :])

    def _next_line(self) -> bytes | None:
        # § rfc9112-2.2-1. Search the bytes for LF before any of them is decoded.
        end = self._received.find(b"\n", self._searched)
        self._searched = end + 1 if end >= 0 else len(self._received)
        if self._searched > self._size:
            why = f"the answer is longer than handshake_size ({self._size:,} bytes)"
            raise HttpFailure("too large", why)
        if end < 0:
            return None
        # § rfc9112-2.2-2. Accept a line that ends in LF alone, and remove a CR before the LF.
        line = bytes(self._received[self._position : end]).removesuffix(b"\r")
        self._position = self._searched
        # § rfc9112-2.2-3. Refuse a response whose status line or header section contains CR
        #   anywhere except before LF.
        # § rfc9110-5.5-2. Refuse a response whose status line or header section contains NUL.
        if b"\r" in line or b"\0" in line:
            raise _malformed("a line contains CR or NUL", line)
        return line

    def _read_field_line(self, line: bytes) -> None:
        if line.startswith((b" ", b"\t")):
            # § rfc9112-2.2-5. Refuse a response with white space between the status line and the
            #   first field.
            if not self._fields:
                raise _malformed("white space follows the status line", line)
            # § rfc9112-5.2-2. Replace the line fold in a field value with a space.
            self._fields[-1][1].append(line.strip(b" \t"))
            return
        name, colon, value = line.partition(b":")
        # § rfc9112-5.1-1. Require a field name to be a token that is followed by the colon without
        #   white space in between.
        if not (colon and _TOKEN.fullmatch(name)):
            raise _malformed("a line is not a header field", line)
        # § rfc9110-5.1-1. Convert the field name to lower case, since names are case-insensitive.
        # § rfc9110-5.5-3. Remove the white space before and after a field value.
        self._fields.append((name.lower(), [value.strip(b" \t")]))

    def _take_head(self) -> ResponseHead:
        assert self._status is not None
        headers = [(name, b" ".join(parts).strip(b" \t")) for name, parts in self._fields]
        head = ResponseHead(*self._status, headers)
        self._status, self._fields = None, []
        return head


@algorithm("rfc9112#section-4", "read a status line")
def _read_status_line(line: bytes) -> tuple[int, bytes]:
    # § rfc9110-6.2-1. Read every minor version of HTTP/1 as HTTP/1.1.
    match = _STATUS_LINE.fullmatch(line)
    if match is None:
        raise _malformed("a line is not a status line", line)
    # § rfc9112-4-1. Ignore the reason phrase, which may be missing, except in the log.
    return int(match[1]), match[2] or b""


def _malformed(what: str, line: bytes | bytearray) -> HttpFailure:
    beginning = bytes(line[:QUOTED])
    quoted = repr(beginning)[1:] if _TEXT.fullmatch(beginning) else beginning.hex(" ")
    if len(line) > QUOTED:
        quoted += " ..."
    return HttpFailure("not HTTP", f"the answer is not an HTTP/1.1 response: {what}: {quoted}")
