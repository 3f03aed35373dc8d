"""The default settings object, which is the one that was entered last in the current context.

A ``with`` statement enters a settings object, and so does a call of its ``run`` method. Each task
has its own entries.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#entry-settings-object
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from whatwg_websockets.html.environment_settings import EnvironmentSettings

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")


class Entry:
    """One ``with`` statement that makes a settings object the default.

    Attributes:
        settings: the settings object.
        is_over: whether the ``with`` was left in another context, from which the context variable
            of the entry's own context cannot be changed.
    """

    __slots__ = ("_token", "is_over", "settings")

    def __init__(self, settings: "EnvironmentSettings") -> None:
        self.settings = settings
        self.is_over = False
        self._token = _context.set(None)

    def was_made_in_this_context(self) -> bool:
        """Return whether the entry was made in the current context."""
        try:
            _context.reset(self._token)
        except ValueError:
            return False
        return True


# The enclosing ``with`` statements, from the outermost inwards. Each task has its own entries,
# since several tasks may enter the same object.
_entered: ContextVar[tuple[Entry, ...]] = ContextVar("settings", default=())
# The tokens of this variable identify contexts. Its value is not used.
_context: ContextVar[None] = ContextVar("context")


def innermost() -> "EnvironmentSettings | None":
    """Return the settings object that was entered last and was not left, or None."""
    for entry in reversed(_entered.get()):
        if not entry.is_over:
            return entry.settings
    return None


def enter(settings: "EnvironmentSettings", entries: list[Entry]) -> None:
    """Make a settings object the default of the current context.

    Args:
        settings: the settings object.
        entries: the entries of the object in all contexts, to which the new entry is added.
    """
    entry = Entry(settings)
    entries.append(entry)
    _entered.set((*_entered.get(), entry))


def leave(entries: list[Entry]) -> None:
    """Remove the innermost entry of a settings object, if the object has an entry.

    A fixture or an ``ExitStack`` may leave in another context than it entered in. In that case, the
    removed entry is no longer the default in any context.

    Args:
        entries: the entries of the object in all contexts, from which the entry is removed.
    """
    around = _entered.get()
    # The entry to remove is the innermost of the current context, or else the last of any other.
    for entry in reversed((*entries, *around)):
        if entry in entries:
            entries.remove(entry)
            entry.is_over = not entry.was_made_in_this_context()
            _entered.set(tuple(each for each in around if each is not entry))
            return


def run_within(
    settings: "EnvironmentSettings",
    function: Callable[Parameters, Returned],
    /,
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Returned:
    """Call a function while a settings object is the default of the current context."""
    token = _entered.set((*_entered.get(), Entry(settings)))
    try:
        return function(*args, **kwargs)
    finally:
        _entered.reset(token)
