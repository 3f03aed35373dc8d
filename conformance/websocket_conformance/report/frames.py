"""Descriptions of frames and octets for a reader."""

from websocket_conformance.counting import counted
from websocket_conformance.foreign import quoted
from websocket_conformance.wire.frames import RSV1, RSV2, RSV3, Opcode
from websocket_conformance.wire.log import FrameSeen

_NAMES = {int(opcode): opcode.name.lower() for opcode in Opcode}
_TEXTS = {Opcode.CONTINUATION, Opcode.TEXT}
_SHOWN = 40
_CUT = " …"


def head(frame: FrameSeen, *, in_short: bool = False) -> str:
    """Describe a frame's header; the short form leaves out its masking and its writing."""
    parts = [name(frame.opcode)]
    if not frame.fin:
        parts.append("more to come")
    if frame.rsv:
        bits = (("RSV1", RSV1), ("RSV2", RSV2), ("RSV3", RSV3))
        parts.append(" ".join(name for name, bit in bits if frame.rsv & bit))
    parts.append(octets(frame.length))
    if frame.mask is not None and not in_short:
        parts.append("masked")
    if frame.chop and not in_short:
        parts.append(f"written {octets(frame.chop)} at a time")
    return ", ".join(parts)


def body(frame: FrameSeen) -> str:
    """Return the part of a frame's payload that is kept; see `payload`."""
    is_compressed = bool(frame.rsv & RSV1)
    return payload(frame.opcode, frame.payload, frame.length, is_compressed=is_compressed)


def name(opcode: int) -> str:
    """Return the name of an opcode."""
    return _NAMES.get(opcode, f"opcode {opcode}")


def octets(count: int) -> str:
    """Return a number of octets as text."""
    return counted(count, "octet")


def payload(opcode: int, kept: bytes, length: int, *, is_compressed: bool = False) -> str:
    """Return the kept part of a payload: text in quotes, a code with its reason, or hexadecimal."""
    shown = kept[:_SHOWN]
    end = _CUT if len(shown) < length else ""
    if opcode == Opcode.CLOSE and len(kept) >= 2:
        reason = payload(1, kept[2:], length - 2)
        return f"{int.from_bytes(kept[:2])} {reason}".strip()
    text = None if is_compressed or opcode not in _TEXTS else _text(shown, bool(end))
    return (shown.hex(" ") if text is None else quoted(text) if shown else "") + end


def _text(data: bytes, is_cut: bool) -> str | None:
    """Decode octets as UTF-8; None if they are not UTF-8. The last character may be incomplete."""
    for end in (len(data), *(range(len(data) - 1, len(data) - 4, -1) if is_cut else ())):
        try:
            return data[: max(end, 0)].decode()
        except UnicodeDecodeError:
            continue
    return None
