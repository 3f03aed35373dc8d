"""The commands of the lessons and of the first hour, in order, in a copy of the checkout.

``test_chapters.py`` compares what a page prints below a command. Here each command of a page runs,
whether the page prints its output or not, so that a class meets no command that fails.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.chapters import BIN, IS_CHECKOUT, ROOT, commands_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("unmeasured"),
    pytest.mark.skipif(not IS_CHECKOUT, reason="in a copy, a step may have been taken out already"),
]

NOT_RUN = ("make", "pip", "source")
"""Programs that make an environment, which the tests have."""

TOO_LONG = (["spec", "mutate"], ["conformance", "run", "--implementation"])
"""Commands that take too long for a test, and have tests of their own."""

PAGES = ("teaching.md", "first-hour.md", "exercises.md")

SHORT = {
    (*("conformance", "run", "--server"), "whatwg-websockets echo --port {port}"): "515 of 517",
}
"""The commands that end with status 1 as a page says, and what they print."""

SHORT_WHILE_APPLIED = {
    ("conformance", "run", "--cases", "6.3.*"): "WRONG CODE",
    (
        *("-q", "--tb=no", "-k", "not uvloop", "tests/test_buffered_amount.py"),
        *("tests/test_close.py", "tests/test_feedback.py", "tests/rfc6455"),
    ): "FAILED tests/test_buffered_amount.py",
}
"""Those that do so only while a change is applied."""

NOT_COPIED = (".*", "_build", "__pycache__", "node_modules", "*.egg-info")
"""What no command of a page needs. The judge has a package that is called results."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the checkout that may be changed."""
    folder = tmp_path / "copy"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    return folder


@pytest.fixture
def server() -> Iterator[str]:
    """The URL of the echo server, which is started as on the pages but on a free port."""
    command = [str(BIN / "whatwg-websockets"), "echo", "--port", "0", "--no-deflate"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield re.search(r"127\.0\.0\.1(:\d+)", process.stdout.readline())[1]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("page", PAGES)
def test_each_command_of_a_page_runs(page: str, copy: Path, server: str):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    before = set(os.listdir(copy))
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for command in commands_in(block):
            program, *arguments = command.words
            if program in NOT_RUN or arguments[0] == "echo":
                continue
            if any(arguments[: len(some)] == some for some in TOO_LONG):
                continue
            if page == "exercises.md" and program == "pytest":
                continue  # test_exercises.py runs them, with their changes
            done = run(program, arguments, copy, server, command.environment)
            is_applied = (copy / ".exercise.json").exists()
            found = (SHORT | SHORT_WHILE_APPLIED if is_applied else SHORT).get(tuple(arguments))
            assert done.returncode == (0 if found is None else 1), (command.words, done.stdout)
            assert found is None or found in done.stdout
    assert not (copy / ".exercise.json").exists(), "the page leaves an exercise applied"
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    left = set(os.listdir(copy)) - before
    assert left <= {each.strip("/") for each in ignored}, "git would show what the page leaves"


def run(
    program: str, arguments: list[str], copy: Path, server: str, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command with the code of the copy, and with the server of the test."""
    paths = os.pathsep.join(str(copy / each) for each in ("src", "conformance"))
    return subprocess.run(
        [str(BIN / program), *(each.replace(":8082", server) for each in arguments)],
        cwd=copy,
        env=os.environ
        | {"PYTHONPATH": paths, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80"}
        | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
