"""One fuzzing server of the suite, in a process of its own."""

import asyncio
import json
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from websocket_conformance.autobahn.catalogue import CASES
from websocket_conformance.autobahn.control import ControlError, ask
from websocket_conformance.autobahn.suites import HOST, RealSuite, python2_environ
from websocket_conformance.errors import MissingError
from websocket_conformance.logged import Child, last_lines, serving
from websocket_conformance.results.verdict import Verdict, verdict_of

START_SECONDS = 120.0
VERDICT_SECONDS = 30.0
REPORT_SECONDS = 120.0
_READY_POLL = 0.05
_ATTEMPTS = 3


@dataclass
class FuzzingServer:
    """A server that plays any case of the suite with its clients; see `fuzzing_server`.

    Attributes:
        child: its process.
        port: the port that it serves.
        agent: the name of the client, under which the server files the results.
        fetch: copies the server's reports to their directory.
        directory: the directory of the server's reports.
        cases: how many cases the server must have.
    """

    child: Child
    port: int
    agent: str
    fetch: Callable[[], Awaitable[None]]
    directory: Path
    cases: int

    async def ready(self) -> bool:
        """Wait until the server answers.

        Returns:
            False if the server ended instead, as happens if its port is in use.

        Raises:
            MissingError: the server does not answer, or has an unexpected number of cases.
        """
        try:
            async with asyncio.timeout(START_SECONDS):
                count = await self._case_count()
        except TimeoutError as error:
            words = last_lines(self.child.log)
            raise MissingError(f"The fuzzing server does not answer.\n{words}") from error
        if count not in (None, self.cases):
            raise MissingError(f"The fuzzing server has {count} cases, not {self.cases}.")
        return count is not None

    async def _case_count(self) -> int | None:
        while not self.child.has_ended:
            with suppress(ControlError):
                return int(await ask(HOST, self.port, "/getCaseCount") or 0)
            await asyncio.sleep(_READY_POLL)
        return None

    @property
    def address(self) -> str:
        """The URL of the server itself."""
        return f"ws://{HOST}:{self.port}"

    async def verdict(self, case: str) -> Verdict:
        """Return the server's verdict on the messages of a case that the client has just left.

        The server waits for the end of the case, so it needs a client that connected.

        Raises:
            ControlError: the server has ended.
        """
        path = self._path("/getCaseStatus", casetuple=case)
        try:
            async with asyncio.timeout(VERDICT_SECONDS):
                status = await ask(HOST, self.port, path)
        except TimeoutError:
            return Verdict.NO_RESULT
        return verdict_of(json.loads(status)["behavior"]) if status else Verdict.NO_RESULT

    async def reports(self) -> list[dict[str, Any]]:
        """Return the suite's own report of each case played so far.

        Raises:
            ControlError: the server does not write the reports.
        """
        try:
            async with asyncio.timeout(REPORT_SECONDS):
                await ask(HOST, self.port, self._path("/updateReports"))
                await self.fetch()
        except TimeoutError as error:
            raise ControlError("The fuzzing server does not write its reports") from error
        return read_reports(self.directory)

    @property
    def lost(self) -> str:
        """How the server ended, with the end of its log; empty while it runs."""
        ending = self.child.ending
        return f"The fuzzing server {ending}" if ending else ""

    def _path(self, path: str, **query: str) -> str:
        return f"{path}?{urlencode({**query, 'agent': self.agent})}"


def read_reports(directory: Path) -> list[dict[str, Any]]:
    """Read the suite's own reports of the cases that were played, in the order of their files."""
    return [json.loads(file.read_bytes()) for file in sorted(directory.glob("*_case_*.json"))]


@asynccontextmanager
async def fuzzing_server(
    suite: RealSuite, directory: Path, agent: str, cases: int = len(CASES)
) -> AsyncIterator[FuzzingServer]:
    """Run a fuzzing server for as long as the context lasts.

    Args:
        suite: where the server comes from.
        directory: an empty directory for its log and its reports.
        agent: the name of the client, under which the server files the results.
        cases: how many cases the suite has.

    Raises:
        MissingError: the server does not start.
    """
    for attempt in range(_ATTEMPTS):
        name = f"whatwg-websockets-{secrets.token_hex(6)}"
        log, reports = directory / f"server-{attempt}.log", directory / "reports"
        port = _free_port()
        command = suite.command(name, port, reports)
        try:
            async with serving(command, log, environ=python2_environ()) as child:
                fetch = partial(suite.fetch, name, reports, log)
                server = FuzzingServer(child, port, agent, fetch, reports, cases)
                if await server.ready():
                    yield server
                    return
        finally:
            await suite.clean(name, log)
    raise MissingError(f"The fuzzing server ends at once.\n{last_lines(log)}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
