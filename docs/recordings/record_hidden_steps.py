"""Records which steps a class can find by the tests that fail without them.

Each step of the WebSockets Standard and of RFC 6455 is taken out of a copy of the checkout, and the
tests of its own module run there. A step is recorded if at least one test fails and so few that a
person can read each. `whatwg-websockets exercise --secret` takes its steps from the record.
`make recording` does not run this, as it takes minutes: run it after an algorithm was written anew.
"""

import ast
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from whatwg_websockets.files import replace_text
from whatwg_websockets.steps.changed_file import write
from whatwg_websockets.steps.comments import source_folder
from whatwg_websockets.steps.exercise_run import failing_tests
from whatwg_websockets.steps.hidden_step import Hidden, command_for, hidden, tests_of
from whatwg_websockets.steps.mutants import Mutant, mutants, node_at
from whatwg_websockets.steps.places import MAIN_FLOOR, Place, folder_of, places
from whatwg_websockets.steps.workshop import NOT_COPIED

OUTPUT = Path(__file__).with_name("hidden-steps.json")

ROOMS = frozenset({MAIN_FLOOR, "rfc6455"})

MOST_STEPS = 4
"""So many steps and requirements may stand above one statement: a class is to name one of them."""

FEWEST_CHOICES = 3
"""So many statements of a module have to be candidates: the tests give the module away."""

MOST_FAILURES = 12
"""So many tests may fail at most."""

SECONDS = 20.0
"""How long the tests may take; a step whose absence makes them hang is not recorded."""


def main() -> None:
    """Write the record."""
    root = source_folder().parents[1]
    with tempfile.TemporaryDirectory(prefix="hidden-steps-") as folder:
        copy = Path(folder, "copy")
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
        candidates = mutants(filter(_is_in_an_algorithm, places()))
        choices = Counter(each.path for each in candidates)
        candidates = [each for each in candidates if choices[each.path] >= FEWEST_CHOICES]
        found = list(_found(root, copy, candidates))
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in found)
    replace_text(OUTPUT, f"[\n{lines}\n]\n")


def _is_in_an_algorithm(step: Place) -> bool:
    return step.function is not None and folder_of(step.source.module) in ROOMS


def _is_easy_to_see(mutant: Mutant) -> bool:
    """Tell whether a statement gives a variable its value: without it, Python names the line."""
    tree = ast.parse(mutant.path.read_text(encoding="utf-8"))
    match node_at(tree, mutant.places[0].lines[0]):
        case ast.Assign(targets=[ast.Name() | ast.Tuple()]) | ast.AnnAssign(target=ast.Name()):
            return True
    return False


def _found(root: Path, copy: Path, candidates: Iterable[Mutant]) -> Iterator[Hidden]:
    for mutant in candidates:
        is_small = len(hidden(mutant)["steps"]) <= MOST_STEPS
        if is_small and not _is_easy_to_see(mutant) and (root / tests_of(mutant)).is_file():
            count = _failures(root, copy, mutant)
            print(f"{mutant.name}: {count}", file=sys.stderr, flush=True)
            if 1 <= count <= MOST_FAILURES:
                yield hidden(mutant)


def _failures(root: Path, copy: Path, mutant: Mutant) -> int:
    """Return how many tests fail on a mutant; 0 where they hang."""
    file = copy / mutant.path.relative_to(root)
    original = file.read_text(encoding="utf-8")
    write(file, mutant.text)
    limits = (f"--maxfail={MOST_FAILURES + 1}", "--timeout=10")
    try:
        return len(failing_tests(copy, command_for(mutant), *limits, seconds=SECONDS))
    except TimeoutError:
        return 0
    finally:
        write(file, original)


if __name__ == "__main__":
    main()
