"""What became of a scenario with an implementation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from websocket_conformance.api.scenario import Scenario
from websocket_conformance.results.verdict import Verdict

CANNOT = "(cannot "
"""How the line of a trace begins that says what the implementation has no way to do."""


@dataclass(frozen=True)
class ScenarioResult:
    """A scenario as an implementation played it.

    Attributes:
        scenario: the scenario.
        implementation: the implementation's name.
        trace: what the page saw.
        wire: what the server got.
        verdict: what that amounts to.
        reason: the position that explains it, why it was skipped, or what became of the
            implementation that played it.
    """

    scenario: Scenario
    implementation: str
    trace: tuple[str, ...]
    wire: tuple[str, ...]
    verdict: Verdict
    reason: str = ""

    @property
    def seen(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What page and server saw, to compare with another implementation's.

        What a server receives is compared only if the standard determines it.
        """
        return self.trace, self.wire if self.scenario.wire is not None else ()


def judge(
    scenario: Scenario, implementation: str, trace: Sequence[str], wire: Sequence[str]
) -> ScenarioResult:
    """Compare a trace with the standard's, then with the implementation's known differences."""
    verdict, reason = Verdict.FAILED, ""
    if cannot := next((line for line in trace if line.startswith(CANNOT)), ""):
        verdict, reason = Verdict.UNIMPLEMENTED, f"It cannot {cannot.removeprefix(CANNOT)[:-1]}."
    elif fits(scenario.expect, trace) and fits(scenario.wire, wire):
        verdict = Verdict.OK
    else:
        for known in scenario.differences_of(implementation):
            expect = scenario.expect if known.trace is None else known.trace
            expect_wire = scenario.wire if known.wire is None else known.wire
            if fits(expect, trace) and fits(expect_wire, wire):
                verdict, reason = Verdict.EXPLAINED, known.position
                break
    return ScenarioResult(scenario, implementation, tuple(trace), tuple(wire), verdict, reason)


def broken(scenario: Scenario, implementation: str, reason: str) -> ScenarioResult:
    """The result of a scenario that the implementation did not survive."""
    return ScenarioResult(scenario, implementation, (), (), Verdict.FAILED, reason)


def skipped(scenario: Scenario, implementation: str, reason: str) -> ScenarioResult:
    """The result of a scenario that was not played."""
    return ScenarioResult(scenario, implementation, (), (), Verdict.SKIPPED, reason)


def fits(expected: Sequence[str] | None, actual: Sequence[str]) -> bool:
    """Tell whether each line is as expected; ``*`` stands for any text, None for any lines."""
    return first_difference(expected, actual) is None


def first_difference(expected: Sequence[str] | None, actual: Sequence[str]) -> int | None:
    """The place of the first line that is not as expected; None if all are, see `fits`."""
    if expected is None:
        return None
    pairs = enumerate(zip(expected, actual, strict=False))
    differing = (at for at, pair in pairs if not _line_fits(*pair))
    shorter = min(len(expected), len(actual))
    at = next(differing, shorter)
    return at if at < max(len(expected), len(actual)) else None


def _line_fits(expected: str, actual: str) -> bool:
    if "*" not in expected:
        return expected == actual
    pattern = re.escape(expected).replace(r"\*", ".*")
    return re.fullmatch(pattern, actual, re.DOTALL) is not None
