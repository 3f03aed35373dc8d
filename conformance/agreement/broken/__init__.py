"""Variants of the strict client, each with one rule broken; the first line says which.

Some break none: they do what an RFC allows and few clients do, and both suites have to let them.
"""

from collections.abc import Iterable
from importlib import import_module

from agreement.strict import Strict

_ROOMS = ("wire", "pings", "text", "reserved", "fragments", "closing", "compression")


def variants() -> dict[str, type[Strict]]:
    """All variants by name, such as ``"pings-no-pong"``."""
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
    """What a variant breaks, in a line."""
    return (variant.__doc__ or "").partition("\n")[0]
