"""The addresses of a host: those that are known, and the pending queries for others."""

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
        causes: the causes of the queries without an address, in the order of their answers.
        last_resort: a function that queries further addresses when all known addresses have been
            tried; None if no such query is possible, or it has begun.
    """

    __slots__ = ("_targets", "asking", "causes", "last_resort")

    def __init__(self, targets: Iterable[Target] = ()) -> None:
        self._targets = list(targets)
        self.asking: set[asyncio.Task[Answer]] = set()
        self.causes: list[Cause] = []
        self.last_resort: Callable[[], Coroutine[None, None, Answer]] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether no further address can become known."""
        return not self.asking and self.last_resort is None

    def known(self) -> list[Target]:
        """Return the known addresses that have not been taken yet."""
        return list(self._targets)

    def take(self) -> list[Target]:
        """Take the known addresses that have not been taken yet, and return them."""
        targets, self._targets = self._targets, []
        return targets

    def begin_the_last_resort(self) -> None:
        """Query further addresses, since all known addresses have been tried."""
        assert self.last_resort is not None
        self.asking.add(asyncio.create_task(self.last_resort()))
        self.last_resort = None

    def add_what_was_answered(self) -> None:
        """Add the addresses and the causes from the queries that have been answered.

        Raises:
            Exception: an exception of a resolver of the program's own, other than one that reports
                that the name has no address.
        """
        answered = [each for each in self.asking if each.done()]
        self.asking.difference_update(answered)
        # If both queries have raised, one exception is raised here. Retrieving the other keeps
        # asyncio from logging it.
        errors = [each.exception() for each in answered]
        for error in filter(None, errors):
            raise error
        for answer in [each.result() for each in answered]:
            if isinstance(answer, Cause):
                self.causes.append(answer)
            else:
                self._targets += answer

    def stop_asking(self) -> None:
        """Cancel the queries that have not been answered."""
        for each in self.asking:
            each.cancel()
        self.asking.clear()
