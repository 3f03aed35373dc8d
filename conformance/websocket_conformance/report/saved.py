"""Runs as files: JSON out, and the same run in again."""

import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from websocket_conformance.errors import ReportError
from websocket_conformance.results.run import Run

FORMAT = "websocket conformance run, 1"
"""Stands in each file, so that another one is not taken for a run."""

T = TypeVar("T")


def dump(run: Run) -> str:
    """A run as JSON, a line a result; what is as it is by default is left out."""
    fields = {"format": FORMAT, **plain(run)}
    lines = [f"{_compact(name)}: {_value(name, value)}" for name, value in fields.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _value(name: str, value: Any) -> str:
    if name != "results":
        return _compact(value)
    return "[\n" + ",\n".join(map(_compact, value)) + "\n]"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def save(run: Run, file: Path) -> None:
    """Write a run to a file."""
    file.write_text(dump(run), encoding="utf-8")


def load(file: Path) -> Run:
    """Read a run from a file.

    Raises:
        ReportError: it cannot be read, or holds no run; the message says what is wrong and where.
    """
    content = read_json(file)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ReportError(f'{file}: format: expected "{FORMAT}"')
    del content["format"]
    try:
        return made(Run, content)
    except ValueError as error:
        raise ReportError(f"{file}: {error}") from error


def read_json(file: Path) -> Any:
    """The value that a JSON file holds.

    Raises:
        ReportError: it cannot be read, or is not JSON.
    """
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"{file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{file}: no JSON: {error}") from error


def plain(value: Any) -> Any:
    """A value of the model as JSON has values."""
    if value is None or isinstance(value, str | int | float):
        return value
    if is_dataclass(value):
        kept = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: plain(own) for field, own in kept if own != field.default}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def made(kind: type[T], value: Any, where: str = "") -> T:
    """A value of the model from what JSON has of it.

    Raises:
        ValueError: it is not one; the message says where, and what was expected.
    """
    return cast(T, _made(kind, value, where))


def _made(kind: Any, value: Any, where: str) -> Any:
    if get_origin(kind) is UnionType:
        return None if value is None else _made(_not_none(kind), value, where)
    if get_origin(kind) is tuple:
        items = _of(list, "a list", value, where)
        return tuple(
            _made(get_args(kind)[0], item, f"{where}[{at}]") for at, item in enumerate(items)
        )
    if is_dataclass(kind):
        return _record(cast(type, kind), _of(dict, "an object", value, where), where)
    if issubclass(kind, StrEnum):
        return _word(kind, value, where)
    if kind is datetime:
        return _date(value, where)
    return _simple(kind, value, where)


def _not_none(kind: Any) -> Any:
    (other,) = (part for part in get_args(kind) if part is not NoneType)
    return other


def _of(kind: type[T], name: str, value: Any, where: str) -> T:
    if not isinstance(value, kind):
        raise ValueError(f"{where or 'the file'}: expected {name}")
    return value


def _record(kind: type[T], value: Mapping[str, Any], where: str) -> T:
    hints, known = get_type_hints(kind), {field.name: field for field in fields(cast(Any, kind))}
    prefix = f"{where}." if where else ""
    for name in value.keys() - known.keys():
        raise ValueError(f"{prefix}{name}: unknown; there are {', '.join(known)}")
    for name in known.keys() - value.keys():
        if _is_required(known[name]):
            raise ValueError(f"{prefix}{name}: is missing")
    return kind(**{name: _made(hints[name], own, prefix + name) for name, own in value.items()})


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING


def _word(kind: type[StrEnum], value: Any, where: str) -> StrEnum:
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"{where}: expected one of {', '.join(kind)}") from None


def _date(value: Any, where: str) -> datetime:
    try:
        date = datetime.fromisoformat(value)
        if date.tzinfo is not None:
            return date
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{where}: expected a date and a time with its zone")


_NAMES = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}


def _simple(kind: type, value: Any, where: str) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(f"{where}: expected {_NAMES[kind]}")
    return value
