"""The form in which opcodes, numbers of octets and payloads are shown to a reader, everywhere."""

from websocket_conformance.counting import counted
from websocket_conformance.foreign import quoted
from websocket_conformance.wire.frames import Opcode

SHOWN = 40
"""How many octets of a payload are shown at most."""

_NAMES = {int(opcode): opcode.name.lower() for opcode in Opcode}
_TEXTS = {Opcode.CONTINUATION, Opcode.TEXT}
_EITHER = {Opcode.PING, Opcode.PONG}
"""Opcodes whose payloads are any octets, and often a text all the same."""

_CUT = " …"


def name(opcode: int) -> str:
    """Return the name of an opcode."""
    return _NAMES.get(opcode, f"opcode {opcode}")


def octets(count: int) -> str:
    """Return a number of octets as text."""
    return counted(count, "octet")


def payload(opcode: int, kept: bytes, length: int, *, is_compressed: bool = False) -> str:
    """Return the kept part of a payload: text in quotes, a code with its reason, or hexadecimal.

    The payload of a Ping or a Pong is shown as a text if it is one without invisible characters.
    """
    shown = kept[:SHOWN]
    end = _CUT if len(shown) < length else ""
    if opcode == Opcode.CLOSE and len(kept) >= 2:
        reason = payload(1, kept[2:], length - 2)
        return f"{int.from_bytes(kept[:2])} {reason}".strip()
    text = None if is_compressed or opcode not in _TEXTS | _EITHER else _text(shown, bool(end))
    if opcode in _EITHER and text is not None and not text.isprintable():
        text = None
    return (shown.hex(" ") if text is None else quoted(text) if shown else "") + end


def _text(data: bytes, is_cut: bool) -> str | None:
    """Decode octets as UTF-8; None if they are not UTF-8. The last character may be incomplete."""
    for end in (len(data), *(range(len(data) - 1, len(data) - 4, -1) if is_cut else ())):
        try:
            return data[: max(end, 0)].decode()
        except UnicodeDecodeError:
            continue
    return None
