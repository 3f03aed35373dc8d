"""Asks this implementation the same questions."""

import asyncio
from collections.abc import Iterable, Iterator

from ask.page import play
from ask.scenario import QUESTIONS, without_ports
from ask.wire import PATIENCE, Server


def ask(names: Iterable[str]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Ask the questions one after the other; give each answer: what page and wire saw."""
    for name in names:
        scenario = QUESTIONS[name]()
        server = Server(scenario.server, scenario.receive_buffer, max(PATIENCE, scenario.patience))
        other = Server(scenario.server)
        trace = asyncio.run(play(scenario, server.port, other.port))
        answer = {"page": trace, "wire": server.end() + other.end()}
        yield name, without_ports(answer, server.port)
