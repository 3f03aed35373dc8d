"""One server for all scenarios: the path of the URL selects the scenario.

At ``ws://127.0.0.1:PORT/close-twice`` the server plays its part of the scenario ``close-twice``. A
path with the number of a run, ``/close-twice/17``, adds what is received to that run's log. Under
``/-/`` are the resources that pages need.
"""

import asyncio
import itertools
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self

from websocket_conformance.api.page import OVER
from websocket_conformance.api.peer import LONGEST_HEAD, Gone, Peer
from websocket_conformance.api.scenario import Scenario
from websocket_conformance.api.script import DEADLINE, RunState, play

HOST = "127.0.0.1"
GRACE = 10.0
TELL, HEAR = "tell", "hear"
"""The paths after ``/-/`` at which a page sends the server a word, or waits for a word."""
_MOST_DIGITS = 8
"""The largest number of digits in the length of a request's body."""


class Answer(NamedTuple):
    """The response to a page's request for a resource."""

    kind: str
    body: str
    fields: Mapping[str, str] = {}


Resource = Callable[[str, str], Awaitable[Answer | None]]
"""Takes the path after ``/-/`` and the request's body, and returns the answer; None for a 404."""


class ScenarioRun:
    """One run of a scenario.

    Attributes:
        scenario: the scenario.
        path: the path of its URL.
    """

    def __init__(self, scenario: Scenario, number: int) -> None:
        self.scenario = scenario
        self.path = f"{scenario.id}/{number}"
        self.place = RunState()
        self.log: list[str] = []
        self.connections: list[asyncio.Task[None]] = []

    async def wire(self) -> list[str]:
        """Wait for the end of the server's part, and return the log of what the server received."""
        if self.connections:
            _, late = await asyncio.wait(self.connections, timeout=GRACE)
            for task in late:
                task.cancel()
        return list(self.log)


class Server:
    """The server of scenarios, used as ``async with Server(scenarios) as server:``."""

    def __init__(self, scenarios: Iterable[Scenario]) -> None:
        self._scenarios = {scenario.id: scenario for scenario in scenarios}
        self._runs: dict[str, ScenarioRun] = {}
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed_port = socket.socket()
        self._servers: list[asyncio.Server] = []
        self.resource: Resource | None = None
        self.host = ""
        self.elsewhere = ""

    async def __aenter__(self) -> Self:
        self._servers = [
            await asyncio.start_server(self._accepted, HOST, 0, limit=LONGEST_HEAD)
            for _ in range(2)
        ]
        self.host, self.elsewhere = (
            f"{HOST}:{each.sockets[0].getsockname()[1]}" for each in self._servers
        )
        # The port is bound so that no other program can listen on it; connections are refused.
        self._closed_port.bind((HOST, 0))
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for each in self._servers:
            each.close()
        self._closed_port.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for each in self._servers:
            await each.wait_closed()

    def begin(self, scenario: Scenario) -> ScenarioRun:
        """Begin a run of a scenario."""
        run = ScenarioRun(scenario, next(self._numbers))
        self._runs[run.path] = run
        return run

    def names(self, run: ScenarioRun) -> dict[str, str]:
        """Return a run's values for the names in braces in arguments and traces."""
        return {
            "url": f"ws://{self.host}/{run.path}",
            "host": self.host,
            "port": self.host.rpartition(":")[2],
            "path": run.path,
            "elsewhere": self.elsewhere,
            "refused": f"{HOST}:{self._closed_port.getsockname()[1]}",
        }

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection in a task; close it even if the task is cancelled before it begins."""

        def over(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            writer.close()

        task = asyncio.ensure_future(self._connected(Peer(reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(over)

    async def _connected(self, peer: Peer) -> None:
        with suppress(Gone, OSError, EOFError, asyncio.CancelledError):
            async with asyncio.timeout(DEADLINE):
                await peer.read_request()
            await self._serve(peer)

    async def _serve(self, peer: Peer) -> None:
        path = peer.target.partition("?")[0].strip("/")
        if path.startswith("-/"):
            await self._answer(peer, path.removeprefix("-/"))
            return
        run = self._runs.get(path)
        if run is None and (scenario := self._scenarios.get(path.partition("/")[0])):
            run = self.begin(scenario)
        if run is None:
            peer.respond("HTTP/1.1 404 Not Found", {"Content-Length": "0"})
            return
        number = run.place.enter(peer)
        peer.log = run.log
        peer.prefix = f"{number}: " if number > 1 else ""
        script = run.scenario.server_of(number)
        playing = asyncio.ensure_future(play(script, peer, run.place))
        run.connections.append(playing)
        await playing

    async def _answer(self, peer: Peer, name: str) -> None:
        length = peer.field("Content-Length") or "0"
        if not length.isdecimal() or len(length) > _MOST_DIGITS:
            raise Gone
        body = await peer.reader.readexactly(int(length))
        answer = await self._resource(name, body.decode(errors="replace"))
        if answer is None:
            peer.respond("HTTP/1.1 404 Not Found", {"Content-Length": "0"})
            return
        data = answer.body.encode()
        kind = f"{answer.kind}; charset=utf-8"
        peer.respond(
            "HTTP/1.1 200 OK",
            {
                "Content-Type": kind,
                "Content-Length": str(len(data)),
                "Connection": "close",
                **answer.fields,
            },
        )
        peer.write(data)
        await peer.writer.drain()

    async def _resource(self, name: str, body: str) -> Answer | None:
        kind, _, rest = name.partition("/")
        if kind in (TELL, HEAR):
            path, _, word = rest.rpartition("/")
            run = self._runs.get(path)
            if run is None:
                return None
            if kind == HEAR:
                await run.place.words.told(word)
                return Answer("text/plain", "")
            run.place.words.tell(word)
            if word == OVER:
                await run.wire()
            return Answer("text/plain", "")
        return await self.resource(name, body) if self.resource else None
