"""Carry out ``python -m agreement compare`` and ``python -m agreement record``."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid

from agreement import record, saved, verdicts
from agreement.attendance import Player, attendance, in_words, installed
from agreement.bench import Testee
from agreement.compare import (
    EXPLAINED,
    Difference,
    Explanation,
    differences,
    explanations,
    moved,
    sort_out,
)
from agreement.embedded import EmbeddedServer
from agreement.load import load
from agreement.play import play
from agreement.record import chunks, side_by_side, told
from agreement.saved import Round
from agreement.verdicts import Outcome, Table
from websocket_conformance.autobahn.control import ControlError
from websocket_conformance.autobahn.find import Source
from websocket_conformance.autobahn.install import ready_suite
from websocket_conformance.autobahn.suites import RealSuite
from websocket_conformance.counting import counted
from websocket_conformance.errors import Exit, MissingError

Outcomes = dict[str, Outcome]


@dataclass(frozen=True)
class Comparison:
    """The options of a comparison.

    Attributes:
        cases: the cases, of which each testee plays those with recorded verdicts.
        lanes: how many testees play at a time, each with its own server.
        rounds: how often all cases are played.
        busy: whether the machine is kept busy while they are played.
        suite: the embedded suite.
        recorded: the folder of the real suite's verdicts.
        explained: the file with the differences that are explained.
        save: the file for the figures; None for no file.
    """

    cases: frozenset[str]
    lanes: int
    rounds: int = 1
    busy: bool = False
    suite: RealSuite = field(default_factory=EmbeddedServer)
    recorded: Path = record.DIRECTORY
    explained: Path = EXPLAINED
    save: Path | None = None


def compare(
    comparison: Comparison, testees: Sequence[Testee], console: Console, errors: Console
) -> Exit:
    """Compare, and print the differences, the verdicts that changed, and the absent testees.

    Args:
        comparison: the options of the comparison.
        testees: the testees that were selected.
        console: the console for the results.
        errors: the console for errors.
    """
    players, absences = attendance(testees, comparison.recorded, comparison.cases)
    known = explanations(comparison.explained)
    begin = time.monotonic()
    rounds: list[dict[str, Outcomes]] = []
    figures: list[Round] = []
    try:
        with load() if comparison.busy else nullcontext():
            for _ in range(comparison.rounds):
                rounds.append(_timed_round(comparison, players, console))
                figures.append(Round.of(rounds[-1]))
    except MissingError as error:
        errors.print(str(error), markup=False)
        return Exit.MISSING
    except KeyboardInterrupt:
        errors.print("Interrupted.")
        return Exit.INTERRUPTED
    found = [d for p in players for d in _differences(p, rounds)]
    open_ones, explained = sort_out(found, known)
    _print_differences(console, open_ones)
    _print_explained(console, explained)
    restless = _restless(rounds)
    is_steady = comparison.rounds == 1 or _print_rounds(console, figures, restless)
    _print_sum(console, players, len(open_ones), len(explained), time.monotonic() - begin)
    if comparison.save is not None:
        label, counts = comparison.suite.label, (len(open_ones), len(explained))
        saved.write(comparison.save, saved.made(label, figures, len(players), restless, counts))
    if absences:
        errors.print(in_words(absences), markup=False)
    if open_ones or not is_steady:
        return Exit.SHORT
    return Exit.MISSING if absences else Exit.BEST


def _print_sum(
    console: Console, players: Sequence[Player], different: int, explained: int, seconds: float
) -> None:
    count = sum(len(player.cases) for player in players)
    restless = sum(len(player.table.moved().keys() & set(player.cases)) for player in players)
    console.print(
        f"{counted(len(players), 'testee')}, {counted(count, 'verdict')}, {seconds:.0f} s: "
        f"{different} differ without an explanation, {explained} with one; "
        f"{restless} changed between runs of the real suite."
    )


def _timed_round(
    comparison: Comparison, players: Sequence[Player], console: Console
) -> dict[str, Outcomes]:
    begin = time.monotonic()
    outcomes = asyncio.run(_round(comparison, players, console))
    if comparison.rounds > 1:
        console.print(f"A round took {time.monotonic() - begin:.0f} s.")
    return outcomes


async def _round(
    comparison: Comparison, players: Sequence[Player], console: Console
) -> dict[str, Outcomes]:
    waiting = deque(
        (player.testee, cases, jobs) for player in players for cases, jobs in chunks(player.cases)
    )
    outcomes: dict[str, Outcomes] = {player.testee.name: {} for player in players}
    left = len(waiting)

    async def lane() -> None:
        nonlocal left
        while waiting:
            testee, cases, jobs = waiting.popleft()
            begin = time.monotonic()
            try:
                outcomes[testee.name] |= await play(comparison.suite, testee, cases, jobs)
            except ControlError as error:
                console.print(f"{testee.name}: {error}", markup=False)
                outcomes[testee.name] |= dict.fromkeys(cases, verdicts.NO_REPORT)
            left -= 1
            console.print(f"{testee.name}: {told(len(cases), begin, left)}", markup=False)

    await side_by_side(lane, comparison.lanes)
    return outcomes


def _differences(player: Player, rounds: Sequence[dict[str, Outcomes]]) -> list[Difference]:
    """Return the differences of all rounds, each once."""
    name = player.testee.name
    found = [d for outcomes in rounds for d in differences(name, player.table, outcomes[name])]
    return list(dict.fromkeys(found))


def _print_differences(console: Console, found: Sequence[Difference]) -> None:
    if found:
        grid = Grid("testee", "case", "real suite", "embedded suite", box=None)
        for difference in found:
            words = difference.theirs_in_words
            grid.add_row(difference.testee, difference.case, words, str(difference.ours))
        console.print(grid)


def _print_explained(console: Console, found: Sequence[tuple[Difference, Explanation]]) -> None:
    for explanation, count in Counter(explanation for _, explanation in found).items():
        console.print(
            f"{count} explained ({explanation.source}): {explanation.reason}", markup=False
        )


def _restless(rounds: Sequence[dict[str, Outcomes]]) -> list[tuple[str, str, set[Outcome]]]:
    """Return the cases whose outcome changed between rounds, with the testee and the outcomes."""
    return [
        (name, case, had)
        for name in rounds[0]
        for case, had in moved(outcomes[name] for outcomes in rounds).items()
    ]


def _print_rounds(
    console: Console, rounds: Sequence[Round], restless: Sequence[tuple[str, str, set[Outcome]]]
) -> bool:
    """Print a line for each round, and return whether all rounds are the same."""
    grid = Grid("round", "verdicts", "behaviour", "behaviour on close", box=None)
    for number, each in enumerate(rounds, 1):
        grid.add_row(str(number), str(each.verdicts), _counts(each.behavior), _counts(each.closing))
    console.print(grid)
    for name, case, had in restless:
        console.print(f"changed: {name} {case}: {' or '.join(sorted(map(str, had)))}")
    count = sum(len({outcome.verdict for outcome in had}) > 1 for _, _, had in restless)
    codes = len(restless) - count
    console.print(
        f"{counted(len(rounds), 'round')}: {counted(count, 'verdict')} changed, "
        f"and in {counted(codes, 'more case')} only the code."
    )
    return count == 0


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{word} {count}" for word, count in sorted(counts.items()))


def make_record(
    recording: record.Recording,
    testees: Sequence[Testee],
    source: Source,
    console: Console,
    errors: Console,
) -> Exit:
    """Run the testees against the real suite, record its verdicts, and print which changed."""

    def say(text: str) -> None:
        console.print(text, markup=False)

    here, absences = installed(testees)

    async def work() -> list[Table]:
        suite = await ready_suite(source, say)
        return await record.record(recording, here, suite, say)

    try:
        tables = asyncio.run(work())
    except MissingError as error:
        errors.print(str(error), markup=False)
        return Exit.MISSING
    except KeyboardInterrupt:
        errors.print("Interrupted; the verdicts so far are recorded.")
        return Exit.INTERRUPTED
    for table in tables:
        for case, row in table.moved().items():
            say(f"changed: {table.about['testee']} {case}: {'  '.join(map(str, row))}")
    if absences:
        errors.print(in_words(absences), markup=False)
    return Exit.MISSING if absences else Exit.BEST
