"""Commands that refuse an option with an empty value.

A variable of a shell or of a workflow that is not set leaves such an option behind. If it counted
as left out, the run would test something else than the user means, or write somewhere else.
"""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand


class StrictCommand(TyperCommand):
    """A command in which no option and no argument may be empty."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command line.

        Raises:
            typer.BadParameter: a value is empty.
        """
        given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        parameters: list[Any] = [*self.get_params(ctx)]
        for parameter in parameters:
            value = given.get(parameter.name)
            if value == "" or (isinstance(value, list | tuple) and "" in value):
                raise typer.BadParameter(
                    "the value is empty; if it is that of a variable, the variable is not set",
                    ctx=ctx,
                    param=parameter,
                )
        return super().parse_args(ctx, args)


def alone(function: Callable[..., None]) -> typer.Typer:
    """Return a program with a single command, which has the name of the function."""
    program = typer.Typer(add_completion=False)
    program.command(function.__name__, cls=StrictCommand)(function)
    return program
