"""The loop over the cases, which the drivers in Python share."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from websocket_conformance.autobahn.catalogue import CASES
from websocket_conformance.autobahn.control import ControlError, ask
from websocket_conformance.results.seen import Seen

CASE_SECONDS = 600.0
"""How long a case may take, in seconds; longer than any server waits."""

PROTOCOLS = "protocols"
"""The parameter of a URL's query that lists the subprotocols to request, separated by commas."""

Echo = Callable[[str], Awaitable[object]]
"""Connects to a URL and sends each message back unchanged, until the connection has ended.

It requests the subprotocols that `protocols` finds in the URL. It may return a `Seen`.
"""

Infos = dict[int, dict[str, Any]]
"""What the fuzzing server says about each case, by the case's number."""


@dataclass(frozen=True)
class Task:
    """What a driver has to do.

    Attributes:
        url: the fuzzing server, such as ``"ws://127.0.0.1:9001"``.
        agent: the name under which the server files the results.
        cases: the numbers of the cases, from 1; empty for all of them.
        jobs: how many cases to play at a time.
        loop: the event loop to run on, ``"asyncio"`` or the module of another.
    """

    url: str
    agent: str
    cases: tuple[int, ...] = ()
    jobs: int = 1
    loop: str = "asyncio"

    @classmethod
    def from_arguments(cls, arguments: list[str]) -> "Task":
        """Read the command line: URL, agent, cases, jobs and loop; the loop may be left out."""
        url, agent, cases, jobs, loop = [*arguments, "", "", ""][:5]
        return cls(url.rstrip("/"), agent, tuple(numbers(cases)), int(jobs or 1), loop or "asyncio")

    def path(self, path: str, **query: object) -> str:
        """Return a path of the server, with the agent in its query."""
        return f"{path}?{urlencode({**query, 'agent': self.agent})}"

    async def ask(self, path: str) -> str | None:
        """Request a path, and return what the server answers."""
        parts = urlsplit(self.url)
        return await ask(parts.hostname or "", parts.port or 80, path)


def numbers(text: str) -> Iterator[int]:
    """Yield the numbers in a text such as ``"1-16,20"``."""
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def protocols(url: str) -> list[str]:
    """Return the subprotocols that a client has to request to play the case at a URL."""
    values = parse_qs(urlsplit(url).query).get(PROTOCOLS, [])
    return values[0].split(",") if values else []


def main(echo: Echo) -> None:
    """Play the cases that the command line names."""
    task = Task.from_arguments(sys.argv[1:])
    factory = None if task.loop == "asyncio" else import_module(task.loop).new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(drive(echo, task))


async def drive(echo: Echo, task: Task) -> None:
    """Play the cases, and make the server write its reports."""
    count = 0 if task.cases else int(await task.ask("/getCaseCount") or 0)
    infos = await _infos(task) if count not in (0, len(CASES)) else {}
    waiting = iter(task.cases or range(1, count + 1))
    await asyncio.gather(*[_play(echo, task, waiting, infos) for _ in range(task.jobs)])
    await task.ask(task.path("/updateReports"))


async def _infos(task: Task) -> Infos:
    """Ask the server about its cases; Autobahn's server cannot answer, so return nothing then."""
    try:
        infos = json.loads(await task.ask("/getCaseInfo") or "[]")
    except ControlError:
        return {}
    return dict(enumerate(infos, 1))


async def _play(echo: Echo, task: Task, waiting: Iterator[int], infos: Infos) -> None:
    for number in waiting:
        try:
            info = infos.get(number, {})
            names = info.get("protocols", [])
            query = {PROTOCOLS: ",".join(names)} if names else {}
            async with asyncio.timeout(CASE_SECONDS):
                seen = await echo(task.url + task.path("/runCase", case=number, **query))
            if info.get("closeEvent") and isinstance(seen, Seen):
                await task.ask(_close_event(task, number, seen))
        except Exception as error:
            print(f"case {number}: {error!r}", file=sys.stderr)


def _close_event(task: Task, number: int, seen: Seen) -> str:
    clean = "true" if seen.clean else "false"
    return task.path("/closeEvent", case=number, code=seen.code, wasClean=clean)
