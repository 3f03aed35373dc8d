"""The interfaces of `whatwg_websockets`, by introspection: names, members and parents."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Final

from whatwg_websockets import DOMException, EnvironmentSettings
from whatwg_websockets.webidl.asynchronous_iterator import DefaultAsynchronousIterator
from whatwg_websockets.webidl.platform_object import PlatformObject

_DICTIONARY_REQUIRED: Final = ("ByteLengthQueuingStrategy", "CountQueuingStrategy")
"""The interfaces whose constructors require a dictionary; Python takes keyword arguments for it."""

_ITERATOR: Final = "AsyncIterator"

UNFORGEABLE: Final = ("isTrusted",)
"""The attributes that Web IDL marks as [LegacyUnforgeable], which Python cannot express."""


@dataclass
class Interface:
    """An interface, as it is described to the scripts.

    Attributes:
        made: the class.
        inherits: the name of the interface that it extends, or "Error", or None.
        length: how many arguments its constructor requires.
        iterates: the interface of the iterators over its objects; empty if they cannot be iterated
            over. Scripts cannot find such an interface by its name.
        is_async_iterable: whether its objects can be iterated over asynchronously.
        constants: names and values.
        attributes: names, whether they can be set, and whether their values are promises.
        operations: names, how many arguments they require, and whether they return promises.
        statics: the names, arguments and promises of static operations, likewise.
    """

    made: type
    inherits: str | None
    length: int
    iterates: str = ""
    is_async_iterable: bool = False
    constants: list[tuple[str, int]] = field(default_factory=list)
    attributes: list[tuple[str, bool, bool]] = field(default_factory=list)
    operations: list[tuple[str, int, bool]] = field(default_factory=list)
    statics: list[tuple[str, int, bool]] = field(default_factory=list)

    def description(self) -> dict[str, Any]:
        """The description that is sent to the engine."""
        names = [each.name for each in fields(self) if each.name != "made"]
        return {"name": self.made.__name__, **{name: getattr(self, name) for name in names}}


@cache
def interfaces() -> dict[str, Interface]:
    """Return all interfaces by name, each after the one that it extends."""
    classes: list[type] = [made for made in _subclasses(PlatformObject) if _is_interface(made)]
    classes += [DOMException, *_subclasses(DOMException)]
    classes.sort(key=lambda made: len(made.__mro__))
    return {made.__name__: _interface(made, classes) for made in classes}


def _is_interface(made: type) -> bool:
    """Return whether a class is an interface, or an iterator over the objects of one."""
    if issubclass(made, DefaultAsynchronousIterator):
        return made.__name__ in {
            f"{each.__name__}{_ITERATOR}" for each in _subclasses(PlatformObject)
        }
    # Settings are an EventTarget, but represent the window, which the page has already.
    return "_interface" in vars(made) and made is not EnvironmentSettings


def _subclasses(made: type) -> Iterator[type]:
    each: type
    subclasses: list[type] = made.__subclasses__()
    for each in subclasses:
        yield each
        yield from _subclasses(each)


def _interface(made: type, classes: list[type]) -> Interface:
    parents = [each.__name__ for each in made.__mro__[1:] if each in classes]
    inherits = parents[0] if parents else "Error" if issubclass(made, Exception) else None
    length = required(made.__init__) or int(made.__name__ in _DICTIONARY_REQUIRED)  # type: ignore[misc]
    iterates = made.__name__.removesuffix(_ITERATOR)
    interface = Interface(
        made,
        inherits,
        length,
        iterates if iterates != made.__name__ else "",
        hasattr(made, "__aiter__") and hasattr(made, "values"),
    )
    for name, member in _members(made, classes):
        # A name that is a keyword of Python is there twice: as `from`, and as `from_` for Python.
        if not name.startswith("_") and not name.endswith("_"):
            _add(interface, name, member)
    return interface


def _members(made: type, classes: list[type]) -> Iterator[tuple[str, Any]]:
    """Yield the members of an interface and of its mixins, which are bases without interfaces."""
    for each in made.__mro__:
        if each is not made and (each in classes or each is PlatformObject):
            return
        yield from vars(each).items()


def _add(interface: Interface, name: str, member: Any) -> None:
    if isinstance(member, int):
        interface.constants.append((name, member))
    elif isinstance(member, property):
        is_promise = gives_a_promise(member.fget)
        interface.attributes.append((name, member.fset is not None, is_promise))
    elif isinstance(member, staticmethod):
        interface.statics.append(_operation(name, member.__func__, bound=0))
    elif inspect.isfunction(member):
        interface.operations.append(_operation(name, member, bound=1))
    elif hasattr(member, "__set__"):
        interface.attributes.append((name, True, False))


def _operation(name: str, member: Callable[..., Any], bound: int) -> tuple[str, int, bool]:
    return name, required(member, bound), gives_a_promise(member)


def gives_a_promise(function: Any) -> bool:
    """Return whether a function's annotation says that it returns a promise."""
    if inspect.iscoroutinefunction(function):
        return True
    return "Promise[" in str(inspect.signature(function).return_annotation)


@cache
def parameters(function: Callable[..., Any], bound: int = 1) -> tuple[inspect.Parameter, ...]:
    """Return the parameters that take arguments by position, without ``self``."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    found = inspect.signature(function).parameters.values()
    return tuple(each for each in found if each.kind in kinds)[bound:]


def required(function: Callable[..., Any], bound: int = 1) -> int:
    """Return how many arguments a function requires."""
    return sum(each.default is each.empty for each in parameters(function, bound))
