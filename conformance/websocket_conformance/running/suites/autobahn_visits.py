"""Play the real suite's cases with a server, some at a time, even if it hangs or crashes.

The suite's fuzzing client plays its cases one after the other, writes its reports when the last
case is over, and gives up if it cannot connect. It is therefore started for a few cases at a time.
If the server ends during a case, that case has failed, and the others are played with a new server.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from websocket_conformance.autobahn import catalogue, client
from websocket_conformance.autobahn.suites import DockerSuite, PythonSuite
from websocket_conformance.errors import AbsentError
from websocket_conformance.guardian import temporary_directory
from websocket_conformance.report.from_autobahn import result, unplayed
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running.serving import PresentServer, ServerTestee, present
from websocket_conformance.running.sitting import Table

_AT_A_TIME = 8
_LIVES_IN_VAIN = 3


@dataclass
class RealVisit:
    """Some cases, one after the other, with a server that is started for them.

    Attributes:
        number: the number of this lane.
        real: the source of the suite.
        testee: the server.
        patience: how long the server may take to listen, in seconds.
        table: where the results go.
    """

    number: int
    real: DockerSuite | PythonSuite
    testee: ServerTestee
    patience: float
    table: Table
    _has_listened: bool = False

    async def play(self, cases: Sequence[str]) -> None:
        """Play cases until each has a result.

        Raises:
            AbsentError: the server does not come to listen the first time.
        """
        in_vain, fault = 0, ""
        while left := self._without_result(cases):
            try:
                fault = await self._live(left)
            except AbsentError as error:
                if not self._has_listened:
                    raise
                fault, in_vain = str(error), _LIVES_IN_VAIN
            after = self._without_result(left)
            in_vain = in_vain + 1 if len(after) == len(left) else 0
            given_up = after if in_vain >= _LIVES_IN_VAIN else []
            for case in given_up:
                self.table.add(unplayed(case, fault))
        self.table.observer.playing(self.number, ())

    def _without_result(self, cases: Sequence[str]) -> list[str]:
        return [case for case in cases if case not in self.table.results]

    async def _live(self, cases: Sequence[str]) -> str:
        """Play cases with one process of the server; return how it was lost, or an empty text."""
        async with present(self.testee, self.patience) as server:
            self._has_listened = True
            for at in range(0, len(cases), _AT_A_TIME):
                some = cases[at : at + _AT_A_TIME]
                played = await self._visit(server, some)
                if fault := await server.fault():
                    if played:
                        self._blame(played[-1], fault)
                    return fault
                for case in self._without_result(some):
                    self.table.add(unplayed(case, "The fuzzing client has no report of this case"))
        return ""

    def _blame(self, case: str, fault: str) -> None:
        """Record that the server was lost in a case, and drop the reason of a good verdict."""
        known = self.table.results[case]
        why = "" if known.is_good else known.explanation
        lost = replace(known, behaviour=Verdict.FAILED, trouble=fault, explanation=why)
        self.table.add(lost)

    async def _visit(self, server: PresentServer, cases: Sequence[str]) -> list[str]:
        """Play some cases, alone if they do not go together, and return those that were played."""
        self.table.observer.playing(self.number, cases)
        url = f"{server.address.url}{server.address.resource}"
        real = replace(self.real, cases=tuple(cases))
        seconds = sum(map(catalogue.patience, cases))
        try:
            with temporary_directory("autobahn-") as directory:
                reports = await client.visit(real, directory, url, self.testee.name, seconds)
        except client.ClientLostError as error:
            if len(cases) > 1:
                return [case for each in cases for case in await self._visit(server, [each])]
            self.table.add(replace(unplayed(cases[0], str(error)), behaviour=Verdict.NO_RESULT))
            return []
        self.table.reports |= reports
        for report in reports.values():
            self.table.add(result(report))
        return [case for case in cases if case in reports]
