"""The failures in a changed copy are those that the page of the exercises prints."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.chapters import ROOT, compare
from whatwg_websockets.steps.exercises import PAGE, Exercise, read_exercises, words_of
from whatwg_websockets.steps.hidden_step import RECORD, hidden, hide_a_step
from whatwg_websockets.steps.mutants import mutants
from whatwg_websockets.steps.places import places
from whatwg_websockets.steps.workshop import NOT_COPIED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("unmeasured"),
    pytest.mark.skipif(
        not (ROOT / ".git").exists(), reason="in a copy, a step may have been taken out already"
    ),
]

ANOTHER_TIME = itertools.count(60_000_000_000, 60_000_000_000)
"""By so many nanoseconds each changed file is older than the one that it is made of."""

EXERCISES = read_exercises(ROOT / PAGE)

LESSONS = ROOT / "docs" / "teaching.md"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout that may be changed."""
    folder = tmp_path_factory.mktemp("exercises") / "copy"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    return folder


def test_there_are_some():
    assert [each.number for each in EXERCISES] == list(range(1, len(EXERCISES) + 1))
    assert len(EXERCISES) >= 10


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: f"{each.number}. {each.title}")
def test_an_exercise_fails_as_its_answer_says(exercise: Exercise, copy: Path):
    file = copy / exercise.file
    text, times = file.read_text(encoding="utf-8"), file.stat()
    assert text.count(exercise.before) == 1, "these lines are not there, or not just once"
    file.write_text(text.replace(exercise.before, exercise.after), encoding="utf-8")
    # Python knows by its time and its size that what it compiled is of another file.
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns - next(ANOTHER_TIME)))
    command, *checks = map(words_of, exercise.commands)
    try:
        failures = failures_of(command, copy)
        for _, words in checks:
            assert run(["-c", THE_COMMAND, *words[1:]], copy).returncode == 0, words
    finally:
        file.write_text(text, encoding="utf-8")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    wrong = compare("".join(f"{line}\n" for line in exercise.failures), failures)
    assert wrong is None, wrong


def failures_of(command: tuple[dict[str, str], list[str]], copy: Path) -> str:
    """Run pytest in a copy, and return its output about the failing tests."""
    environment, (program, *arguments) = command
    assert program == "pytest"
    # Of the plugins only the one that pyproject.toml configures: all others take a second more.
    plugins = ["-p", "no:cacheprovider", "-p", "pytest_timeout"]
    done = run(["-m", "pytest", *plugins, "--timeout=20", *arguments], copy, environment)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return "".join(f"{line}\n" for line in lines)


def test_the_record_of_hidden_steps_is_of_this_code():
    """If a step is not in the code any more, run docs/recordings/record_hidden_steps.py."""
    of_the_code = [hidden(mutant) for mutant in mutants(places())]
    record = json.loads((ROOT / RECORD).read_text(encoding="utf-8"))
    assert f"a number from 1 to {len(record)};" in LESSONS.read_text(encoding="utf-8")
    assert [each for each in record if each not in of_the_code] == []


@pytest.mark.parametrize("number", [3, 7])
def test_a_hidden_step_is_noticed_by_a_few_tests(number: int, copy: Path):
    change = hide_a_step(ROOT, number)
    file = copy / change.file
    times = file.stat()
    file.write_text(change.after, encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns - next(ANOTHER_TIME)))
    try:
        failures = failures_of(words_of(change.commands[0]), copy)
    finally:
        file.write_text(change.before, encoding="utf-8")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert 1 <= len(failures.splitlines()) <= 12


THE_COMMAND = "from whatwg_websockets.cli import main; main()"


def run(
    arguments: list[str], copy: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy, with the code of the copy and the variables that a command sets."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join([str(copy / "src"), str(copy / "conformance")]),
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(copy.parent / "hypothesis"),
            **(environment or {}),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=110,
    )
