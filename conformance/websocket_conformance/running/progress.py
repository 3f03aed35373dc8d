"""Show the progress of a run: a bar on a terminal, and elsewhere a line from time to time."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from websocket_conformance.foreign import visible
from websocket_conformance.results.result import Result
from websocket_conformance.results.verdict import GLYPHS, Verdict

LINE_SECONDS = 10.0
"""The longest time between two lines, in seconds."""

_SHOWN = 6

STYLES = {
    Verdict.OK: "green",
    Verdict.INFORMATIONAL: "cyan",
    Verdict.EXPLAINED: "cyan",
    Verdict.NON_STRICT: "yellow",
    Verdict.UNIMPLEMENTED: "magenta",
    Verdict.UNCLEAN: "yellow",
    Verdict.WRONG_CODE: "yellow",
    Verdict.FAILED_BY_CLIENT: "bold red",
    Verdict.FAILED: "bold red",
    Verdict.NO_RESULT: "bold red",
    Verdict.SKIPPED: "dim",
}


def styled(verdict: Verdict, text: str | None = None) -> str:
    """Return a verdict, or a text about it, with markup for a terminal."""
    return f"[{STYLES[verdict]}]{GLYPHS[verdict]} {escape(text or verdict)}[/]"


class Ticker:
    """Counts the results of a run, and makes the texts about its progress.

    Args:
        name: the implementation.
        cases: the cases that will be played, each with about how long it takes beside the others.
        refresh: is called after each change.
        say: prints a message, with markup, on its own line.
        clock: returns the time, in seconds.
    """

    def __init__(
        self,
        name: str,
        cases: Mapping[str, float],
        refresh: Callable[["Ticker"], None],
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = visible(name)
        self.total = len(cases)
        self._expected = cases
        self._refresh = refresh
        self._say = say
        self._clock = clock
        self._begin = clock()
        self._lanes: dict[int, Sequence[str]] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._to_do = sum(cases.values())
        self._done = 0.0

    def playing(self, lane: int, cases: Sequence[str]) -> None:
        """Show that these cases are being played in a lane."""
        self._lanes[lane] = cases
        self._refresh(self)

    def finished(self, result: Result) -> None:
        """Count a case that is over, or of which more is known."""
        if result.case not in self._verdicts:
            self._done += self._expected[result.case]
        self._verdicts[result.case] = result.verdict
        self._refresh(self)

    def warn(self, text: str) -> None:
        """Print a problem that affects more than one case."""
        self._say(f"[bold red]{escape(text)}[/]")

    @property
    def over(self) -> int:
        """Return how many cases are over."""
        return len(self._verdicts)

    def time_left(self) -> str:
        """Return the estimated time left, such as ``"2:05"``; dashes before the first estimate."""
        if not self._done:
            return "-:--"
        rate = (self._clock() - self._begin) / self._done
        minutes, seconds = divmod(round((self._to_do - self._done) * rate), 60)
        return f"{minutes}:{seconds:02}"

    def counts(self) -> str:
        """Return the count of each verdict so far, with markup."""
        counts = Counter(self._verdicts.values())
        shown = [verdict for verdict in Verdict if counts[verdict]]
        return "  ".join(styled(verdict, f"{counts[verdict]} {verdict}") for verdict in shown)

    def cases(self) -> str:
        """Return the cases that are being played."""
        every = [case for cases in self._lanes.values() for case in cases]
        return " ".join(every[:_SHOWN]) + (" …" if len(every) > _SHOWN else "")


@contextmanager
def watching(console: Console, name: str, cases: Mapping[str, float]) -> Iterator[Ticker]:
    """An observer that shows a run on a console for as long as the context lasts."""
    if console.is_terminal:
        with _bar(console) as refresh:
            yield Ticker(name, cases, refresh, console.print)
    else:
        yield Ticker(name, cases, _lines(console), console.print)


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[Ticker], None]]:
    times = (TimeElapsedColumn(), TextColumn("{task.fields[left]} left"))
    columns = (TextColumn("{task.fields[counts]}"), TextColumn("[dim]{task.fields[cases]}"))
    name = TextColumn("{task.description}", markup=False)
    bar = Progress(name, BarColumn(), MofNCompleteColumn(), *times, *columns, console=console)
    with bar:
        task = bar.add_task("", total=None, left="-:--", counts="", cases="")

        def refresh(ticker: Ticker) -> None:
            bar.update(
                task,
                description=ticker.name,
                total=ticker.total,
                completed=ticker.over,
                left=ticker.time_left(),
                counts=ticker.counts(),
                cases=ticker.cases(),
            )

        yield refresh


def _lines(console: Console) -> Callable[[Ticker], None]:
    last = time.monotonic()

    def refresh(ticker: Ticker) -> None:
        nonlocal last
        if time.monotonic() - last >= LINE_SECONDS:
            last = time.monotonic()
            numbers = f"{ticker.over}/{ticker.total}"
            left = f"{ticker.time_left()} left"
            console.print(
                f"{escape(ticker.name)}  {numbers}  {left}  {ticker.counts()}  {ticker.cases()}"
            )

    return refresh
