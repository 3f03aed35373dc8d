"""Puts the command together from the entry points that are installed."""

from importlib import metadata
from typing import Annotated

import typer

GROUP = "whatwg_websockets.commands"


def build() -> typer.Typer:
    """The command, with what each entry point names: a group of commands, or one command."""
    app = typer.Typer(
        name="whatwg-websockets",
        help="The WHATWG WebSockets Standard in Python.",
        callback=_options,
        no_args_is_help=True,
    )
    for command in sorted(metadata.entry_points(group=GROUP), key=lambda found: found.name):
        loaded = command.load()
        if isinstance(loaded, typer.Typer):
            app.add_typer(loaded, name=command.name)
        else:
            app.command(command.name)(loaded)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(metadata.version("whatwg-websockets"))
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Say the version.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    pass
