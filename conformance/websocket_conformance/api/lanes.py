"""Plays scenarios in one lane, and in more where it waits.

A page that never hears of the end waits for its whole deadline, and does nothing meanwhile. Then
a second player goes on with the other scenarios, in a process of its own, so that none hears of
another's exceptions; where those wait as well, as many again do.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from websocket_conformance.api import implementations
from websocket_conformance.api.implementations import Bounds, PagePlayer
from websocket_conformance.api.scenario import Scenario
from websocket_conformance.api.server import Server
from websocket_conformance.api.verdicts import ScenarioResult, broken, skipped
from websocket_conformance.errors import BrokenError, MissingError

LOOK = 0.5
"""How long no scenario is over before there are more lanes, in seconds."""

_STARTS_IN_VAIN = 2
"""How often in a row no player may be started before all is given up."""

PlayScenario = Callable[[Scenario, PagePlayer, Server], Awaitable[ScenarioResult]]


class Lanes:
    """Plays scenarios with an implementation.

    Args:
        name: the implementation.
        scenarios: the scenarios; they are begun in this order.
        play: plays one.
        have: gets each result as soon as it is there.
        bounds: how far the implementation may go.

    Attributes:
        label: the implementation's name and version, once it has said so.
        results: what has come out, by the scenario's place.
    """

    def __init__(
        self,
        name: str,
        scenarios: Sequence[Scenario],
        play: PlayScenario,
        have: Callable[[ScenarioResult], None],
        bounds: Bounds,
    ) -> None:
        self.label = name
        self.results: dict[int, ScenarioResult] = {}
        self._name = name
        self._waiting = deque(enumerate(scenarios))
        self._play = play
        self._have = have
        self._bounds = bounds
        self._busy = 0
        self._in_vain = 0
        self._results_before = 0

    async def play_all(self, server: Server) -> None:
        """Play them; where the implementation is not on this machine, all are SKIPPED.

        A scenario that a player does not survive is FAILED, and so is one that none can be started
        for; where that is so some times in a row, all that are left are.
        """
        most = self._bounds.players_of(self._name)
        lanes = {asyncio.create_task(self._lane(server))}
        try:
            while lanes:
                before = len(self.results)
                done, lanes = await asyncio.wait(lanes, timeout=LOOK)
                for error in filter(None, [each.exception() for each in done]):
                    most = max(len(lanes), 1)
                    self._cannot_start(error, is_alone=not lanes)
                is_stuck = len(self.results) == before and self._busy == len(lanes)
                more = min(len(lanes) if is_stuck else not lanes, most - len(lanes))
                for _ in range(min(more, len(self._waiting))):
                    lanes.add(asyncio.create_task(self._lane(server)))
        finally:
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)

    def _cannot_start(self, error: BaseException, *, is_alone: bool) -> None:
        """A lane cannot start a player; if there are others, they go on without it."""
        if not isinstance(error, MissingError):
            raise error
        if not is_alone:
            return
        self._in_vain = self._in_vain + 1 if len(self.results) == self._results_before else 0
        is_missing = not self.results
        is_over = is_missing or self._in_vain == _STARTS_IN_VAIN
        for _ in range(len(self._waiting) if is_over else min(1, len(self._waiting))):
            place, scenario = self._waiting.popleft()
            lose = skipped if is_missing else broken
            self._add(place, lose(scenario, self._name, str(error)))
        self._results_before = len(self.results)

    async def _lane(self, server: Server) -> None:
        while self._waiting:
            patience = self._bounds.patience
            async with implementations.start(self._name, server, patience) as player:
                self.label = player.label
                await self._until_broken(player, server)

    async def _until_broken(self, player: PagePlayer, server: Server) -> None:
        """Play scenarios, to the first that the player does not survive."""
        while self._waiting:
            place, scenario = self._waiting.popleft()
            self._busy += 1
            try:
                self._add(place, await self._play(scenario, player, server))
            except BrokenError as error:
                self._add(place, broken(scenario, self._name, str(error)))
                return
            finally:
                self._busy -= 1

    def _add(self, place: int, result: ScenarioResult) -> None:
        self.results[place] = result
        self._have(result)
