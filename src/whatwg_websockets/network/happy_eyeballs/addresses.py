"""The addresses of a host: those that are known, and those that are still being asked for."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable

from whatwg_websockets.network.cause import Cause
from whatwg_websockets.network.name_resolution import Answer
from whatwg_websockets.network.target import Target


class Addresses:
    """The addresses of a host, some of which may become known while others are connected to.

    Args:
        targets: the addresses that are known.

    Attributes:
        asking: the queries that have not been answered. Each ends within the limit of the
            handshake.
        causes: why queries brought no address, in the order in which they were answered.
        last_resort: asks for more, once all that is known was tried; None if there is nothing
            more to ask for, or it was asked for.
    """

    __slots__ = ("_targets", "asking", "causes", "last_resort")

    def __init__(self, targets: Iterable[Target] = ()) -> None:
        self._targets = list(targets)
        self.asking: set[asyncio.Task[Answer]] = set()
        self.causes: list[Cause] = []
        self.last_resort: Callable[[], Coroutine[None, None, Answer]] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all addresses are known that ever will be."""
        return not self.asking and self.last_resort is None

    def known(self) -> list[Target]:
        """Return the addresses that nobody has taken yet."""
        return list(self._targets)

    def take(self) -> list[Target]:
        """Return the addresses that nobody has taken yet; from now on they are taken."""
        targets, self._targets = self._targets, []
        return targets

    def begin_the_last_resort(self) -> None:
        """Ask for more, now that all that is known was tried."""
        assert self.last_resort is not None
        self.asking.add(asyncio.create_task(self.last_resort()))
        self.last_resort = None

    def add_what_was_answered(self) -> None:
        """Look which queries have been answered, and keep what they brought.

        Raises:
            Exception: what a resolver of the program's own has raised, unless that says that there
                is no address.
        """
        answered = [each for each in self.asking if each.done()]
        self.asking.difference_update(answered)
        # Where both have raised, one is told; asyncio need not tell of the other.
        errors = [each.exception() for each in answered]
        for error in filter(None, errors):
            raise error
        for answer in [each.result() for each in answered]:
            if isinstance(answer, Cause):
                self.causes.append(answer)
            else:
                self._targets += answer

    def stop_asking(self) -> None:
        """Give up the queries that have not been answered."""
        for each in self.asking:
            each.cancel()
        self.asking.clear()
