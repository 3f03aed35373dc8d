"""The state that all connections of a fuzzing server share: cases, results, cases in play."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from websocket_conformance.cases.case import Case
from websocket_conformance.fuzzing.link import MOST_QUIET
from websocket_conformance.fuzzing.opening_verdicts import with_seen
from websocket_conformance.fuzzing.patience import Patience
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.playing import Playing
from websocket_conformance.results.seen import Seen
from websocket_conformance.wire.options import Options


@dataclass
class Book:
    """The results by peer and case; the last result of each counts.

    Attributes:
        results: the results.
        waiting: the functions to be called when a case is over.
    """

    results: dict[tuple[str, str], Played] = field(default_factory=dict)
    waiting: dict[tuple[str, str], list[Callable[[Played], None]]] = field(default_factory=dict)

    def add(self, result: Played) -> None:
        """A case is over."""
        key = result.agent, result.number
        self.results[key] = result
        for told in self.waiting.pop(key, ()):
            told(result)

    def tell(self, agent: str, number: str, told: Callable[[Played], None]) -> None:
        """Call a function with the result of a case, now or when the case is over."""
        result = self.results.get((agent, number))
        if result is not None:
            told(result)
        else:
            self.waiting.setdefault((agent, number), []).append(told)


@dataclass
class Fuzzing:
    """The state that all connections of a fuzzing server share.

    Attributes:
        cases: the cases, in order.
        excluded: patterns of cases that are not played, under patterns of peers' names.
        options: how strictly the judge applies the rules.
        protocols: the subprotocols that the server speaks.
        write: writes the reports of some results; does nothing if no reports are wanted.
        least_patience: the least factor by which a deadline is longer than the case says.
        most_quiet: after how many seconds without octets in or out a peer counts as hung.
        patience: the factor by which deadlines are longer now.
        told: is called with each result.
        reported: is called after a client has asked for reports, if the server goes on.
        book: the results so far.
        playing: the cases that are being played.
        stopped: is set when the server is to stop.
    """

    cases: Sequence[Case]
    excluded: Mapping[str, Sequence[str]] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    protocols: Sequence[str] = ()
    write: Callable[[Iterable[Played]], None] = lambda _: None
    least_patience: float = 1.0
    most_quiet: float = MOST_QUIET
    told: Callable[[Played], None] = lambda _: None
    reported: Callable[[], None] = lambda: None
    book: Book = field(default_factory=Book)
    playing: set[Playing] = field(default_factory=set)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    patience: Patience = field(init=False)

    def __post_init__(self) -> None:
        self.patience = Patience(lambda: len(self.playing), self.least_patience)

    def over(self, playing: Playing, result: Played) -> None:
        """A case is over."""
        self.playing.discard(playing)
        self.told(result)
        self.book.add(result)

    def hear(self, agent: str, number: str, seen: Seen, done: Callable[[], None]) -> None:
        """Take a client's close event; call back when the case is over and judged by it too."""

        def judge(result: Played) -> None:
            judged = with_seen(result, seen)
            self.book.results[agent, number] = judged
            self.told(judged)
            done()

        self.book.tell(agent, number, judge)

    def write_reports(self) -> None:
        """Write the reports of all results so far."""
        self.write(self.book.results.values())

    def give_up(self, fault: str) -> None:
        """End the cases that are being played."""
        for playing in list(self.playing):
            playing.give_up(fault)
