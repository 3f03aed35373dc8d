"""Shows how a run goes: a bar on a terminal, a line now and then elsewhere."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from websocket_conformance.autobahn.catalogue import expected_seconds
from websocket_conformance.autobahn.verdicts import Verdict, best

LINE_SECONDS = 10.0
"""How long to stay silent at most between two lines, in seconds."""

STYLES = {
    Verdict.OK: "green",
    Verdict.INFORMATIONAL: "cyan",
    Verdict.NON_STRICT: "yellow",
    Verdict.WRONG_CODE: "yellow",
    Verdict.UNCLEAN: "yellow",
    Verdict.UNIMPLEMENTED: "magenta",
    Verdict.FAILED: "bold red",
    Verdict.NO_RESULT: "bold red",
}


class Tally:
    """What is known of a run while it goes on.

    Args:
        cases: the cases that will be played.
        clock: the time, in seconds.
    """

    def __init__(self, cases: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self.total = len(cases)
        self.counts: Counter[Verdict] = Counter()
        self.playing: list[str] = []
        self._to_do = sum(map(expected_seconds, cases))
        self._done = 0.0
        self._clock = clock
        self._begin = clock()

    def started(self, case: str) -> None:
        """A case is being played."""
        self.playing.append(case)

    def finished(self, case: str, verdict: Verdict) -> None:
        """A case is over."""
        self.playing.remove(case)
        self.counts[verdict] += 1
        self._done += expected_seconds(case)

    @property
    def over(self) -> int:
        """How many cases are over."""
        return self.counts.total()

    def time_left(self) -> str:
        """About how long it will still take, such as ``"2:05"``; dashes before the first guess."""
        if not self._done:
            return "-:--"
        rate = (self._clock() - self._begin) / self._done
        minutes, seconds = divmod(round((self._to_do - self._done) * rate), 60)
        return f"{minutes}:{seconds:02}"

    def verdicts(self) -> str:
        """The verdicts so far and how many there are of each, with markup for a terminal."""
        return "  ".join(
            f"[{STYLES[verdict]}]{verdict} {self.counts[verdict]}[/]"
            for verdict in Verdict
            if self.counts[verdict]
        )


class Ticker:
    """Watches a run and writes to a console.

    A verdict that falls short gets a line of its own at once.

    Args:
        console: where to write.
        tally: what is known of the run.
        refresh: is called after each change.
    """

    def __init__(self, console: Console, tally: Tally, refresh: Callable[[], None]) -> None:
        self._console = console
        self._tally = tally
        self._refresh = refresh

    def started(self, case: str) -> None:
        """A client has begun to play a case."""
        self._tally.started(case)
        self._refresh()

    def finished(self, case: str, verdict: Verdict, note: str) -> None:
        """A case is over."""
        shown = Verdict.FAILED if note and verdict is best(case) else verdict
        self._tally.finished(case, shown)
        if shown is not best(case):
            self._console.print(f"{case:>8}  [{STYLES[shown]}]{shown}[/]  {escape(note)}")
        self._refresh()

    def warn(self, text: str) -> None:
        """Something went wrong that costs more than one case."""
        self._console.print(f"[bold red]{escape(text)}[/]")


@contextmanager
def watching(console: Console, cases: Sequence[str]) -> Iterator[Ticker]:
    """An observer that shows a run on a console for as long as the context lasts."""
    tally = Tally(cases)
    if console.is_terminal:
        with _bar(console, tally) as refresh:
            yield Ticker(console, tally, refresh)
    else:
        yield Ticker(console, tally, _lines(console, tally))


@contextmanager
def _bar(console: Console, tally: Tally) -> Iterator[Callable[[], None]]:
    left = TextColumn("{task.fields[left]} left")
    columns = (TextColumn("{task.fields[verdicts]}"), TextColumn("[dim]{task.description}"))
    bar = Progress(BarColumn(), MofNCompleteColumn(), left, *columns, console=console)
    with bar:
        task = bar.add_task("", total=tally.total, left="-:--", verdicts="")

        def refresh() -> None:
            bar.update(
                task,
                completed=tally.over,
                description=" ".join(tally.playing),
                left=tally.time_left(),
                verdicts=tally.verdicts(),
            )

        yield refresh


def _lines(console: Console, tally: Tally) -> Callable[[], None]:
    last = time.monotonic()

    def refresh() -> None:
        nonlocal last
        if time.monotonic() - last >= LINE_SECONDS:
            last = time.monotonic()
            playing = " ".join(tally.playing)
            console.print(
                f"{tally.over}/{tally.total}  {tally.verdicts()}  "
                f"{tally.time_left()} left  {playing}"
            )

    return refresh
