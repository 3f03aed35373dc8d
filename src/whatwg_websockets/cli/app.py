"""Puts the command together from the entry points that are installed."""

from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperGroup

GROUP = "whatwg_websockets.commands"


class Commands(Mapping[str, Any]):
    """The commands by name, each loaded when it is asked for; all of them take a second."""

    def __init__(self) -> None:
        self._found = metadata.entry_points(group=GROUP)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._found.names))

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, name: str) -> Any:
        """What an entry point names, as a command: a group of commands, or one command."""
        loaded = self._found[name].load()
        if not isinstance(loaded, typer.Typer):
            loaded, function = typer.Typer(add_completion=False), loaded
            loaded.command(name)(function)
        command = typer.main.get_command(loaded)
        command.name = name
        return command


class Group(TyperGroup):
    """The command as a group of what is installed."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands: Any = Commands()

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands."""
        return list(self.commands)


def build() -> typer.Typer:
    """The command."""
    return typer.Typer(
        name="whatwg-websockets",
        help="The WHATWG WebSockets Standard in Python.",
        cls=Group,
        callback=_options,
        no_args_is_help=True,
    )


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
