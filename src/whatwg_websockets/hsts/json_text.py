"""JSON whose errors are reported with their places."""

import json
import os
from typing import Any

from whatwg_websockets.webidl.messages import shown


class Place(str):
    """The place of a value in a JSON text, such as ``hosts.json: hosts[3].expires``."""

    __slots__ = ()

    def at(self, key: str | int) -> "Place":
        """Return the place of a member or an item of this value."""
        if isinstance(key, int):
            return Place(f"{self}[{key}]")
        return Place(f"{self}{'.' if ': ' in self else ': '}{key}")

    def fault(self, reason: str) -> ValueError:
        """Return an error for this place."""
        return ValueError(f"{self}: {reason}")


def read_text(path: str | os.PathLike[str]) -> str:
    """Read a text file.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not UTF-8.
    """
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise ValueError(f"{os.fspath(path)}: byte {error.start} is not UTF-8") from None


def parse_json(text: str, source: str) -> Any:
    """Parse a JSON text.

    Raises:
        ValueError: the text is not JSON; the message gives the line, the column and the reason.
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
        ValueError: the value is not an object, or lacks the member, or the member has another type.
    """
    if not isinstance(value, dict):
        raise where.fault(f"this must be an object, not {shown(value)}")
    if name not in value:
        raise where.fault(f"the member {name!r} is missing")
    found = value[name]
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
        raise where.at(name).fault(f"this must be {_NAMES[kind]}, not {shown(found)}")
    return found


_NAMES = {bool: "true or false", int: "a number", list: "a list", str: "a string"}
