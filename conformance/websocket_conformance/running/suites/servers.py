"""Play the embedded suite's cases with a server, even if it hangs or crashes.

If the server crashes or stops answering, the cases that were being played are played again, each
with a new server process. A case in which the server crashes or hangs again has failed; the others
are judged by this second play. A server that opens no connection three times in a row is given up.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.errors import AbsentError
from websocket_conformance.fuzzing import client
from websocket_conformance.fuzzing.config import ServerUnderTest
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.report import from_embedded
from websocket_conformance.running.serving import PresentServer, ServerTestee, present
from websocket_conformance.running.sitting import Table

JOBS = 8
"""How many cases are played with a server at a time by default."""

_LIVES_IN_VAIN = 3


class GivenUpError(Exception):
    """No more cases can be played with a server; the message says why."""


@dataclass
class ServerLife:
    """A server, from its start until it is lost or stopped.

    Attributes:
        server: the server.
        session: what the connections to it share.
        playing: the cases that are being played.
        results: the results of cases that were over when the server was found to be lost.
        fault: how the server was lost; empty as long as it is not lost.
        is_silent: whether the server was lost because it does not answer, not because it ended.
        lose: is called when the server is lost.
        has_opened: whether the server has opened a connection.
    """

    server: PresentServer
    session: client.Session
    playing: dict[str, Case] = field(default_factory=dict)
    results: dict[str, Played] = field(default_factory=dict)
    fault: str = ""
    is_silent: bool = False
    lose: Callable[[], object] = lambda: None
    has_opened: bool = False

    async def play(self, case: Case, *, is_alone: bool) -> Played | None:
        """Play a case, and return its result; None if the server was lost meanwhile.

        Args:
            case: the case.
            is_alone: whether no other case is played with this process of the server.
        """
        self.playing[case.number] = case
        result = await client.play_case(self.session, catalogue.places()[case.number], case)
        self.has_opened = self.has_opened or result.was_open
        self.results[case.number] = result
        if is_alone or not result.is_best:
            await self._look()
        if self.fault:
            self.lose()
            return None
        del self.playing[case.number], self.results[case.number]
        return result

    async def _look(self) -> None:
        """Find out whether the server still runs and answers."""
        ended = await self.server.fault()
        silent = None if ended else await self.server.silence()
        if not ended and self.server.has_ended:
            ended, silent = await self.server.fault(), None
        if not self.fault and (ended or silent):
            self.fault, self.is_silent = ended or silent or "", not ended


@dataclass
class Visit:
    """A run of cases with one server.

    Attributes:
        testee: the server.
        jobs: how many cases to play at a time.
        patience: how long the server may take to listen, in seconds.
        table: where the results go.
    """

    testee: ServerTestee
    jobs: int
    patience: float
    table: Table
    _has_listened: bool = False
    _lives_in_vain: int = 0

    async def play(self, chosen: Sequence[Case]) -> None:
        """Play cases until each has a result.

        Raises:
            AbsentError: the server does not come to listen the first time.
        """
        left = deque(chosen)
        try:
            while left:
                life = await self._live(left, self.jobs)
                if life.fault:
                    await self._play_apart(life)
        except GivenUpError as error:
            for case in chosen:
                if case.number not in self.table.results:
                    self.table.add(from_embedded.unplayed(case, str(error)))

    async def _play_apart(self, lost: ServerLife) -> None:
        """Play each case that was in play when the server was lost with its own server process.

        This finds the case that ends the server. If no single case does, the server ended because
        of the cases together, or does not answer while other connections are open. From then on, it
        gets one case at a time.
        """
        suspects, fault = list(lost.playing.values()), lost.fault
        numbers = ", ".join(case.number for case in suspects)
        self.table.observer.warn(
            f"{fault}. The cases in play, {numbers}, are now played again, each alone."
        )
        found = False
        for case in suspects:
            life = await self._live(deque([case]), 1)
            if life.fault:
                found = True
                result = from_embedded.result(life.results[case.number])
                self.table.add(replace(result, trouble=life.fault))
        if found:
            return
        if lost.is_silent:
            self.jobs = 1
            self.table.observer.warn(
                "The server answers in each of these cases alone; it now gets one case at a time."
            )
        else:
            trouble = f"{fault}, while {numbers} were played; with each of them alone it does not"
            for case in suspects:
                known = self.table.results[case.number]
                self.table.add(replace(known, trouble=trouble))

    async def _live(self, waiting: deque[Case], jobs: int) -> ServerLife:
        """Start a server and play cases with it, until it is lost or no case is left.

        Raises:
            GivenUpError: the server does not listen again, or several of its processes in a row
                have opened no connection.
            AbsentError: the server does not listen the first time.
        """
        try:
            async with present(self.testee, self.patience) as server:
                self._has_listened = True
                life = ServerLife(
                    server, client.Session(ServerUnderTest(server.address), {}, _ignore)
                )
                await self._play_until_lost(life, waiting, jobs)
        except AbsentError as error:
            if not self._has_listened:
                raise
            raise GivenUpError(str(error)) from error
        self.table.observer.playing(0, ())
        is_in_vain = life.fault and not life.has_opened
        self._lives_in_vain = self._lives_in_vain + 1 if is_in_vain else 0
        if self._lives_in_vain == _LIVES_IN_VAIN:
            raise GivenUpError(life.fault)
        return life

    async def _play_until_lost(self, life: ServerLife, waiting: deque[Case], jobs: int) -> None:
        is_alone = jobs == 1 and len(waiting) == 1

        async def lane() -> None:
            while waiting and not life.fault:
                result = await life.play(waiting.popleft(), is_alone=is_alone)
                if result is not None:
                    self.table.add(from_embedded.result(result))
                self.table.observer.playing(0, list(life.playing))

        lanes = [asyncio.create_task(lane()) for _ in range(min(jobs, len(waiting)))]
        everything = asyncio.gather(*lanes)
        life.lose = everything.cancel
        try:
            await everything
        except asyncio.CancelledError:
            this = asyncio.current_task()
            if not life.fault or (this is not None and this.cancelling()):
                raise
        finally:
            await asyncio.gather(*lanes, return_exceptions=True)


def _ignore(_: Played) -> None:
    """Ignore a result: the caller that plays the case gets it as a return value."""
