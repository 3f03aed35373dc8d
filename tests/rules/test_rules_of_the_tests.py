"""Rules against kinds of bad tests that ruff does not find."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
OURS = ("whatwg_websockets", "websocket_conformance", "benchmarks", "reading_room")

# From so many seconds on a sleep stands for something that hangs: nobody waits for its end.
FOR_EVER = 60

SLEEPS = {
    "support/page.py": "The one place where a test looks again and again for what has no event.",
    "support/waiting.py": "The same, where no event loop runs.",
    "support/random_life.py": "A random page does things at random times; nothing waits for them.",
    "support/random_page.py": "The same; and what is beside the page is to wake up now and then.",
    "support/random_stream.py": "The same.",
    "support/random_ways.py": "The same.",
    "conformance/api/test_api_verdicts.py": "A driver, another process, waits for a file.",
}
"""The files that sleep, and why."""


@pytest.fixture(scope="module")
def files() -> dict[str, ast.AST]:
    """The files of the tests, except this file, which has bad examples."""
    return {
        path.relative_to(TESTS).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(TESTS.rglob("*.py"))
        if path != Path(__file__)
    }


def sleeps(tree: ast.AST) -> Iterator[int]:
    """Find the lines on which something sleeps for a time, also in programs that are text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_a_sleep(node.func) and node.args:
            if not _is_none_or_for_ever(ast.unparse(node.args[0])):
                yield node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            times = re.findall(r"\b(?:asyncio|time)\.sleep\(([^()]*)\)", node.value)
            if not all(map(_is_none_or_for_ever, times)):
                yield node.lineno


def _is_a_sleep(function: ast.expr) -> bool:
    """Return whether a call is of ``sleep``, or of ``wait`` of an event that no code can set."""
    return ast.unparse(function).endswith(("sleep", "Event().wait"))


def _is_none_or_for_ever(seconds: str) -> bool:
    if seconds == "DEADLINE":
        return True
    try:
        number = float(seconds)
    except ValueError:
        return False
    return number == 0 or number >= FOR_EVER


def assertions_that_hold_anyway(tree: ast.AST) -> Iterator[int]:
    """Find the lines of assertions that no value could fail."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and _holds_anyway(node.test):
            yield node.lineno


def _holds_anyway(test: ast.expr) -> bool:
    match test:
        case ast.Constant(value):
            return bool(value)
        case ast.BoolOp(ast.And(), values):
            return any(map(_holds_anyway, values))
        case ast.BoolOp(ast.Or(), values):
            return any(isinstance(each, ast.Constant) and each.value for each in values)
        case ast.Compare(_, [ast.In()], [ast.Tuple(among) | ast.List(among) | ast.Set(among)]):
            return {"True", "False"} <= set(map(ast.unparse, among))
        case ast.Compare(ast.Call(ast.Name("len")), [ast.GtE()], [ast.Constant(0)]):
            return True
    return False


def values_that_are_replaced(tree: ast.AST) -> Iterator[int]:
    """Find the lines on which a test puts another value in the place of one that it was given.

    Its name, which pytest makes of what it was given, then lies.
    """
    for test in ast.walk(tree):
        if not isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        given = {argument.arg for argument in test.args.args}
        for node in ast.walk(test):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                names = {each.id for each in node.targets if isinstance(each, ast.Name)}
                if test.name.startswith("test_") and names & given:
                    yield node.lineno


def private_names(tree: ast.AST) -> Iterator[int]:
    """Find the lines that name private parts of the code under test, in imports and in text."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(str(module), names) if module.startswith(OURS):
                if any(re.match("_[^_]", each.name) for each in names):
                    yield node.lineno
            case ast.Call(ast.Attribute(attr="setattr"), [_, ast.Constant(str(name)), *_]):
                if re.match("_[^_]", name):
                    yield node.lineno
            case ast.Constant(str(text)) if re.fullmatch(r"[\w.]+", text) and "._" in text:
                if text.startswith(OURS) and "._" in text.replace(".__", ""):
                    yield node.lineno


@pytest.mark.parametrize(
    ("find", "instead"),
    [
        (sleeps, "wait for an event, or say in SLEEPS why not"),
        (assertions_that_hold_anyway, "assert something that could be otherwise"),
        (values_that_are_replaced, "have the test be given the value that it is about"),
        (private_names, "test what is public; support/inside.py has what cannot be seen otherwise"),
    ],
)
def test_no_test_is_of_a_bad_kind(files, find, instead):
    excused = SLEEPS if find is sleeps else {}
    found = {name: lines for name, tree in files.items() if (lines := list(find(tree)))}
    assert found.keys() - excused.keys() == set(), f"{found}: {instead}"
    assert excused.keys() - found.keys() == set(), "these need no excuse any more"


@pytest.mark.parametrize(
    ("find", "bad", "good"),
    [
        (
            sleeps,
            [
                "await asyncio.sleep(0.1)",
                "time.sleep(wait)",
                "threading.Event().wait(0.1)",
                "run('import time; time.sleep(1)')",
            ],
            ["await asyncio.sleep(0)", "event.wait(9)", "time.sleep(3600)", "'time.sleep(1000)'"],
        ),
        (
            assertions_that_hold_anyway,
            ["assert x in (True, False)", "assert True", "assert x or True", "assert len(x) >= 0"],
            ["assert x in (True, None)", "assert x or y", "assert len(x) >= 1", "assert False"],
        ),
        (
            values_that_are_replaced,
            ["def test(code):\n    if code == 1:\n        code = 2".replace("test", "test_")],
            ["def test_(code):\n    other = 2", "def helper(code):\n    code = 2"],
        ),
        (
            private_names,
            [
                "from whatwg_websockets.x import _y",
                "patch.setattr(module, '_y', 1)",
                "patch.setattr('whatwg_websockets.x._y', 1)",
            ],
            ["from asyncio import _y", "'whatwg_websockets.__main__'", "patch.setattr(x, 'y', 1)"],
        ),
    ],
)
def test_each_kind_is_known_when_it_is_seen(find, bad, good):
    assert [text for text in bad if not list(find(ast.parse(text)))] == []
    assert [text for text in good if list(find(ast.parse(text)))] == []
