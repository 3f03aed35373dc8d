"""Find the testees that can be compared on this machine, and describe the others."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agreement import verdicts
from agreement.bench import OURS, Testee
from agreement.verdicts import Table


@dataclass(frozen=True)
class Player:
    """A testee that is installed in the version whose verdicts are recorded.

    Attributes:
        testee: the testee.
        table: the recorded verdicts of the real suite.
        cases: the cases to play.
    """

    testee: Testee
    table: Table
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Absence:
    """A testee that cannot be compared, or not be recorded.

    Attributes:
        testee: the name of the testee.
        reason: why the testee cannot be compared or recorded, as a sentence.
        commands: the commands that install it, one per line.
    """

    testee: str
    reason: str
    commands: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the reason, with the commands that install the testee."""
        if not self.commands:
            return self.reason
        return "\n".join([f"{self.reason} To install it:", *(f"  {c}" for c in self.commands)])


def attendance(
    testees: Iterable[Testee], recorded: Path, cases: frozenset[str]
) -> tuple[list[Player], list[Absence]]:
    """Return the testees that can play recorded cases, and the absence of those that cannot.

    Args:
        testees: the testees that were selected.
        recorded: the folder of the recorded verdicts.
        cases: the cases that were selected.
    """
    players, absences = [], []
    for testee in testees:
        file = recorded / f"{testee.name}.tsv"
        table = verdicts.read(file) if file.exists() else Table()
        to_play = tuple(case for case in testee.cases if case in cases and table.seen(case))
        if not file.exists():
            absences.append(Absence(testee.name, f"No verdicts of {testee.name} are recorded."))
        elif to_play and (absence := _absence(testee, table.about.get("version", ""))):
            absences.append(absence)
        elif to_play:
            players.append(Player(testee, table, to_play))
    return players, absences


def _absence(testee: Testee, known: str) -> Absence | None:
    """Return why a testee cannot play; None if it can."""
    version = testee.version()
    if version is not None and (version == known or testee.name == OURS):
        return None
    state = f"{version} is installed, not" if version else "is not installed; recorded is"
    return _absent(testee, f"{testee.name} {state} {known}.", known)


def _absent(testee: Testee, reason: str, version: str) -> Absence:
    return Absence(testee.name, reason, tuple(map(shlex.join, testee.installs(version))))


def installed(testees: Iterable[Testee]) -> tuple[list[Testee], list[Absence]]:
    """Return the testees that are installed in any version, and the absence of the others."""
    here: list[Testee] = []
    absences = []
    for testee in testees:
        if testee.version() is None:
            absences.append(_absent(testee, f"{testee.name} is not installed.", ""))
        else:
            here.append(testee)
    return here, absences


def in_words(absences: Sequence[Absence]) -> str:
    """Return a text about absent testees: why, how to install them, and how to leave them out."""
    names = ",".join(absence.testee for absence in absences)
    end = f"These testees were left out. To leave them out without an error: --without {names}"
    return "\n".join([*map(str, absences), end])
