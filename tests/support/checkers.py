"""Type checkers, which check programs that use the installed library."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import whatwg_websockets

ROOT = Path(__file__).parents[2]
SOURCE = Path(whatwg_websockets.__file__).parents[1]


class Found(NamedTuple):
    """A message of a type checker about a line."""

    path: Path
    line: int
    message: str


Checker: TypeAlias = Callable[..., list[Found]]


def mypy(*files: Path, version: str = "3.11") -> list[Found]:
    """Run ``mypy --strict``, and return the errors that it finds.

    It looks for this library where Python does, and there for what a user would see of it. The
    cache is its own: ``make types`` looks at the library with other options.
    """
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file=", "--output=json"),
            f"--cache-dir={ROOT / '.mypy_cache' / 'programs'}",
            f"--python-version={version}",
            *map(str, files),
        ],
        cwd=files[0].parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert done.returncode in (0, 1), done.stdout
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return [
        Found(files[0].parent / each["file"], each["line"], each["message"])
        for each in found
        if each["severity"] == "error"
    ]


def pyright(*files: Path, version: str = "3.11") -> list[Found]:
    """Run Pyright, and return its messages."""
    report = pyright_report(f"--pythonversion={version}", *map(str, files))
    assert report["summary"]["filesAnalyzed"] == len(files)
    return [
        Found(Path(each["file"]), each["range"]["start"]["line"] + 1, each["message"])
        for each in report["generalDiagnostics"]
    ]


def pyright_report(*arguments: str) -> dict[str, Any]:
    """Run the Pyright that is installed, and return its report.

    No setting of the environment may have it look for another one, or fetch it.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYRIGHT_PYTHON_")
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pyright", "--outputjson"),
            *("--pythonpath", sys.executable, *arguments),
        ],
        env=environment | {"PYTHONPATH": str(SOURCE), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report
