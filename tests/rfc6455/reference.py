"""A reader of a server's frames that is written from the RFC alone, and not for speed.

It has the whole stream at hand, reads one frame after the other in the order in which RFC 6455
5.2 lays it out, and looks at nothing twice.
"""

import re

from .server import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Outcome

# Unicode, table 3-7: well-formed UTF-8 byte sequences.
_WELL_FORMED = re.compile(
    rb"(?:[\x00-\x7F]"
    rb"|[\xC2-\xDF][\x80-\xBF]"
    rb"|\xE0[\xA0-\xBF][\x80-\xBF]"
    rb"|[\xE1-\xEC][\x80-\xBF][\x80-\xBF]"
    rb"|\xED[\x80-\x9F][\x80-\xBF]"
    rb"|[\xEE-\xEF][\x80-\xBF][\x80-\xBF]"
    rb"|\xF0[\x90-\xBF][\x80-\xBF][\x80-\xBF]"
    rb"|[\xF1-\xF3][\x80-\xBF][\x80-\xBF][\x80-\xBF]"
    rb"|\xF4[\x80-\x8F][\x80-\xBF][\x80-\xBF])*"
)
# The same table, each row cut short of its end.
_BEGUN = re.compile(
    rb"|[\xC2-\xDF]"
    rb"|\xE0(?:[\xA0-\xBF])?"
    rb"|[\xE1-\xEC](?:[\x80-\xBF])?"
    rb"|\xED(?:[\x80-\x9F])?"
    rb"|[\xEE-\xEF](?:[\x80-\xBF])?"
    rb"|\xF0(?:[\x90-\xBF](?:[\x80-\xBF])?)?"
    rb"|[\xF1-\xF3](?:[\x80-\xBF](?:[\x80-\xBF])?)?"
    rb"|\xF4(?:[\x80-\x8F](?:[\x80-\xBF])?)?"
)


def is_well_formed(data: bytes) -> bool:
    """Tell whether the bytes are UTF-8."""
    return _WELL_FORMED.fullmatch(data) is not None


def can_become_well_formed(data: bytes) -> bool:
    """Tell whether these bytes begin a text in UTF-8: they are one, or more bytes make them one."""
    whole = _WELL_FORMED.match(data)
    assert whole is not None
    return _BEGUN.fullmatch(data, whole.end()) is not None


def may_be_in_a_close_frame(code: int) -> bool:
    """Tell whether a code may be on the wire: RFC 6455 7.4 and IANA's registry."""
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999


def read(stream: bytes, maximum_size: int) -> Outcome:
    """Read a stream without extensions to its end, or until the connection has to be failed."""
    messages: list[str | bytes] = []
    pongs: list[bytes] = []
    kind: int | None = None  # of the message in progress
    message = b""
    at = 0

    def outcome(*ending: object) -> Outcome:
        return Outcome(messages, pongs, ending or None)

    while True:
        if len(stream) < at + 2:
            return outcome()
        first, second = stream[at], stream[at + 1]
        at += 2
        fin, rsv, opcode = first >> 7, first >> 4 & 0b111, first & 0b1111
        is_masked, length = second >> 7, second & 0b1111111

        # 5.2: the reserved bits, without an extension; 5.2: the opcodes
        if rsv or opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            return outcome("fail", 1002)
        # 5.1: a client fails on a masked frame
        if is_masked:
            return outcome("fail", 1002)
        # 5.5: control frames are short and whole
        if opcode >= 8 and (length > 125 or not fin):
            return outcome("fail", 1002)

        # 5.2: the payload length, as short as can be
        if length == 126:
            if len(stream) < at + 2:
                return outcome()
            length = int.from_bytes(stream[at : at + 2], "big")
            at += 2
            if length < 126:
                return outcome("fail", 1002)
        elif length == 127:
            if len(stream) < at + 8:
                return outcome()
            length = int.from_bytes(stream[at : at + 8], "big")
            at += 8
            if length < 2**16 or length >= 2**63:
                return outcome("fail", 1002)

        if opcode >= 8:
            if len(stream) < at + length:
                return outcome()
            payload = stream[at : at + length]
            at += length
            if opcode == PING:
                pongs.append(payload)
            if opcode == CLOSE:
                return outcome(*_read_close(payload))
            continue

        # 5.4: fragments are not mixed with other messages
        if (opcode == CONTINUATION) != (kind is not None):
            return outcome("fail", 1002)
        if kind is None:
            kind, message = opcode, b""
        if len(message) + length > maximum_size:
            return outcome("fail", 1009)
        payload = stream[at : at + length]
        at += length
        message += payload
        # 8.1: text is refused as soon as it cannot be UTF-8
        if kind == TEXT and not can_become_well_formed(message):
            return outcome("fail", 1007)
        if len(payload) < length:
            return outcome()
        if fin:
            if kind == TEXT and not is_well_formed(message):
                return outcome("fail", 1007)
            messages.append(message.decode() if kind == TEXT else message)
            kind = None


def _read_close(payload: bytes) -> tuple[object, ...]:
    if not payload:
        return "close", None, ""
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or not may_be_in_a_close_frame(code):
        return "fail", 1002
    if not is_well_formed(payload[2:]):
        return "fail", 1007
    return "close", code, payload[2:].decode()
