"""Values, shown briefly and without harm: a repr of somebody's may raise, or be endless."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from types import FunctionType, MethodType, ModuleType
from typing import TypeVar

from whatwg_websockets.authentication.credentials import Secret
from whatwg_websockets.steps.trace.secrets import HIDDEN, without_secrets

LONGEST = 80
"""How many characters of a value are shown."""

READ = 4_096
"""How many characters of a value are looked through for the end of a password."""

MOST_ITEMS = 4
"""How many items of a collection are shown."""

MOST_VALUES = 6
"""How many values of a step are shown."""

T = TypeVar("T")

_BRACKETS = {list: ("[", "]"), tuple: ("(", ")")}

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")

_SAYS_NOTHING = (
    FunctionType,
    MethodType,
    ModuleType,
    type,
    asyncio.AbstractEventLoop,
    asyncio.Future,
)


def shown(value: object, depth: int = 2) -> str:
    """Return a short text for a value; "" for one that says nothing, such as a bare object.

    Args:
        value: the value; nothing of it is kept.
        depth: how many levels of collections are opened.
    """
    if isinstance(value, _SAYS_NOTHING) or type(value).__repr__ is object.__repr__:
        return ""
    if isinstance(value, Secret):
        return HIDDEN
    if isinstance(value, str | bytes | bytearray):
        return _shown_sequence(value)
    if isinstance(value, list | tuple | set | frozenset | dict):
        return _shown_collection(value, depth)
    try:
        text = repr(value)
    except Exception:
        # An object that is not finished, say.
        return ""
    return shortened(_ADDRESS.sub("", text))


def shortened(text: str) -> str:
    """Cut a text to the length that is shown."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _shown_sequence(value: str | bytes | bytearray) -> str:
    whole = len(value)
    beginning = value[:LONGEST] if isinstance(value, str) else bytes(value[:LONGEST])
    if "://" in repr(beginning):
        # A password may go on behind what is shown.
        beginning = value[:READ] if isinstance(value, str) else bytes(value[:READ])
    text = shortened(without_secrets(repr(beginning)))
    unit = "characters" if isinstance(value, str) else "bytes"
    return text if whole <= LONGEST else f"{text} ({whole} {unit})"


def _shown_collection(value: Iterable[object], depth: int) -> str:
    opening, closing = _BRACKETS.get(type(value), ("{", "}"))
    if not depth:
        return f"{opening}…{closing}"
    if isinstance(value, Mapping):
        items = [
            f"{_item(key, depth)}: {_item(each, depth)}" for key, each in _first(value.items())
        ]
    else:
        items = [_item(each, depth) for each in _first(value)]
    whole = len(value)  # type: ignore[arg-type]
    if whole > MOST_ITEMS:
        items.append(f"… {whole} in all")
    return shortened(opening + ", ".join(items) + closing)


def _first(items: Iterable[T]) -> Iterable[T]:
    return islice(items, MOST_ITEMS)


def _item(value: object, depth: int) -> str:
    return shown(value, depth - 1) or f"<{type(value).__name__}>"


def shown_locals(variables: Mapping[str, object]) -> dict[str, str]:
    """Return the variables of a function that say something, by name."""
    texts = {
        name: shown(value)
        for name, value in variables.items()
        if not name.startswith("_") and name not in ("self", "socket")
    }
    return {name: text for name, text in texts.items() if text}


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return what is new or different, as far as a step's values are shown."""
    changed = ((name, text) for name, text in after.items() if before.get(name) != text)
    return dict(islice(changed, MOST_VALUES))
