"""Let a testee play cases with a fuzzing server that is started for it."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from agreement.bench import Testee, numbers
from agreement.verdicts import NO_REPORT, Outcome
from websocket_conformance.autobahn.catalogue import expected_seconds
from websocket_conformance.autobahn.server import fuzzing_server
from websocket_conformance.autobahn.suites import RealSuite
from websocket_conformance.logged import run

_LEAST_SECONDS = 300.0
_SECONDS_A_CASE = 5.0
_TIMES_EXPECTED = 12.0


async def play(
    suite: RealSuite, testee: Testee, cases: Sequence[str], jobs: int
) -> dict[str, Outcome]:
    """Let a testee play cases.

    A testee that hangs is stopped; its outcomes so far count.

    Args:
        suite: the suite, which starts the server.
        testee: the testee.
        cases: the cases.
        jobs: how many cases to play at a time.

    Returns:
        An outcome for each case.

    Raises:
        MissingError: the server does not start.
        ControlError: the server does not write its reports.
    """
    with tempfile.TemporaryDirectory(prefix="agreement-") as name:
        directory = Path(name)
        async with fuzzing_server(suite, directory, testee.name) as server:
            command = testee.command(server.address, testee.name, numbers(cases), jobs)
            await _run(command, directory / "testee.log", patience(cases))
            reports = await server.reports()
    found = {str(report["id"]): Outcome.from_report(report) for report in reports}
    return {case: found.get(case, NO_REPORT) for case in cases}


def patience(cases: Sequence[str]) -> float:
    """Return how long a testee may take for all of these cases together, in seconds."""
    expected = sum(map(expected_seconds, cases)) * _TIMES_EXPECTED
    return max(_LEAST_SECONDS, expected + _SECONDS_A_CASE * len(cases))


async def _run(command: list[str], log: Path, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await run(command, log)
    except TimeoutError:
        pass
