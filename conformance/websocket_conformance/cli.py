"""The commands of ``whatwg-websockets conformance``, each in its own module."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
import typer.main
from typer.core import TyperGroup

from websocket_conformance.running.strict import alone

COMMANDS = {
    "run": "running.cli:run",
    "report": "running.cli:report",
    "implementations": "running.cli:implementations",
}
"""The module and the function of each command."""


class CommandsByName(Mapping[str, Any]):
    """The commands by name; a module is loaded when one of its commands is used."""

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __getitem__(self, name: str) -> Any:
        """Return the command of that name."""
        module, _, function = COMMANDS[name].partition(":")
        loaded = import_module(f"websocket_conformance.{module}")
        return typer.main.get_command(alone(getattr(loaded, function)))


class CommandGroup(TyperGroup):
    """The group of the commands."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands: Any = CommandsByName()

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands."""
        return list(self.commands)


app = typer.Typer(
    help="Run conformance suites against implementations of WebSocket.",
    cls=CommandGroup,
    add_completion=False,
    no_args_is_help=True,
)


@app.callback()
def conformance() -> None:
    """Run conformance suites against implementations of WebSocket."""
