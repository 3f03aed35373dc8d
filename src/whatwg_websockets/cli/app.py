"""Puts the command together from the entry points that are installed."""

from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from typing import Annotated, Any, NoReturn

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from whatwg_websockets.cli import ABOUT, EXIT_MISSING, GROUP
from whatwg_websockets.cli.extras import brings, what_to_install
from whatwg_websockets.cli.plain_help import leave_out_type, with_plain_help


class Commands(Mapping[str, Any]):
    """The commands by name, each loaded when it is used; loading all of them takes a second."""

    def __init__(self) -> None:
        self._found = metadata.entry_points(group=GROUP)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._found.names))

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, name: str) -> Any:
        """Load the command that an entry point names: a group of commands, or a single command.

        A plain command is passed all arguments as they are, and reads them itself.

        A command whose extra is not installed is listed too, and its help names what to install.
        """
        try:
            loaded = self._found[name].load()
        except ModuleNotFoundError as error:
            if not brings(self._found[name], error):
                raise
            return _missing(self._found[name])
        if not self._found[name].extras:
            return _Plain(name, loaded)
        if not isinstance(loaded, typer.Typer):
            loaded, function = typer.Typer(add_completion=False), loaded
            loaded.command(name)(function)
        command = typer.main.get_command(loaded)
        command.name = name
        return with_plain_help(command)


_ANY_ARGUMENTS = {"ignore_unknown_options": True, "allow_extra_args": True}


class _Plain(TyperCommand):
    """A plain command, which receives its arguments unparsed.

    Args:
        name: its name.
        run: the function that carries it out.
    """

    def __init__(self, name: str, run: Callable[[list[str]], int]) -> None:
        self._run = run
        summary = (run.__doc__ or "").partition("\n")[0]
        super().__init__(name, help=summary, add_help_option=False, context_settings=_ANY_ARGUMENTS)

    def invoke(self, ctx: Any) -> NoReturn:
        """Run the command, and exit with the status that it returns."""
        raise typer.Exit(self._run(ctx.args))


def _missing(point: metadata.EntryPoint) -> TyperCommand:
    """Return a command that only prints which extra it needs."""
    advice = what_to_install(point)

    def say() -> None:
        typer.echo(advice, err=True)
        raise typer.Exit(EXIT_MISSING)

    return TyperCommand(
        point.name,
        callback=say,
        help=advice,
        short_help=f"Not installed; it needs the extra {', '.join(point.extras)}.",
        add_help_option=False,
        context_settings=_ANY_ARGUMENTS,
    )


class Group(TyperGroup):
    """Make the command ``whatwg-websockets``, a group of the commands that are installed."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands: Any = Commands()

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands."""
        return list(self.commands)

    def get_params(self, ctx: Any) -> Any:
        """The options of the group itself."""
        parameters = super().get_params(ctx)
        for each in parameters:
            leave_out_type(each, ctx)
        return parameters


def build() -> typer.Typer:
    """The command."""
    return typer.Typer(
        name="whatwg-websockets",
        help=ABOUT,
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
        typer.Option(
            "--version", help="Print the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass
