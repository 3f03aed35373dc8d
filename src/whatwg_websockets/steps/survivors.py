"""Mutants that may survive, each for a reason.

``survivors.toml`` beside the index has the algorithm, the step, and the reason. A mutant without an
assertion needs no entry.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whatwg_websockets.steps.index import SURVIVORS, spec_folder
from whatwg_websockets.steps.mutants import Mutant
from whatwg_websockets.steps.toml_file import TomlFile


@dataclass(frozen=True)
class Survivor:
    """A step whose mutant may survive, and why no test can or need fail.

    Attributes:
        algorithm: the algorithm's name, as the mark has it; a module for a lone requirement.
        step: the step's number, or "§" and a requirement's id.
        reason: why no test can or need notice.
        line: the line of the entry in the file.
    """

    algorithm: str
    step: str
    reason: str
    line: int


def read_survivors(path: Path | None = None) -> list[Survivor]:
    """Read the survivors that have a reason; the list is empty if the file does not exist.

    Args:
        path: the file; by default ``survivors.toml`` in the folder of the index.

    Raises:
        IndexFault: the file is not TOML, or an entry lacks something.
    """
    file = TomlFile(path or spec_folder() / SURVIVORS)
    if not file.path.is_file():
        return []
    return [_survivor(file, table, line) for line, table in file.tables(file.data(), "survivor")]


def _survivor(file: TomlFile, table: dict[str, Any], line: int) -> Survivor:
    algorithm, step = (file.value(table, key, str, line) for key in ("algorithm", "step"))
    if not (algorithm and step):
        raise file.fault(line, "a survivor needs 'algorithm' and 'step'; write both")
    return Survivor(algorithm, step, file.reason(table, line), line)


def reason_for(mutant: Mutant, survivors: Iterable[Survivor]) -> str:
    """Return why a mutant may survive; empty if no reason is known."""
    entry = entry_of(mutant, survivors)
    if entry is not None:
        return entry.reason
    return _ASSERTION if mutant.lacks_an_assertion else ""


_ASSERTION = "The step is an assertion, which holds whatever a program does."


def entry_of(mutant: Mutant, survivors: Iterable[Survivor]) -> Survivor | None:
    """Return the entry of a mutant, or None."""
    names = {(place.algorithm, number) for place in mutant.places for number in place.numbers}
    return next((each for each in survivors if (each.algorithm, each.step) in names), None)
