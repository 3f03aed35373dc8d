"""The record of which tests ran each step, which the docs show beside the step.

The record is a JSON file: the commit at which it was written, the names of tests, and for each step
of an algorithm how many tests ran it, and the three tests nearest to it. A hash of each function
shows later whether the code has changed since the tests ran.
"""

import ast
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whatwg_websockets.files import replace_text
from whatwg_websockets.steps.code_hash import hash_of_code, tree_of
from whatwg_websockets.steps.comments import MarkedFunction
from whatwg_websockets.steps.coverage import Run, StepCoverage
from whatwg_websockets.steps.mutants import node_at

NEAREST = 3
"""The maximum number of tests that the record names for a step."""


@dataclass(frozen=True)
class RanBy:
    """Which tests ran a step.

    Attributes:
        ran: whether the statement of the step ran at all.
        count: how many tests ran it; 0 for a statement that runs when its module is imported.
        nearest: the names of the tests that are nearest to it.
    """

    ran: bool
    count: int
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class StepTests:
    """A record that was read from a file.

    Attributes:
        commit: the commit at which it was written.
        code: a hash of each function, by module and algorithm.
        steps: which tests ran each step, by module, algorithm and number.
    """

    commit: str = ""
    code: dict[str, str] = field(default_factory=dict)
    steps: dict[str, RanBy] = field(default_factory=dict)

    def is_of(self, function: MarkedFunction, package: Path) -> bool:
        """Return whether the code of a function is the code that the tests ran."""
        return self.code.get(_key(function, package)) == hash_of(function)

    def tested(self, function: MarkedFunction, number: str, package: Path) -> RanBy | None:
        """Return which tests ran a step; None for a step that has no code or is not recorded.

        Args:
            function: the function that carries the step out.
            number: the number in its comment, as it is written; ids after "§".
            package: the folder of the Python package.
        """
        return self.steps.get(f"{_key(function, package)}#{number}")


def read_step_tests(path: Path) -> StepTests | None:
    """Read a record; return None if the file does not exist."""
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    names = data["tests"]
    steps = {
        key: RanBy(
            step.get("ran", True), step["count"], tuple(names[each] for each in step["nearest"])
        )
        for key, step in data["steps"].items()
    }
    return StepTests(data["commit"], data["code"], steps)


def write_step_tests(path: Path, commit: str, coverage: StepCoverage, package: Path) -> int:
    """Write which tests ran each step, and return the number of steps.

    Args:
        path: the file.
        commit: the commit of the code that was run.
        coverage: which tests ran each step.
        package: the folder of the Python package.
    """
    code: dict[str, str] = {}
    ran: dict[str, list[Run]] = {}
    for run in coverage.runs:
        function = run.place.function
        if function is not None and run.ran is not None:
            key = _key(function, package)
            code[key] = hash_of(function)
            ran.setdefault(f"{key}#{run.place.number}", []).append(run)
    names: dict[str, int] = {}
    steps = {key: _step(runs, coverage.steps_run, names) for key, runs in ran.items()}
    data = {"commit": commit, "tests": list(names), "code": code, "steps": steps}
    replace_text(path, _json(data))
    return len(steps)


def _step(
    runs: list[Run], counts: Mapping[Path, Counter[str]], names: dict[str, int]
) -> dict[str, Any]:
    tests = {test for run in runs for test in run.tests}
    path = runs[0].place.comment.path
    nearest = _nearest(tests, path, counts[path])
    step: dict[str, Any] = {
        "count": len(tests),
        "nearest": [names.setdefault(each, len(names)) for each in nearest],
    }
    return step if any(run.ran for run in runs) else {"ran": False, **step}


def _nearest(tests: Iterable[str], path: Path, counts: Counter[str]) -> list[str]:
    """Return the tests that are nearest to a step.

    The tests in the module's own file come first, then those that ran the fewest steps of the
    module.
    """
    own = f"test_{path.stem}.py"

    def distance(test: str) -> tuple[bool, int, str]:
        return f"/{own}::" not in test, counts[test], test

    return sorted(tests, key=distance)[:NEAREST]


def _json(data: dict[str, Any]) -> str:
    """Return JSON with a line for each test, function and step, so that diffs are readable."""
    parts = [f'"commit": {json.dumps(data["commit"])}']
    parts.append(_lines("tests", "[]", (json.dumps(each) for each in data["tests"])))
    for name in ("code", "steps"):
        lines = (
            f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value)}"
            for key, value in data[name].items()
        )
        parts.append(_lines(name, "{}", lines))
    return "{" + ",\n".join(parts) + "}\n"


def _lines(name: str, brackets: str, lines: Iterable[str]) -> str:
    return f'"{name}": {brackets[0]}\n' + ",\n".join(lines) + f"\n{brackets[1]}"


def _key(function: MarkedFunction, package: Path) -> str:
    module = function.path.relative_to(package).with_suffix("").as_posix()
    return f"{module}#{function.name}"


def hash_of(function: MarkedFunction) -> str:
    """Return a hash of the code of a function, without its comments and its docstring."""
    text = function.path.read_text(encoding="utf-8")
    docstring = _lines_of_docstring(tree_of(text), function.line)
    return hash_of_code(
        line
        for number, line in enumerate(text.split("\n"), 1)
        if function.line <= number <= function.last_line and number not in docstring
    )


def _lines_of_docstring(tree: ast.Module, line: int) -> range:
    match getattr(node_at(tree, line), "body", None):
        case [ast.Expr(value=ast.Constant(value=str())) as first, *_]:
            return range(first.lineno, (first.end_lineno or first.lineno) + 1)
    return range(0)
