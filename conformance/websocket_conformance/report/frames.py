"""How frames and octets are told to a reader."""

from websocket_conformance.counting import counted
from websocket_conformance.foreign import quoted
from websocket_conformance.wire.frames import RSV1, RSV2, RSV3, Opcode

_NAMES = {int(opcode): opcode.name.lower() for opcode in Opcode}
_TEXTS = {Opcode.CONTINUATION, Opcode.TEXT}
_SHOWN = 40
_CUT = " …"


def head(
    opcode: int,
    length: int,
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = None,
    chop: int | None = None,
) -> str:
    """A frame's header in words."""
    parts = [name(opcode)]
    if not fin:
        parts.append("more to come")
    if rsv:
        bits = (name for name, bit in (("RSV1", RSV1), ("RSV2", RSV2), ("RSV3", RSV3)) if rsv & bit)
        parts.append(" ".join(bits))
    parts.append(octets(length))
    if mask is not None:
        parts.append("masked")
    if chop:
        parts.append(f"written {octets(chop)} at a time")
    return ", ".join(parts)


def name(opcode: int) -> str:
    """What an opcode is called."""
    return _NAMES.get(opcode, f"opcode {opcode}")


def octets(count: int) -> str:
    """A number of octets."""
    return counted(count, "octet")


def payload(opcode: int, kept: bytes, length: int, *, is_compressed: bool = False) -> str:
    """What is kept of a payload: text in quotes, a code with its reason, or hexadecimal."""
    shown = kept[:_SHOWN]
    end = _CUT if len(shown) < length else ""
    if opcode == Opcode.CLOSE and len(kept) >= 2:
        reason = payload(1, kept[2:], length - 2)
        return f"{int.from_bytes(kept[:2])} {reason}".strip()
    text = None if is_compressed or opcode not in _TEXTS else _text(shown, bool(end))
    return (spaced(shown) if text is None else quoted(text) if shown else "") + end


def _text(data: bytes, is_cut: bool) -> str | None:
    """The text that some octets are, None if they are none; the last character may be cut."""
    for end in (len(data), *(range(len(data) - 1, len(data) - 4, -1) if is_cut else ())):
        try:
            return data[: max(end, 0)].decode()
        except UnicodeDecodeError:
            continue
    return None


def spaced(data: bytes) -> str:
    """Hexadecimal with a space between the octets."""
    return data.hex(" ")
