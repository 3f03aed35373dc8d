"""Faults of the code and the index, each with its line and what to do about it."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """A fault of a file.

    Attributes:
        path: the file.
        line: the line in it, from 1.
        problem: what is wrong, and how to correct it.
    """

    path: Path
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{place(self.path, self.line)}: {self.problem}"


def place(path: Path, line: int) -> str:
    """Return a place as text: the path relative to the working directory, and the line."""
    return f"{os.path.relpath(path)}:{line}"
