"""The exercises stay true: what fails in a changed copy is what the page prints."""

import itertools
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.chapters import ROOT, commands_in, compare
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

TEXT = (ROOT / "docs" / "exercises.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Exercise:
    """An exercise of the page.

    Attributes:
        title: its heading.
        file: the file to change.
        before: the lines that stand there.
        after: the lines that are to stand there.
        command: the command to run.
        checks: commands that find nothing wrong.
        failures: what pytest then prints of each test that fails.
    """

    title: str
    file: str
    before: str
    after: str
    command: list[str]
    checks: list[list[str]]
    failures: str

    def __str__(self) -> str:
        return self.title


def exercises() -> list[Exercise]:
    """Read the page."""
    found = []
    for part in re.split(r"^##+ ", TEXT, flags=re.MULTILINE):
        title = part.partition("\n")[0]
        if not title[:1].isdecimal():
            continue
        blocks = dict(re.findall(r"^```(diff|console|text)\n(.*?)^```$", part, re.M | re.S))
        header, *lines = blocks["diff"].splitlines()
        command, *checks = [each.words for each in commands_in(blocks["console"])]
        found.append(
            Exercise(
                title=title,
                file=header.removeprefix("--- "),
                before="".join(f"{line[1:]}\n" for line in lines if line[0] in " -"),
                after="".join(f"{line[1:]}\n" for line in lines if line[0] in " +"),
                command=command,
                checks=checks,
                failures=blocks["text"],
            )
        )
    return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout that may be changed."""
    folder = tmp_path_factory.mktemp("exercises") / "copy"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    return folder


def test_there_are_some():
    assert len(exercises()) >= 10


@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_an_exercise_fails_as_its_answer_says(exercise: Exercise, copy: Path):
    file = copy / exercise.file
    text, times = file.read_text(encoding="utf-8"), file.stat()
    assert text.count(exercise.before) == 1, "these lines are not there, or not just once"
    file.write_text(text.replace(exercise.before, exercise.after), encoding="utf-8")
    # Python knows by its time and its size that what it compiled is of another file.
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns - next(ANOTHER_TIME)))
    try:
        failures = failures_of(exercise.command, copy)
        for check in exercise.checks:
            assert run(["-c", THE_COMMAND, *check[1:]], copy).returncode == 0, check
    finally:
        file.write_text(text, encoding="utf-8")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    wrong = compare(exercise.failures, failures)
    assert wrong is None, wrong


def failures_of(command: list[str], copy: Path) -> str:
    """Run pytest in a copy, and return what it prints of the tests that fail."""
    program, *arguments = command
    assert program == "pytest"
    # Of the plugins only the one that pyproject.toml configures: all others take a second more.
    plugins = ["-p", "no:cacheprovider", "-p", "pytest_timeout"]
    done = run(["-m", "pytest", *plugins, "--timeout=20", *arguments], copy)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return "".join(f"{line}\n" for line in lines)


THE_COMMAND = "from whatwg_websockets.cli import main; main()"


def run(arguments: list[str], copy: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy, with the code of the copy."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join([str(copy / "src"), str(copy / "conformance")]),
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(copy.parent / "hypothesis"),
            "COLUMNS": "400",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=110,
    )
