"""Values in the standards' terms, up to a length: a ``repr`` may be endless, or raise.

Lists, maps and byte sequences are written as the Infra Standard writes them: ``« 1, 2 »``,
``«[ "a" → 1 ]»``, ```GET```. What stands for an object of a standard is in :mod:`.terms`.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from whatwg_websockets.authentication.credentials import Secret
from whatwg_websockets.steps.trace.secrets import HIDDEN, without_secrets
from whatwg_websockets.steps.trace.terms import in_the_words_of_its_standard


@dataclass(frozen=True)
class Room:
    """How much of a value is shown.

    Attributes:
        characters: how many characters of a string, of an object or of a collection.
        octets: how many bytes of a byte sequence.
        items: how many items of a collection.
    """

    characters: int
    octets: int
    items: int


WHOLE = Room(65_536, 65_536, 1_000)
"""The room of a value: what is longer is cut, and how long it is is said."""

BRIEF = Room(200, 48, 8)
"""The room of a value in the text of an entry, which is read as one line."""

READ = 4_096
"""How many characters behind what is shown are looked through for the end of a password."""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")

_BRACKETS = re.compile(r"\A<(.*)>\Z", re.DOTALL)

_COLLECTIONS = (list, tuple, set, frozenset, dict, deque)

_OBJECT = re.compile(r"<[\w.-]+ ")
"""What is in the representation of an object that holds others."""

_HEXADECIMAL = re.compile(r"` \([0-9a-f ]+\)\Z")
"""What stands behind a byte sequence that is ASCII."""

_TEXT = re.compile(rb"[\x20-\x7e]+")
"""What the bytes of a text are, as far as a line can show them."""

_SAYS_NOTHING = (
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    ModuleType,
    re.Match,
    type,
    asyncio.AbstractEventLoop,
    asyncio.BaseTransport,
    asyncio.Future,
    asyncio.Handle,
)


def shown(value: object, depth: int = 2, room: Room = WHOLE) -> str:
    """Return a text for a value; "" for one that says nothing, such as a bare object.

    Args:
        value: the value; nothing of it is kept.
        depth: how many levels of collections are opened.
        room: how much of the value is shown.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Secret):
        return HIDDEN
    if isinstance(value, str):
        return quoted(value, room)
    if isinstance(value, bytes | bytearray | memoryview):
        return _byte_sequence(value, room)
    kind = type(value)
    if kind is int or kind is float:
        return str(value)
    if kind in _COLLECTIONS:
        return _collection(value, depth, room)  # type: ignore[arg-type]
    try:
        text = in_the_words_of_its_standard(value, lambda each: shown(each, depth - 1, room))
        if text is None:
            return _represented(value)
        return shortened(without_secrets(text), room.characters)
    except Exception:
        # The object may not be finished.
        return ""


def _represented(value: object) -> str:
    """Return what an object says of itself, if that is short; "" if it says nothing."""
    if isinstance(value, _SAYS_NOTHING) or type(value).__repr__ is object.__repr__:
        return ""
    text = _BRACKETS.sub(r"\1", _ADDRESS.sub("", repr(value)))
    if len(text) > BRIEF.characters or _OBJECT.search(text):
        return _named(value)
    return without_secrets(text)


def _named(value: object) -> str:
    name = type(value).__name__
    return f"an {name}" if name[0] in "AEIO" else f"a {name}"


def shown_exception(raised: BaseException) -> str:
    """Return the text of an exception: in the words of its standard, or its name and message."""
    text = in_the_words_of_its_standard(raised, shown)
    if text is None:
        message = str(raised)
        text = type(raised).__name__ + (f": {message}" if message else "")
    return shortened(without_secrets(text))


def in_brief(value: object) -> str:
    """Return a short text for a value, as the text of an entry has it."""
    return shown(value, room=BRIEF)


def shortened(text: str, longest: int = WHOLE.characters) -> str:
    """Return a text; of a long one the beginning, and how much is left out."""
    left = len(text) - longest
    return text if left <= 0 else f"{text[:longest]}… ({counted(left, 'more character')})"


def counted(number: int, unit: str) -> str:
    """Return a number with its unit in the singular or the plural: "1 byte", "0 bytes"."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def quoted(text: str, room: Room = WHOLE) -> str:
    """Return a string in quotation marks, without secrets; of a long one the beginning."""
    longest = room.characters
    # A password may go on behind what is shown.
    beginning = without_secrets(text[: longest + READ if "://" in text[:longest] else longest])
    if len(beginning) > longest:
        beginning = beginning[: longest - 1] + "…"
    written = json.dumps(beginning, ensure_ascii=False)
    return written if len(text) <= longest else f"{written} ({counted(len(text), 'character')})"


def hexadecimal(data: bytes, length: int | None = None, room: Room = WHOLE) -> str:
    """Return bytes in hexadecimal; of many the first ones, and how many there are.

    Args:
        data: the first bytes.
        length: how many bytes there are, where that is more than ``data`` has.
        room: how much is shown.
    """
    length = len(data) if length is None else length
    beginning = data[: room.octets]
    written = beginning.hex(" ")
    if length <= len(beginning):
        return written or "nothing"
    return f"{written} … ({counted(length, 'byte')})"


def in_hex_and_text(data: bytes, length: int | None = None, room: Room = WHOLE) -> str:
    """Return bytes in hexadecimal, and the text that they are, where they are one."""
    beginning = data[: room.octets]
    is_cut = len(beginning) < (len(data) if length is None else length)
    try:
        text = beginning.decode(errors="ignore" if is_cut else "strict")
    except UnicodeDecodeError:
        text = ""
    written = hexadecimal(data, length, room)
    is_text = text and all(each.isprintable() or each in "\r\n\t" for each in text)
    return f"{written}  {quoted(text)}" if is_text else written


def _byte_sequence(value: bytes | bytearray | memoryview, room: Room) -> str:
    """Return bytes: what is ASCII as Infra writes it and in hexadecimal, unless it has a secret."""
    data = bytes(value[: room.octets + READ])
    told = without_secrets(data.decode("latin-1"))
    if told != data.decode("latin-1"):
        return f"`{shortened(told, room.characters)}`"
    if len(value) > room.octets or not _TEXT.fullmatch(data):
        return in_hex_and_text(data, len(value), room)
    return f"`{data.decode('ascii')}` ({hexadecimal(data)})"


def _collection(value: Iterable[object], depth: int, room: Room) -> str:
    """Return a list, a set, a map or a tuple, as far as it is shown."""
    is_map, is_tuple = isinstance(value, Mapping), isinstance(value, tuple)
    whole = len(value)  # type: ignore[arg-type]
    if not depth and whole:
        return f"« {counted(whole, 'item')} »"
    items: list[str] = []
    left = room.characters
    for each in islice(value.items() if isinstance(value, Mapping) else value, room.items):
        parts = each if is_map else (each,)
        items.append(" → ".join(_item(part, depth, room) for part in parts))  # type: ignore[attr-defined]
        left -= len(items[-1])
        if left < 0:
            break
    if whole > len(items):
        items.append(f"… ({counted(whole, 'item')})")
    said = ", ".join(items)
    if is_tuple:
        return f"({said})"
    opening, closing = ("«[", "]»") if is_map else ("«", "»")
    return f"{opening} {said} {closing}" if said else f"{opening} {closing}"


def _item(value: object, depth: int, room: Room) -> str:
    text = shown(value, depth - 1, room) or _named(value)
    # Names and values of headers are read as text.
    return _HEXADECIMAL.sub("`", text) if isinstance(value, bytes) else text


def shown_locals(variables: Mapping[str, object]) -> dict[str, str]:
    """Return the variables of a function that say something, by name."""
    texts = {
        name: shown(value)
        for name, value in variables.items()
        if not name.startswith("_") and name not in ("self", "socket")
    }
    return {name: text for name, text in texts.items() if text}


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return what is new or different."""
    return {name: text for name, text in after.items() if before.get(name) != text}
