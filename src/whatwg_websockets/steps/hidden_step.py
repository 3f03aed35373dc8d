"""A step that is taken out and not named, for a class that finds out which step it is.

A number decides which step is taken out. The tests of the step's own module have to notice that the
step is missing, and few enough of them have to fail that a person can read each one.
"""

import random
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from whatwg_websockets.steps.changed_file import Change, Refused, write
from whatwg_websockets.steps.exercise_run import failing_tests
from whatwg_websockets.steps.mutants import Mutant, mutants
from whatwg_websockets.steps.places import MAIN_FLOOR, Place, folder_of
from whatwg_websockets.steps.workshop import NOT_COPIED

MOST_FAILURES = 12
"""So many tests may fail at most."""

_SECONDS = 30.0
"""How long the tests may take, in seconds; a step whose absence makes them hang is not taken."""


def hide_a_step(root: Path, steps: Iterable[Place], number: int) -> Change:
    """Choose a step of the WebSockets Standard, and return the change that takes it out.

    Args:
        root: the folder of the checkout, in which nothing is changed.
        steps: the steps to choose from; those of other standards are left out.
        number: the number; it gives the same step as long as the code is the same.

    Raises:
        Refused: there is no step whose absence is noticed by a few tests.
    """
    main_floor = [step for step in steps if folder_of(step.source.module) == MAIN_FLOOR]
    candidates = [each for each in mutants(main_floor) if (root / _tests_of(each)).is_file()]
    random.Random(number).shuffle(candidates)  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="hidden-step-") as folder:
        copy = Path(folder, "copy")
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
        for mutant in candidates:
            if _is_noticed(root, copy, mutant):
                return _change(root, mutant)
    raise Refused("There is no step whose absence is noticed by a few tests of its module.")


def _tests_of(mutant: Mutant) -> Path:
    """Return the file with the tests of a mutant's own module."""
    return Path("tests", f"test_{mutant.path.stem}.py")


def _command(mutant: Mutant) -> str:
    return f'pytest -q --tb=short -k "not uvloop" {_tests_of(mutant).as_posix()}'


def _is_noticed(root: Path, copy: Path, mutant: Mutant) -> bool:
    """Tell whether some tests of the module fail on a mutant, but not too many."""
    file = copy / mutant.path.relative_to(root)
    original = file.read_text(encoding="utf-8")
    write(file, mutant.text)
    limits = (f"--maxfail={MOST_FAILURES + 1}", "--timeout=10")
    try:
        failing = failing_tests(copy, _command(mutant), *limits, seconds=_SECONDS)
    except TimeoutError:
        return False
    finally:
        write(file, original)
    return 1 <= len(failing) <= MOST_FAILURES


def _change(root: Path, mutant: Mutant) -> Change:
    file = mutant.path.relative_to(root).as_posix()
    first = mutant.places[0].comment
    return Change(
        name="A step that is not named",
        file=file,
        before=mutant.path.read_text(encoding="utf-8"),
        after=mutant.text,
        commands=[_command(mutant)],
        answer=f"{mutant.name} was {mutant.what}.\n{file}:{first.line}: {first.text}",
    )
