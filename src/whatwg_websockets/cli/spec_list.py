"""``whatwg-websockets spec list``: the algorithms and requirements of the standards."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from whatwg_websockets.cli.spec_pieces import link_style
from whatwg_websockets.cli.spec_show import read_library
from whatwg_websockets.cli.spec_sources import CodeFolder, Index
from whatwg_websockets.cli.spec_upstream import choose
from whatwg_websockets.steps.links import anchor_in_code


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
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("§", no_wrap=True)
    table.add_column("algorithm", ratio=1)
    table.add_column("anchor", style="dim", ratio=1, overflow="fold")
    for standard in standards:
        table.add_row("", Text(f"\n{standard.label}", style=link_style(standard.url, "bold cyan")))
        for each in standard.algorithms:
            anchor = Text(anchor_in_code(each), style=link_style(each.url))
            table.add_row(each.section, Text(each.name), anchor)
        for one in standard.requirements:
            id_ = Text(one.id, style=link_style(one.url))
            table.add_row(one.section, Text(one.gist, style="italic"), id_)
    Console(highlight=False).print(table)
