"""A standard of the tests, code that carries it out, and the command that reads them."""

from pathlib import Path
from textwrap import dedent

from typer.testing import CliRunner

from whatwg_websockets.cli import spec


def heading(standard: str, title: str, host: str = "") -> str:
    """Write how the file of a standard begins in the index; ``host`` names it in its address."""
    return f"""\
[standard]
id = "{standard}"
title = "{title}"
url = "https://{host or standard}.example/"
version = "1"
date = 2026-01-02
"""


INDEX = f"""{heading("toys", "Toys Standard")}
[[algorithm]]
anchor = "toy-play"
name = "play(toy)"
section = "1.1"
kind = "method"

[algorithm.steps]
"1" = "0123456789ab"
"2" = "0123456789ab"
"2.1" = "0123456789ab"
"3a" = "0123456789ab"
"3b" = "0123456789ab"

[[requirement]]
id = "toys-tidy"
anchor = "tidy"
section = "2"
kind = "requirement"
gist = "Everything goes back into its box."
"""

CODE = '''\
"""1.1 play(toy)."""

from toys import algorithm


@algorithm("toy-play", "play(toy)")
def play(toy):
    # 1. Take a toy.
    take(toy)
    # 2. Turn a toy.
    # 2.1. Turn a toy to the left.
    turn(toy)
    # 3a. (a ball) Throw it.
    throw(toy)
    # 3b. n/a: there are no dolls.


# § toys-tidy. Back it goes.
def tidy(): ...
'''


class House:
    """A folder with an index and a package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = folder / "spec"
        self.source = folder / "toys"

    def write(self, files: dict[str, str]) -> None:
        """Write files, by their paths in the folder."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")

    def run(self, *arguments: str, columns: int = 80):
        """Run ``whatwg-websockets spec`` on them."""
        options = ["--index", str(self.index), "--code", str(self.source)]
        runner = CliRunner(env={"COLUMNS": str(columns), "TERM": "dumb", "FORCE_COLOR": None})
        return runner.invoke(spec.app, [*arguments, *options])
