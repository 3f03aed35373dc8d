"""``whatwg-websockets conformance differential``."""

from typing import Annotated

import typer
from rich.console import Console

from websocket_conformance.api import differential as comparing


def differential(
    implementation: Annotated[
        list[str],
        typer.Option(help="chromium, node, undici, ws, or a command; repeat it for several."),
    ] = [*comparing.DEFAULT],  # noqa: B006
    scenarios: Annotated[
        list[str], typer.Option(help="Scenarios such as close-twice or 'close-*'; repeat it.")
    ] = [],  # noqa: B006
) -> None:
    """Play the scenarios at the API with this implementation and with a browser, and compare.

    Ends with 0 if they agree or every difference has a written position, 1 if one has not,
    2 for a wrong option, 3 if there is no browser, 130 if interrupted.
    """
    try:
        chosen = comparing.select(scenarios)
    except comparing.NoSuchScenarioError as error:
        raise typer.BadParameter(str(error), param_hint="--scenarios") from error
    console = Console(highlight=False, soft_wrap=True)
    raise typer.Exit(comparing.execute(implementation, chosen, console))
