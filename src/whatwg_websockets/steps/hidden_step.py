"""A step that is taken out and not named, so that a class can find out which step it is.

A record has the steps that can be found in this way: a few tests of the step's own module fail
without it, and no test hangs. Each of these steps has a number.
"""

import json
import random
from pathlib import Path
from typing import TypedDict

from whatwg_websockets.steps.changed_file import Change, Refused
from whatwg_websockets.steps.comments import read_source, source_folder
from whatwg_websockets.steps.mutants import Mutant, mutants
from whatwg_websockets.steps.places import places

RECORD = Path("docs", "recordings", "hidden-steps.json")
"""The path of the record in a checkout."""


class Hidden(TypedDict):
    """A step of the record.

    Attributes:
        module: the path of the module below the package.
        algorithm: the name of the algorithm.
        steps: the numbers of the steps that the statement carries out; ids of requirements behind
            "§".
        what: what is done to the statement.
    """

    module: str
    algorithm: str
    steps: list[str]
    what: str


def hidden(mutant: Mutant) -> Hidden:
    """Return the entry of the record for a mutant."""
    return {
        "module": mutant.path.relative_to(source_folder()).as_posix(),
        "algorithm": mutant.algorithm,
        "steps": list(mutant.steps),
        "what": mutant.what,
    }


def tests_of(mutant: Mutant) -> Path:
    """Return the path of the tests of a mutant's own module."""
    room = mutant.path.parent.relative_to(source_folder())
    return Path("tests", room, f"test_{mutant.path.stem}.py")


def command_for(mutant: Mutant) -> str:
    """Return the command that runs the tests of a mutant's own module.

    A traceback would show the lines of the algorithm, so the command prints none.
    """
    tests = tests_of(mutant).as_posix()
    return f'COLUMNS=250 pytest -q --tb=no -k "not uvloop" {tests}'


def hide_a_step(root: Path, number: int) -> Change:
    """Choose a step of the record, and return the change that takes it out.

    Args:
        root: the folder of the checkout, in which nothing is changed.
        number: the number of the step. A number stands for the same step as long as the record is
            the same, and each number for another step as long as the code has all of them.

    Raises:
        LookupError: there is no step of this number; the message says which numbers there are.
        Refused: the code has none of the steps of the record.
    """
    record: list[Hidden] = json.loads((root / RECORD).read_text(encoding="utf-8"))
    if record and not 1 <= number <= len(record):
        raise LookupError(f"there is no step {number}; the numbers are 1 to {len(record)}")
    random.Random(0).shuffle(record)  # noqa: S311
    for entry in record[number:] + record[:number]:
        for mutant in _mutants_of(entry["module"]):
            if hidden(mutant) == entry:
                return _change(root, mutant)
    raise Refused(f"The code has none of the steps that {RECORD.as_posix()} names.")


def _mutants_of(module: str) -> list[Mutant]:
    """Return the mutants of a module of the package; empty if the module does not exist."""
    package = source_folder()
    path = package / module
    if not path.is_file():
        return []
    name = ".".join((package.name, *Path(module).with_suffix("").parts))
    return mutants(places([read_source(path, name)]))


def _change(root: Path, mutant: Mutant) -> Change:
    file = mutant.path.relative_to(root).as_posix()
    first = mutant.places[0].comment
    return Change(
        name="The exercise of --secret",
        file=file,
        before=mutant.path.read_text(encoding="utf-8"),
        after=mutant.text,
        commands=[command_for(mutant)],
        answer=f"{mutant.name} was {mutant.what}.\n{file}:{first.line}: {first.text}",
    )
