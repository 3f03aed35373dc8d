"""Reads the suite's record of a connection: the frames, the bytes and what the server planned."""

from collections.abc import Sequence
from typing import Any

from websocket_conformance.foreign import quoted
from websocket_conformance.results.result import Entry, Kind, Who

OPCODES = {0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}
_CLOSE = 8
_BINARY = 2
_CUT = " ..."
_HANDSHAKE = (b"GET /".hex(), b"HTTP/1.1 ".hex())


def entries(wirelog: Sequence[Sequence[Any]]) -> list[Entry]:
    """The record as entries of a transcript, in order; the suite is the judge.

    Left out are the bytes of the opening handshake, which a report holds as text, and what says
    nothing to a reader.
    """
    found = (_entry(item[0], *item[1:]) for item in wirelog if not _is_handshake(*item))
    return [entry for entry in found if entry is not None]


def _is_handshake(tag: str, *fields: Any) -> bool:
    return tag in ("RO", "TO") and fields[0][1].startswith(_HANDSHAKE)


def _entry(tag: str, *fields: Any) -> Entry | None:
    match tag, fields:
        case "TF", [[length, shown], opcode, fin, rsv, mask, repeated, chopped, _]:
            head = _frame(opcode, fin, rsv, repeated or length, mask)
            if chopped:
                head += f", written {chopped} {_bytes(chopped)} at a time"
            return Entry(Who.JUDGE, Kind.FRAME, head, payload(opcode, length, shown))
        case "RF", [[length, shown], opcode, fin, rsv, _, mask]:
            head = _frame(opcode, fin, rsv, length, mask)
            return Entry(Who.PEER, Kind.FRAME, head, payload(opcode, length, shown))
        case "TO", [[length, shown], *_]:
            return Entry(Who.JUDGE, Kind.BYTES, f"{length} {_bytes(length)}", _spaced(shown))
        case "RO", [[length, shown], *_]:
            return Entry(Who.PEER, Kind.BYTES, f"{length} {_bytes(length)}", _spaced(shown))
        case _:
            note = _note(tag, *fields)
            return Entry(Who.JUDGE, Kind.NOTE, note) if note else None


def _frame(opcode: int, fin: bool, rsv: int, length: int, mask: str | None) -> str:
    parts = [OPCODES.get(opcode, f"opcode {opcode}")]
    if not fin:
        parts.append("more to come")
    if rsv:
        bits = (name for name, bit in (("RSV1", 4), ("RSV2", 2), ("RSV3", 1)) if rsv & bit)
        parts.append(" ".join(bits))
    parts.append(f"{length:,} {_bytes(length)}")
    if mask:
        parts.append(f"mask {mask}")
    return ", ".join(parts)


def _note(tag: str, delay: Any = None, *_: Any) -> str:
    match tag:
        case "KL":
            return f"drops the connection in {delay} s unless it has ended"
        case "KLE":
            return "drops the connection: its time is over"
        case "TI":
            return f"closes in {delay} s unless the case is over"
        case "TIE":
            return "closes: the time is over"
        case "CT":
            return f"waits {delay} s"
        case "WLM":
            return "record goes on" if delay else "record stops here"
        case _:
            return ""


def payload(opcode: int, length: int, shown: str) -> str:
    """A frame's payload for a reader.

    Args:
        opcode: the frame's opcode.
        length: the payload's length, in bytes.
        shown: as much of it as the suite kept, as text, or as hexadecimal after ``0x``.
    """
    if not length:
        return ""
    body = shown.removesuffix(_CUT)
    is_hex = body.startswith("0x")
    if opcode == _CLOSE:
        return _close_body(bytes.fromhex(body[2:]) if is_hex else body.encode())
    end = _CUT if body != shown else ""
    if is_hex:
        return _spaced(body[2:]) + end
    if opcode == _BINARY:
        return body.encode().hex(" ") + end
    return quoted(body) + end


def _close_body(body: bytes) -> str:
    if len(body) < 2:
        return body.hex(" ")
    code, reason = int.from_bytes(body[:2]), body[2:]
    if not reason:
        return str(code)
    try:
        return f"{code} {quoted(reason.decode())}"
    except UnicodeDecodeError:
        return f"{code} {reason.hex(' ')}"


def _spaced(digits: str) -> str:
    """Hexadecimal with a space between the bytes; what the suite cut off stays marked."""
    pairs = digits.removesuffix(_CUT)
    end = _CUT if pairs != digits else ""
    return " ".join(pairs[i : i + 2] for i in range(0, len(pairs), 2)) + end


def _bytes(count: int) -> str:
    return "byte" if count == 1 else "bytes"
