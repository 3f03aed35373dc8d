"""The heads of HTTP/1.1 messages: a request is written, responses are read.

RFC 9112, without a socket and without an event loop. A head is the start line, the field lines and
the empty line behind them. The responses that come here are 1xx responses, which have nothing else
(section 6.3), and one that refuses the handshake, whose content nobody reads.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.header_list import Header

# Section 4; RFC 9110 section 15 has status codes begin with 1 to 5, and others occur.
_STATUS_LINE = re.compile(rb"HTTP/1\.[0-9] ([1-9][0-9]{2})(?: (.*))?", re.DOTALL)

_BEGINNING = b"HTTP/1."

# A token, RFC 9110 section 5.6.2.
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

# Fetch section 2.2.2, "header value": no NUL, CR or LF, and no white space at its ends.
_VALUE = re.compile(rb"(?:[^\0\r\n \t](?:[^\0\r\n]*[^\0\r\n \t])?)?")

# How much of a line is quoted where it is at fault.
QUOTED = 60

SWITCHING_PROTOCOLS: Final = 101


class HttpFailure(Exception):
    """There is no response: none came, or what was sent or received is no HTTP.

    Attributes:
        kind: what sort of failure it is, in a word; see ``Response.kind``.
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
        headers: names, in lower case, and values of the fields, in order.
    """

    status: int
    reason: bytes
    headers: list[Header]

    @property
    def is_the_answer(self) -> bool:
        """Whether nothing of HTTP follows: a final response, or a 101 (RFC 9110 section 15.2)."""
        return self.status >= 200 or self.status == SWITCHING_PROTOCOLS


@algorithm("rfc9112#section-3", "write a request")
def request_head(method: bytes, target: bytes, headers: Iterable[Header]) -> bytes:
    """Write the head of a request.

    Args:
        method: the method.
        target: what is asked for, in origin-form.
        headers: names and values of the fields, in order.

    Raises:
        HttpFailure: a value has bytes that would make another message of this one.

    Source: RFC 9112 sections 3, 5
    """
    # § rfc9112-2.2-4. A line ends with CR and LF, and no CR stands anywhere else.
    lines = [b"%b %b HTTP/1.1" % (method, target)]
    for name, value in headers:
        # § rfc9110-5.5-1. A value that has CR, LF or NUL is not sent.
        if not _VALUE.fullmatch(value):
            why = f"the value of the request's {name.decode()} is no header value"
            raise HttpFailure("not sent", why)
        # § rfc9112-5.2-1. A field takes one line.
        lines.append(b"%b: %b" % (name, value))
    return b"\r\n".join((*lines, b"", b""))


class ResponseReader:
    """Reads the heads of responses from a stream of bytes, however the stream was cut.

    Args:
        size: how many bytes all heads together may have.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._received = bytearray()
        # Where the next line begins, and up to where no end of it was found.
        self._position = 0
        self._searched = 0
        self._status: tuple[int, bytes] | None = None
        # Each field with the parts of its value; there are several where it is folded.
        self._fields: list[tuple[bytes, list[bytes]]] = []

    def receive(self, data: bytes) -> None:
        """Take bytes that have arrived."""
        self._received += data

    @property
    def has_received(self) -> bool:
        """Whether the server has sent anything."""
        return bool(self._received)

    @property
    def rest(self) -> bytes:
        """The bytes behind the last head."""
        return bytes(self._received[self._position :])

    @algorithm("rfc9112#section-2.2", "read a response")
    def next_head(self) -> ResponseHead | None:
        """Return the next head; None while it is not whole.

        Lines are read in order, each as soon as it is whole, and the size is looked at before each,
        so that what was received decides, and not how TCP has cut it. Another protocol is known by
        its first bytes, as its server may wait for us before it ends a line.

        Raises:
            HttpFailure: the bytes are not the head of a response, or are more than are allowed.

        Source: RFC 9112 sections 2.2, 4, 5
        """
        self._look_at_the_first_bytes()
        while (line := self._next_line()) is not None:
            if self._status is None:
                self._status = _read_status_line(line)
            elif line:
                self._read_field_line(line)
            else:
                # § rfc9112-6.3-1. A 1xx response ends here, whatever its fields say of a length.
                return self._take_head()
        return None

    def _look_at_the_first_bytes(self) -> None:
        if self._status is None:
            end = min(self._position + len(_BEGINNING), self._size)
            first = bytes(self._received[self._position : end])
            # § rfc9112-2.3-1. The name of the protocol is HTTP, in upper case.
            if not _BEGINNING.startswith(first):
                raise _malformed("it does not begin with HTTP/1", self._received[self._position :])

    def _next_line(self) -> bytes | None:
        # § rfc9112-2.2-1. The bytes are searched for LF before anything in them is decoded.
        end = self._received.find(b"\n", self._searched)
        self._searched = end + 1 if end >= 0 else len(self._received)
        if self._searched > self._size:
            why = f"the answer is longer than handshake_size ({self._size:,} bytes)"
            raise HttpFailure("too large", why)
        if end < 0:
            return None
        # § rfc9112-2.2-2. A line may end with LF alone; a CR before the LF belongs to the end.
        line = bytes(self._received[self._position : end]).removesuffix(b"\r")
        self._position = self._searched
        # § rfc9112-2.2-3. A head with any other CR is refused.
        # § rfc9110-5.5-2. A head with a NUL is refused.
        if b"\r" in line or b"\0" in line:
            raise _malformed("a line contains CR or NUL", line)
        return line

    def _read_field_line(self, line: bytes) -> None:
        if line.startswith((b" ", b"\t")):
            # § rfc9112-2.2-5. White space between the status line and the fields is refused.
            if not self._fields:
                raise _malformed("white space follows the status line", line)
            # § rfc9112-5.2-2. The fold of a value becomes a blank.
            self._fields[-1][1].append(line.strip(b" \t"))
            return
        name, colon, value = line.partition(b":")
        # § rfc9112-5.1-1. A name is a token, and the colon follows it at once.
        if not (colon and _TOKEN.fullmatch(name)):
            raise _malformed("a line is no header field", line)
        # § rfc9110-5.1-1. Case does not tell names apart.
        # § rfc9110-5.5-3. White space around a value is no part of the value.
        self._fields.append((name.lower(), [value.strip(b" \t")]))

    def _take_head(self) -> ResponseHead:
        assert self._status is not None
        headers = [(name, b" ".join(parts).strip(b" \t")) for name, parts in self._fields]
        head = ResponseHead(*self._status, headers)
        self._status, self._fields = None, []
        return head


@algorithm("rfc9112#section-4", "read a status line")
def _read_status_line(line: bytes) -> tuple[int, bytes]:
    # § rfc9110-6.2-1. Every minor version of HTTP/1 is read as HTTP/1.1.
    match = _STATUS_LINE.fullmatch(line)
    if match is None:
        raise _malformed("a line is no status line", line)
    # § rfc9112-4-1. The reason phrase decides nothing, and may be left out.
    return int(match[1]), match[2] or b""


def _malformed(what: str, line: bytes | bytearray) -> HttpFailure:
    quoted = repr(bytes(line if len(line) <= QUOTED else line[:QUOTED] + b"..."))[1:]
    return HttpFailure("not HTTP", f"the answer is no HTTP/1.1 response: {what}: {quoted}")
