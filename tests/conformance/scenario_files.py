"""Checks the files of the scenarios, and says of a file what is wrong with it.

An operation is a list of its name and its arguments, or the name alone. What each of them does is
in docs/api-scenarios.md; who does it, in ``script``, ``page`` and ``page.js``.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from websocket_conformance.api.scenario import EVENTS, STREAM, WEBSOCKET

Problem = tuple[str, str]

SERVER: Mapping[str, str] = {
    "request": "",
    "next-request": "",
    "note-target": "",
    "note-field": "string",
    "note-connecting": "",
    "note-end": "",
    "note-frame": "",
    "accept": "fields?",
    "respond": "string fields?",
    "raw": "value",
    "text": "value",
    "binary": "value",
    "ping": "value?",
    "pong": "value?",
    "close": "integer? value?",
    "frame": "frame",
    "compressed": "value",
    "together": "operations",
    "await": "awaited",
    "await-told": "string",
    "await-bytes": "integer",
    "await-connections": "integer",
    "say": "string",
    "receive-buffer": "integer",
    "flood": "value integer",
    "half-close": "",
    "reset": "",
    "goodbye": "",
}
"""What a server can do, and with which arguments; ``?`` stands behind those that may be missing."""

PAGE: Mapping[str, str] = {
    "send": "value",
    "send-then-change": "value",
    "send-lost-file": "integer",
    "close": "code? value?",
    "set": "string any",
    "note": "string",
    "note-event": "string",
    "note-static": "string",
    "note-interface": "",
    "note-blob": "",
    "listen": "event string operations? options?",
    "unlisten": "event string",
    "handle": "event string? operations?",
    "stop": "",
    "throw": "",
    "dispatch": "event",
    "new-close-event": "table?",
    "until": "string any",
    "until-seen": "string",
    "later": "",
    "microtask": "operations",
    "tell": "string",
    "hear": "string",
    "block": "string",
    "another": "string operations?",
    "forget": "",
    "collect": "",
    "unload": "",
    "note-promise": "promise",
    "note-pending": "promise",
    "note-same": "promise promise",
    "read": "",
    "write": "chunk",
    "write-then-change": "value",
    "end": "",
    "cancel": "reason?",
    "abort": "reason?",
    "for-each": "integer?",
    "count-all": "",
    "tee": "",
    "echo": "",
    "pipe-in": "chunks reason?",
    "fill": "integer integer",
    "begin": "operations",
    "neglect": "chunk",
    "get-reader": "table?",
    "get-writer": "",
    "abort-signal": "string?",
    "new-stream": "string any?",
    "close-stream": "any?",
    "new-stream-error": "any?",
}
"""What a page can do, likewise."""

MOMENTS = ("start", *EVENTS)
PROMISES = ("opened", "closed", "reader.closed", "writer.closed", "writer.ready")
ODD = ("null", "undefined", "symbol", "throws", "object")
AWAITED = ("text", "binary", "ping", "pong", "close", "end")

_VALUE_KEYS = {
    "string": str,
    "times": int,
    "code-units": list,
    "bytes": str,
    "view": str,
    "from": int,
    "to": int,
    "blob": str,
}
_FRAME_KEYS = {"opcode": int, "fin": bool, "rsv": int, "masked": bool, "payload": (str, dict)}
_MEMBERS = {"closeCode": int, "reason": str}
_OPTION_KEYS = {"once": bool, "capture": bool}


def operations(language: Mapping[str, str], value: object, where: str) -> Iterator[Problem]:
    """Find what is wrong with a list of operations.

    Args:
        language: SERVER or PAGE.
        value: the list.
        where: its place, such as ``page.open``.

    Yields:
        A place, and what is wrong there.
    """
    if not isinstance(value, list):
        yield where, "expected a list of operations"
        return
    for index, each in enumerate(value):
        yield from _operation(language, each, f"{where}[{index}]")


def _operation(language: Mapping[str, str], value: object, where: str) -> Iterator[Problem]:
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list) or not parts or not isinstance(parts[0], str):
        yield where, "expected the name of an operation, or a list that begins with one"
        return
    name, *arguments = parts
    if name not in language:
        yield where, f"unknown operation {name!r}; there are {', '.join(language)}"
        return
    kinds = language[name].split()
    least = sum(not kind.endswith("?") for kind in kinds)
    if not least <= len(arguments) <= len(kinds):
        yield where, f"{name} takes {_count(least, len(kinds))}, not {len(arguments)}"
        return
    for index, (kind, argument) in enumerate(zip(kinds, arguments, strict=False), 1):
        yield from _argument(language, kind.rstrip("?"), argument, f"{where}[{index}]")


def _count(least: int, most: int) -> str:
    if most == 0:
        return "no argument"
    plural = "" if most == 1 else "s"
    return f"{most} argument{plural}" if least == most else f"{least} to {most} arguments"


def _argument(
    language: Mapping[str, str], kind: str, value: object, where: str
) -> Iterator[Problem]:
    if kind == "operations":
        yield from operations(language, value, where)
    elif (problem := _KINDS[kind](value)) is not None:
        yield where, problem


def _value(value: object) -> str | None:
    if isinstance(value, str):
        return None
    if isinstance(value, dict) and (problem := _table(_VALUE_KEYS)(value)):
        return problem
    kinds = {"string", "code-units", "bytes", "view", "blob"}
    if not isinstance(value, dict) or len(kinds & set(value)) != 1:
        return f"expected a string, or a table with one of {', '.join(sorted(kinds))}"
    if any(not _is_hexadecimal(str(value.get(key, ""))) for key in ("bytes", "view", "blob")):
        return "expected bytes in hexadecimal, such as '00 ff'"
    return None


def _chunk(value: object) -> str | None:
    if isinstance(value, dict) and set(value) == {"number"}:
        return None
    if isinstance(value, dict) and set(value) == {"odd"}:
        return _one_of(*ODD)(value["odd"])
    return _value(value)


def _chunks(value: object) -> str | None:
    if not isinstance(value, list):
        return "expected a list of chunks"
    return next((problem for each in value if (problem := _chunk(each))), None)


def _is_hexadecimal(string: str) -> bool:
    return re.fullmatch(r"([0-9a-f]{2}( [0-9a-f]{2})*)?", string) is not None


def _table(keys: Mapping[str, Any] | None) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        if not isinstance(value, dict):
            return "expected a table"
        for key, member in value.items():
            if keys is not None and key not in keys:
                return f"unknown key {key!r}; there are {', '.join(keys)}"
            if keys is not None and not isinstance(member, keys[key]):
                return f"{key} cannot be {member!r}"
        return None

    return check


def _frame(value: object) -> str | None:
    problem = _table(_FRAME_KEYS)(value)
    if problem is None and isinstance(value, dict):
        if "opcode" not in value:
            return "opcode is missing"
        return _value(value["payload"]) if "payload" in value else None
    return problem


def _fields(value: object) -> str | None:
    if isinstance(value, dict) and all(isinstance(each, str | list) for each in value.values()):
        return None
    return "expected a table of header fields, each a string or a list of strings"


def _instance(kind: type | tuple[type, ...], name: str) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        fits = isinstance(value, kind) and not isinstance(value, bool)
        return None if fits else f"expected {name}, not {value!r}"

    return check


def _one_of(*names: str) -> Callable[[object], str | None]:
    return lambda value: None if value in names else f"expected one of {', '.join(names)}"


_KINDS: Mapping[str, Callable[[object], str | None]] = {
    "any": lambda value: None,
    "string": _instance(str, "a string"),
    "integer": _instance(int, "an integer"),
    "code": _instance((int, float, dict), "a number, or a table with a reason"),
    "value": _value,
    "chunk": _chunk,
    "chunks": _chunks,
    "reason": lambda value: None if isinstance(value, str) else _table(_MEMBERS)(value),
    "table": _table(None),
    "options": _table(_OPTION_KEYS),
    "frame": _frame,
    "fields": _fields,
    "event": _one_of(*EVENTS),
    "awaited": _one_of(*AWAITED),
    "promise": _one_of(*PROMISES),
}


# A file.

_STRINGS = "a list of strings"
_Kind = type | tuple[type, ...]
_TYPES: Mapping[str, tuple[_Kind, str]] = {
    "id": (str, "a string"),
    "title": (str, "a string"),
    "anchor": (str, "a string"),
    "new": (list, "a list of arguments"),
    "position": ((str, list), "the name of a position, or a list of names"),
    "interface": (str, f"{WEBSOCKET} or {STREAM}"),
    "listens": (list, _STRINGS),
    "frame": (bool, "true or false"),
    "policy": (str, "policies as a header has them"),
    "policy-report-only": (str, "policies as a header has them"),
    "cookies": (bool, "true or false"),
    "server": (list, "a list of operations"),
    "servers": (list, "a list of operations for each connection"),
    "page": (dict, f"a table of {', '.join(MOMENTS)}"),
    "expect": (list, _STRINGS),
    "wire": (list, _STRINGS),
    "differs": (list, "an array of tables"),
}
_DIFFERENCE_TYPES: Mapping[str, tuple[_Kind, str]] = {
    "who": (list, _STRINGS),
    "position": (str, "a string"),
    "trace": (list, _STRINGS),
    "wire": (list, _STRINGS),
}


def _of_file(data: dict[str, Any]) -> Iterator[Problem]:
    for key in data.keys() - {"scenario"}:
        yield key, "unknown key; there is only [[scenario]]"
    scenarios = data.get("scenario")
    if not isinstance(scenarios, list) or not scenarios:
        yield "scenario", "expected at least one [[scenario]]"
        return
    for index, each in enumerate(scenarios):
        for where, what in _of_scenario(each):
            yield f"{each.get('id', f'scenario[{index}]')}.{where}", what


def _of_scenario(data: dict[str, Any]) -> Iterator[Problem]:
    problems = list(_of_keys(data, _TYPES, required=("id", "title", "anchor", "expect")))
    yield from problems
    if problems:
        return
    yield from operations(SERVER, data.get("server", []), "server")
    for index, value in enumerate(data.get("servers", [])):
        yield from operations(SERVER, value, f"servers[{index}]")
    if (interface := data.get("interface", WEBSOCKET)) not in (WEBSOCKET, STREAM):
        yield "interface", f"expected {WEBSOCKET} or {STREAM}, not {interface!r}"
    for event in data.get("listens", []):
        if event not in EVENTS:
            yield "listens", f"unknown event {event!r}; there are {', '.join(EVENTS)}"
    for moment, value in data.get("page", {}).items():
        if moment in MOMENTS:
            yield from operations(PAGE, value, f"page.{moment}")
        else:
            yield f"page.{moment}", f"unknown moment; there are {', '.join(MOMENTS)}"
    for index, each in enumerate(data.get("differs", [])):
        for where, what in _of_keys(each, _DIFFERENCE_TYPES, required=("who", "position")):
            yield f"differs[{index}].{where}", what


def _of_keys(
    data: dict[str, Any], types: Mapping[str, tuple[_Kind, str]], required: tuple[str, ...]
) -> Iterator[Problem]:
    for key in required:
        if key not in data:
            yield key, "is missing"
    for key, value in data.items():
        if key not in types:
            yield key, f"unknown key; there are {', '.join(types)}"
            continue
        kind, name = types[key]
        if not isinstance(value, kind) or (name == _STRINGS and not _are_strings(value)):
            yield key, f"expected {name}"


def _are_strings(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(each, str) for each in values)


def problems(files: Iterable[Path | Traversable]) -> list[str]:
    """What is wrong with some files: for each fault ``file: key: what is wrong``."""
    found: list[str] = []
    ids: set[str] = set()
    for file in files:
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            found.append(f"{file.name}: cannot be read: {error}")
            continue
        wrong = [f"{file.name}: {where}: {what}" for where, what in _of_file(data)]
        found += wrong
        for each in [] if wrong else data["scenario"]:
            if each["id"] in ids:
                found.append(f"{file.name}: {each['id']}: the id is there twice")
            ids.add(each["id"])
    return found
