"""JSON of which each fault is told with its place."""

import json
import os
from typing import Any

from whatwg_websockets.webidl.messages import shown


class Place(str):
    """Where in a JSON text something stands: ``hosts.json: hosts[3].expires``."""

    __slots__ = ()

    def at(self, key: str | int) -> "Place":
        """Return the place of a member, or of an item."""
        if isinstance(key, int):
            return Place(f"{self}[{key}]")
        return Place(f"{self}{'.' if ': ' in self else ': '}{key}")

    def fault(self, reason: str) -> ValueError:
        """Return the error that something is wrong here."""
        return ValueError(f"{self}: {reason}")


def read_text(path: str | os.PathLike[str]) -> str:
    """Read a text file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not UTF-8.
    """
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise ValueError(f"{os.fspath(path)}: byte {error.start} is not UTF-8") from None


def parse_json(text: str, source: str) -> Any:
    """Parse a JSON text.

    Raises:
        ValueError: it is none; the error says in which line and column, and why.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{source}, line {error.lineno}, column {error.colno}"
        raise ValueError(f"{where}: {error.msg}") from None
    except RecursionError:
        raise ValueError(f"{source}: nested too deeply") from None


def member(value: Any, name: str, kind: type, where: Place) -> Any:
    """Return a member of a JSON object.

    Raises:
        ValueError: there is no object, or it has no such member, or one of another type.
    """
    if not isinstance(value, dict):
        raise where.fault(f"an object is wanted here, not {shown(value)}")
    if name not in value:
        raise where.fault(f"the member {name!r} is missing")
    found = value[name]
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
        raise where.at(name).fault(f"{_NAMES[kind]} is wanted here, not {shown(found)}")
    return found


_NAMES = {bool: "true or false", int: "a number", list: "a list", str: "a string"}
