"""Variants of the strict client; the docstring of each says in its first line which rule it breaks.

Some variants break no rule: they do what an RFC allows and few clients do, and both suites have to
accept that.
"""

from collections.abc import Iterable
from importlib import import_module

from agreement.strict import Strict

_ROOMS = ("wire", "pings", "text", "reserved", "fragments", "closing", "compression")


def variants() -> dict[str, type[Strict]]:
    """Return all variants by name, such as ``"pings-no-pong"``."""
    return {_name(room, variant): variant for room in _ROOMS for variant in _in(room)}


def _in(room: str) -> Iterable[type[Strict]]:
    module = import_module(f"{__name__}.{room}")
    found = [value for value in vars(module).values() if isinstance(value, type)]
    return [
        variant
        for variant in found
        if issubclass(variant, Strict) and variant.__module__ == module.__name__
    ]


def _name(room: str, variant: type[Strict]) -> str:
    words = "".join(f"-{c.lower()}" if c.isupper() else c for c in variant.__name__)
    return f"{room}{words}"


def description(variant: type[Strict]) -> str:
    """Return the line that says which rule a variant breaks."""
    return (variant.__doc__ or "").partition("\n")[0]
