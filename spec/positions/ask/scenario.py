"""What a question consists of: a page, a server, and how long to wait."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from ask.wire import Script, polite

Play = Callable[[Callable[[str], None], str], Awaitable[None]]


@dataclass(kw_only=True)
class Scenario:
    """One way to ask.

    Attributes:
        server: what the server does with each connection.
        page: what the page does at the start and in each event, as operations of page.js.
        url: the URL of the socket; ``{base}`` is host and port of the server, ``{other}`` the port
            of a second one that runs the same script.
        protocols: the subprotocols to ask for.
        js: a page of its own, as the body of an async function of ``note``, ``base``, ``sleep``
            and ``other``.
        py: the same for this implementation, where it can be.
        timed: the close event says when it came.
        patience: seconds after which the page is over.
        receive_buffer: the size of the server's receive buffer.
    """

    server: Script = polite
    page: dict[str, list[list[Any]]] = field(default_factory=dict)
    url: str = "ws://{base}/"
    protocols: tuple[str, ...] = ()
    js: str = ""
    py: Play | None = None
    timed: bool = False
    patience: float = 5.0
    receive_buffer: int | None = None


QUESTIONS: dict[str, Callable[[], Scenario]] = {}


def question(function: Callable[[], Scenario]) -> Callable[[], Scenario]:
    """Enter a question; its name is the function's with hyphens."""
    QUESTIONS[function.__name__.replace("_", "-")] = function
    return function


def without_ports(answer: dict[str, list[str]], port: int) -> dict[str, list[str]]:
    """Write the server's port, which is another one each time, as PORT."""
    return {
        part: [line.replace(f":{port}", ":PORT") for line in lines]
        for part, lines in answer.items()
    }
