"""Plays scenarios in one lane, and adds lanes while all existing lanes wait.

A page whose socket is never closed waits until its deadline. Meanwhile a second player plays the
other scenarios, in a separate process, so that a page sees only its own uncaught exceptions. If all
players wait, the number of players is doubled.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from websocket_conformance.api import implementations
from websocket_conformance.api.implementations import Bounds, PagePlayer
from websocket_conformance.api.scenario import Scenario
from websocket_conformance.api.server import Server
from websocket_conformance.api.verdicts import ScenarioResult, broken, skipped
from websocket_conformance.errors import BrokenError, MissingError, UsageError

LOOK = 0.5
"""The seconds without a result after which lanes are added."""

_STARTS_IN_VAIN = 2
"""The number of failed starts in a row after which no more players are started."""

PlayScenario = Callable[[Scenario, PagePlayer, Server], Awaitable[ScenarioResult]]


class Lanes:
    """Plays scenarios with an implementation.

    Args:
        name: the implementation.
        scenarios: the scenarios; they are begun in this order.
        play: plays one scenario.
        have: is called with each result, as soon as there is one.
        bounds: the limits for the implementation.

    Attributes:
        label: the implementation's name and version; only the name until a player has started.
        results: the results up to now, by the scenario's place.
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
        """Play the scenarios; if the implementation is not installed, all are SKIPPED.

        A scenario is FAILED if its player breaks, or if no player can be started for it. After
        several failed starts in a row, all remaining scenarios are FAILED.

        Raises:
            UsageError: the command of the implementation cannot be started even once.
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
        """Handle a player that cannot be started; if there are other lanes, they go on alone."""
        if not isinstance(error, MissingError | UsageError | BrokenError):
            raise error
        if not is_alone:
            return
        if isinstance(error, UsageError) and not self.results:
            raise error
        self._in_vain = self._in_vain + 1 if len(self.results) == self._results_before else 0
        is_missing = isinstance(error, MissingError) and not self.results
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
        """Play scenarios until one breaks the player, or all have been played."""
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
