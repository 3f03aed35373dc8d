"""What is wrong with the house, each with the line it is on and what to do about it."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """Something that is not as it should be.

    Attributes:
        path: the file.
        line: the line in it, from 1.
        problem: what is wrong, and how to mend it.
    """

    path: Path
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{place(self.path, self.line)}: {self.problem}"


def place(path: Path, line: int) -> str:
    """Write a line of a file as seen from the working directory."""
    return f"{os.path.relpath(path)}:{line}"
