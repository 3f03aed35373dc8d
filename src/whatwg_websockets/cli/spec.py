"""The commands of ``whatwg-websockets spec``: the standards as data, compared with the code.

Each command is a function in a module of its own, named here in ``COMMANDS``.
"""

from collections.abc import Callable

import typer

from whatwg_websockets.cli import (
    spec_check,
    spec_coverage,
    spec_drift,
    spec_index,
    spec_list,
    spec_mutate,
    spec_show,
)

COMMANDS: dict[str, Callable[..., None]] = {
    "check": spec_check.check_command,
    "coverage": spec_coverage.coverage_command,
    "drift": spec_drift.drift_command,
    "index": spec_index.index_command,
    "list": spec_list.list_command,
    "mutate": spec_mutate.mutate_command,
    "show": spec_show.show_command,
}

app = typer.Typer(
    help="Compare the code with the standards, step by step.",
    add_completion=False,
    no_args_is_help=True,
)


@app.callback()
def spec() -> None:
    """Compare the code with the standards, step by step."""


for name, command in COMMANDS.items():
    app.command(name)(command)
