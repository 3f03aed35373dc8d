"""Read the input of the ``whatwg-websockets spec`` commands: the index and the step comments."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from whatwg_websockets.steps.comments import SourceFile, read_sources
from whatwg_websockets.steps.draft_changes import DraftChanges, read_draft_changes
from whatwg_websockets.steps.faults import place
from whatwg_websockets.steps.index import Standard, read_index, spec_folder
from whatwg_websockets.steps.outside import Outside, read_outside
from whatwg_websockets.steps.toml_file import IndexFault

EXIT_FAULT = 1
EXIT_NO_DATA = 2

Index = Annotated[
    Path | None,
    typer.Option(
        help="The folder of the TOML files.",
        exists=True,
        file_okay=False,
        resolve_path=True,
        show_default="this project's",
    ),
]

CodeFolder = Annotated[
    Path | None,
    typer.Option(
        "--code",
        help="The folder of the Python package.",
        exists=True,
        file_okay=False,
        resolve_path=True,
        show_default="this project's",
    ),
]


def commit_of(root: Path) -> str:
    """Return the commit of a checkout, or "" if the folder is not a checkout."""
    command = ["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return ""


def read(index: Path | None, code: Path | None) -> tuple[list[Standard], list[SourceFile]]:
    """Read the index and the comments; where one cannot be read, print why and exit with 1.

    Args:
        index: the folder of the TOML files; None for this project's.
        code: the folder of the Python package; None for this project's.
    """
    try:
        with _faults_told():
            standards = read_index(index)
            sources = read_sources(code)
    except SyntaxError as error:
        where = place(Path(str(error.filename)), error.lineno or 1)
        raise _broken(f"{where}: the file is not valid Python: {error.msg}; mend it") from None
    if not standards:
        where = place(index or spec_folder(), 1)
        raise _broken(f"{where}: no TOML file is in this folder; name another with --index")
    return standards, sources


def read_left_out(index: Path | None) -> Outside:
    """Read what the index leaves out; where it cannot be read, print why and exit with 1.

    Args:
        index: the folder of the TOML files; None for this project's.
    """
    with _faults_told():
        return read_outside(index)


def read_changes(index: Path | None) -> list[DraftChanges]:
    """Read what drafts would change; where it cannot be read, print why and exit with 1.

    Args:
        index: the folder of the TOML files; None for this project's.
    """
    with _faults_told():
        return read_draft_changes(index)


@contextmanager
def _faults_told() -> Iterator[None]:
    """Print what is wrong with a file that cannot be read, and exit with 1."""
    try:
        yield
    except IndexFault as fault:
        raise _broken(f"{place(fault.path, fault.line)}: {fault.problem}") from None


def _broken(problem: str) -> typer.Exit:
    typer.echo(problem)
    return typer.Exit(EXIT_FAULT)
