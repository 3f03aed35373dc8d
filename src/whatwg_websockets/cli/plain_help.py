"""The help of every command, without types for flags that take no value, and the usage in errors.

Typer prints ``<bool>`` behind each flag, and ``<list[str]>`` behind an option that may be repeated.
Neither shows a reader what to write. It prints the usage above each error of a command line, except
if an option lacks its value.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import typer


class PlainCommands(Mapping[str, Any]):
    """The commands of a group, each with a plain help once it is loaded.

    Args:
        commands: the commands by name; each is loaded when it is asked for.
    """

    def __init__(self, commands: Mapping[str, Any]) -> None:
        self._commands = commands

    def __iter__(self) -> Iterator[str]:
        return iter(self._commands)

    def __len__(self) -> int:
        return len(self._commands)

    def __getitem__(self, name: str) -> Any:
        return with_plain_help(self._commands[name])


def with_plain_help(command: Any) -> Any:
    """Change the help of a command, and of all commands below it, and return the command.

    The lines of a paragraph are joined too, so that it is as wide as the terminal. Above each error
    in the arguments stands how the command is used.
    """
    context = typer.Context(command)
    for parameter in command.get_params(context):
        leave_out_type(parameter, context)
    if command.help:
        paragraphs = command.help.split("\n\n")
        command.help = "\n\n".join(" ".join(each.split()) for each in paragraphs)
    if hasattr(command, "commands"):
        command.commands = PlainCommands(command.commands)
    command.parse_args = _with_usage_in_errors(command.parse_args)
    return command


def _with_usage_in_errors(
    parse: Callable[[Any, list[str]], Any],
) -> Callable[[Any, list[str]], Any]:
    """Return a parser of arguments whose every error knows the context, and so how to print it."""

    def parse_args(context: Any, arguments: list[str]) -> Any:
        try:
            return parse(context, arguments)
        except Exception as error:
            fault: Any = error
            if getattr(fault, "ctx", context) is None:
                fault.ctx = context
            raise

    return parse_args


def leave_out_type(parameter: Any, context: typer.Context) -> None:
    """Leave out the type of a flag; of an option that may be repeated, name the type of one value.

    Args:
        parameter: the option or argument, which is changed.
        context: the context in which its help is printed.
    """
    if getattr(parameter, "is_flag", False):
        parameter.metavar = ""
    elif parameter.metavar is None and hasattr(parameter, "display_type_rich"):
        shown = parameter.display_type_rich(ctx=context)
        if getattr(parameter, "multiple", False):
            parameter.metavar = re.sub(r"list\[(.*)\]", r"\1", shown)
