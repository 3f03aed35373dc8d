"""The tests that name an anchor of a standard."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path


def read_tests(anchor: str, folder: Path) -> Iterator[str]:
    """Find the tests whose text names an anchor, as pytest writes them.

    A file that names the anchor outside of its tests counts as a whole.

    Args:
        anchor: the anchor, as code has it.
        folder: the folder of the tests.
    """
    rfc = re.fullmatch(r"rfc(\d+)#section-([\d.]+)", anchor)
    if rfc:
        written = rf"rfc ?{rfc[1]}(?:#section-|,? section |,? ){re.escape(rfc[2])}"
    else:
        written = f"#{re.escape(anchor)}"
    name = re.compile(rf"{written}(?![\w-]|\.\d)", re.IGNORECASE)
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        lines = [text.count("\n", 0, found.start()) + 1 for found in name.finditer(text)]
        if lines:
            tests = [_test_at(ast.parse(text), line) for line in lines]
            shown = path.relative_to(folder.parent).as_posix()
            for test in [None] if None in tests else dict.fromkeys(tests):
                yield f"{shown}::{test}" if test else shown


def nearest_first(tests: Iterable[str], modules: Iterable[Path]) -> tuple[str, ...]:
    """Put the tests in the own test files of some modules before those that name the anchor only.

    Args:
        tests: the names of the tests, as pytest writes them.
        modules: the files of the modules.
    """
    own = {f"test_{path.stem}.py" for path in modules}
    return tuple(sorted(tests, key=lambda test: Path(test.partition("::")[0]).name not in own))


def _test_at(tree: ast.Module, line: int) -> str | None:
    """Return the test around a line; the tests have no classes."""
    for node in tree.body:
        if line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            is_test = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            return node.name if is_test else None  # type: ignore[attr-defined]
    return None
