"""A step that is taken out without saying which, for a class that is to find it.

The number that the class is given decides which step it is. A step is taken if the tests of its own
module notice that it is missing, and if the tests that fail are few enough to be read one by one.
"""

import random
from collections.abc import Iterable
from pathlib import Path

from whatwg_websockets.steps.changed_file import Change, Refused
from whatwg_websockets.steps.exercises import failures_in
from whatwg_websockets.steps.mutants import Mutant, mutants
from whatwg_websockets.steps.mutate import Workshop
from whatwg_websockets.steps.places import MAIN_FLOOR, Place, folder_of

MOST_FAILURES = 12
"""So many tests may fail at most."""

_SECONDS = 30.0
"""So long the tests may take on a step that is missing; where they hang, the step is not taken."""


def hide_a_step(root: Path, steps: Iterable[Place], number: int) -> Change:
    """Choose a step of the WebSockets Standard and return the change that takes it out.

    Args:
        root: the folder of the checkout; nothing in it is changed.
        steps: the steps to choose from.
        number: the same number gives the same step, as long as the code is the same.

    Raises:
        Refused: there is no step whose absence the tests notice.
    """
    main_floor = [step for step in steps if folder_of(step.source.module) == MAIN_FLOOR]
    candidates = [each for each in mutants(main_floor) if (root / _tests_of(each)).is_file()]
    random.Random(number).shuffle(candidates)  # noqa: S311
    with Workshop(root) as workshop:
        for mutant in candidates:
            if _is_noticed(workshop, root, mutant):
                return _change(root, mutant)
    raise Refused("No step was found that the tests of its module would miss.")


def _tests_of(mutant: Mutant) -> Path:
    """Return the file of the tests of a mutant's own module."""
    return Path("tests", f"test_{mutant.path.stem}.py")


def _is_noticed(workshop: Workshop, root: Path, mutant: Mutant) -> bool:
    """Tell whether some of the tests of the module fail on a mutant, and not too many."""
    file = workshop.folder / "copy" / mutant.path.relative_to(root)
    original = file.read_text(encoding="utf-8")
    file.write_text(mutant.text, encoding="utf-8")
    try:
        limits = (f"--maxfail={MOST_FAILURES + 1}", "--timeout=10")
        tests = [str(_tests_of(mutant))]
        _, said = workshop.run(tests, _SECONDS, *limits, "-k", "not uvloop")
    finally:
        file.write_text(original, encoding="utf-8")
    return 1 <= len(failures_in(said.splitlines())) <= MOST_FAILURES


def _change(root: Path, mutant: Mutant) -> Change:
    file = mutant.path.relative_to(root)
    first = mutant.places[0]
    return Change(
        name="A step that is not named",
        file=file.as_posix(),
        before=mutant.path.read_text(encoding="utf-8"),
        after=mutant.text,
        commands=[f'pytest -q --tb=short -k "not uvloop" {_tests_of(mutant).as_posix()}'],
        answer=(
            f"{mutant.name}: {mutant.what}.\n"
            f"{file.as_posix()}:{first.comment.line}: {first.comment.text}"
        ),
    )
