"""Convert JSON values to values of the judge's own types, and back.

The conversion is that of cattrs. This module makes it strict, and makes its messages: where in the
file something is wrong, and what was expected there.
"""

import math
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from types import GenericAlias
from typing import Any, TypeVar, get_args, get_origin

from cattrs import BaseValidationError, Converter, ForbiddenExtraKeysError, transform_error
from cattrs.gen import make_dict_structure_fn, make_mapping_structure_fn

T = TypeVar("T")

_AT = " @ "
"""The separator between a fault and its place."""


class NotOfTheKind(ValueError):
    """A value is of the wrong kind; the message says where, and what was expected."""


def plain(value: Any) -> Any:
    """Return a value as a JSON value; default values are left out."""
    return _CONVERTER.unstructure(value)


def made(kind: type[T], value: Any) -> T:
    """Return a value of some type, made from a JSON value.

    Raises:
        NotOfTheKind: the JSON value is of the wrong kind.
    """
    try:
        return _CONVERTER.structure(value, kind)
    except (BaseValidationError, ValueError) as error:
        what, _, where = transform_error(error, path="", format_exception=_told)[0].partition(_AT)
        raise NotOfTheKind(f"{where.removeprefix('.')}: {what}" if where else what) from error


def _told(error: BaseException, _: type | None) -> str:
    if isinstance(error, ForbiddenExtraKeysError):
        known = ", ".join(field.name for field in fields(error.cl))
        return f"{min(error.extra_fields)}: unknown; there are {known}"
    return "is missing" if isinstance(error, KeyError) else str(error)


def _expect(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"expected {what}")


def _simple(kind: type[T], name: str) -> Callable[[Any, Any], T]:
    """Take a value only if it already has the type, without a conversion."""

    def take(value: Any, _: Any) -> T:
        if kind is float and type(value) is int:
            value = float(value)
        _expect(type(value) is kind, name)
        _expect(kind is not float or math.isfinite(value), name)
        return value  # type: ignore[no-any-return]

    return take


def _date(value: Any, _: Any) -> datetime:
    what = "a date and a time with its zone"
    try:
        date = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"expected {what}") from None
    _expect(date.tzinfo is not None, what)
    return date


def _word(value: Any, kind: type[StrEnum]) -> StrEnum:
    _expect(value in list(kind), f"one of {', '.join(kind)}")
    return kind(value)


def _only_from(json: type, name: str, convert: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Convert only JSON lists, or only JSON objects."""

    def take(value: Any, kind: Any) -> Any:
        _expect(isinstance(value, json), name)
        return convert(value, kind)

    return take


def _converter() -> Converter:
    converter = Converter(omit_if_default=True, forbid_extra_keys=True)
    converter.register_structure_hook(str, _simple(str, "a string"))
    converter.register_structure_hook(int, _simple(int, "a whole number"))
    converter.register_structure_hook(float, _simple(float, "a number"))
    converter.register_structure_hook(bool, _simple(bool, "true or false"))
    converter.register_structure_hook(StrEnum, _word)
    converter.register_structure_hook(datetime, _date)
    converter.register_unstructure_hook(datetime, datetime.isoformat)

    def to_tuple(value: list[Any], kind: Any) -> tuple[Any, ...]:
        item, *_ = get_args(kind)
        items: Any = GenericAlias(list, item)
        return tuple(converter.structure(value, items))

    def from_objects(make: Callable[[Any, Converter], Any]) -> Callable[[Any], Any]:
        return lambda kind: _only_from(dict, "an object", make(kind, converter))

    converter.register_structure_hook_func(_is(tuple), _only_from(list, "a list", to_tuple))
    converter.register_structure_hook_factory(is_dataclass, from_objects(make_dict_structure_fn))
    converter.register_structure_hook_factory(_is(dict), from_objects(make_mapping_structure_fn))
    return converter


def _is(kind: type) -> Callable[[Any], bool]:
    """Return whether a type is a generic of a kind, as ``tuple[Entry, ...]`` is of tuple."""
    return lambda each: get_origin(each) is kind


_CONVERTER = _converter()
