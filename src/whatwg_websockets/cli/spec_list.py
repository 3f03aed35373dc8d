"""``whatwg-websockets spec list``: the algorithms and requirements of the standards."""

from typing import Annotated

import typer
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from whatwg_websockets.cli.spec_pieces import link_style
from whatwg_websockets.cli.spec_show import read_library
from whatwg_websockets.cli.spec_sources import CodeFolder, Index
from whatwg_websockets.cli.spec_upstream import choose
from whatwg_websockets.steps.index import Algorithm, Requirement
from whatwg_websockets.steps.links import anchor_in_code

GAP = 2
"""How many columns are between the section, the words and the anchor of an entry."""


def list_command(
    standard_id: Annotated[
        str | None,
        typer.Option(
            "--standard", metavar="ID", help="List only the standard with this id, such as rfc6455."
        ),
    ] = None,
    index: Index = None,
    code: CodeFolder = None,
) -> None:
    """List the algorithms and requirements of each standard, the WebSockets Standard first.

    With an unknown ID, the command prints the ids that there are, and exits with 2.
    """
    library, _ = read_library(index, code)
    standards = library.standards
    if standard_id is not None:
        standards = [choose(standards, standard_id)]
    console = Console(highlight=False)
    for standard in standards:
        console.print(Text(f"\n{standard.label}", style=link_style(standard.url, "bold cyan")))
        entries: tuple[Algorithm | Requirement, ...] = (
            *standard.algorithms,
            *standard.requirements,
        )
        indentation = max((len(each.section) for each in entries), default=0) + GAP
        for each in standard.algorithms:
            _print(console, each, Text(each.name), indentation)
        for one in standard.requirements:
            _print(console, one, Text(one.gist, style="italic"), indentation)


def _print(console: Console, entry: Algorithm | Requirement, words: Text, indentation: int) -> None:
    """Print an entry: its section, its words, and the whole anchor or id, which can be copied.

    The anchor is behind the words if there is room, and otherwise on a line below them.

    Args:
        console: where it is printed.
        entry: the algorithm or the requirement.
        words: the name of the algorithm, or the gist of the requirement.
        indentation: how far the words are indented, in columns.
    """
    called = anchor_in_code(entry) if isinstance(entry, Algorithm) else entry.id
    anchor = Text(called, style=Style(dim=True) + link_style(entry.url))
    has_room = indentation + len(words) + GAP + len(anchor) <= console.width
    grid = Table.grid(padding=0)
    grid.add_column(width=indentation, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(entry.section, words + " " * GAP + anchor if has_room else words)
    console.print(grid)
    if not has_room:
        console.print(Text(" " * indentation) + anchor, soft_wrap=True)
