"""Plays the embedded suite's cases with a server, whatever it does instead.

Where the server crashes, or answers no more, the cases that were in play are played once more, each
with a server that was started anew: the one that does it again has failed, and the others are
judged by what they do alone. A server that three times in a row opens no connection is given up.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.errors import MissingError
from websocket_conformance.fuzzing import client
from websocket_conformance.fuzzing.config import ServerUnderTest
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.report import from_embedded
from websocket_conformance.running.serving import (
    AbsentError,
    PresentServer,
    ServerTestee,
    present,
)
from websocket_conformance.running.sitting import Table

JOBS = 8
"""How many cases are played with a server at a time, unless something else is asked for."""

_LIVES_IN_VAIN = 3


class GivenUpError(Exception):
    """Nothing more can be played with a server; the message says why."""


@dataclass
class ServerLife:
    """One life of a server.

    Attributes:
        server: the server.
        session: what the connections to it share.
        playing: the cases that are being played.
        results: what came of cases that were over when the server was found to be lost.
        fault: how it was lost; empty as long as it is not.
        is_silent: whether it was lost by not answering, and not by its end.
        lose: is called when it is.
        has_opened: whether it has opened a connection.
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
        """Play a case; None if the server was lost meanwhile.

        Args:
            case: the case.
            is_alone: whether no other is played with this life of the server.
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
        """Find out whether the server is still there, and answers."""
        ended = await self.server.fault()
        silent = None if ended else await self.server.silence()
        if not ended and self.server.has_ended:
            ended, silent = await self.server.fault(), None
        if not self.fault and (ended or silent):
            self.fault, self.is_silent = ended or silent or "", not ended


@dataclass
class Visit:
    """Cases, played with one server.

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
            MissingError: the server does not come to listen the first time.
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
        """Play each case in which a server was lost in a life of its own, to find out which it was.

        If no case ended it, it ended because of all of them together, or does not answer while
        other connections are open, and gets one case at a time from then on.
        """
        suspects, fault = list(lost.playing.values()), lost.fault
        numbers = ", ".join(case.number for case in suspects)
        self.table.observer.warn(
            f"{fault}. What was being played, {numbers}, is now played again, each case alone."
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
            self.table.observer.warn("It answers each of them alone: one at a time from now on.")
        else:
            trouble = f"{fault}, while {numbers} were played; with each of them alone it does not"
            for case in suspects:
                known = self.table.results[case.number]
                self.table.add(replace(known, trouble=trouble))

    async def _live(self, waiting: deque[Case], jobs: int) -> ServerLife:
        """Play cases with a server that is started for them, until it is lost or none waits.

        Raises:
            GivenUpError: it does not come to listen again, or has opened no connection in some
                lives in a row.
            MissingError: it does not come to listen the first time.
        """
        try:
            async with present(self.testee, self.patience) as server:
                self._has_listened = True
                life = ServerLife(
                    server, client.Session(ServerUnderTest(server.address), {}, _ignore)
                )
                await self._play_until_lost(life, waiting, jobs)
        except AbsentError as error:
            if self._has_listened:
                raise GivenUpError(str(error)) from error
            raise MissingError(str(error)) from error
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
    """What comes of a case is given back to who plays it, and told nobody else."""
