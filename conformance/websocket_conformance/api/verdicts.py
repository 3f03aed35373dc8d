"""The results of scenarios with an implementation, and their verdicts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from websocket_conformance.api.scenario import Scenario
from websocket_conformance.results.verdict import Verdict

CANNOT = "(cannot "
"""The start of the line in a trace that names what the implementation cannot do."""


@dataclass(frozen=True)
class ScenarioResult:
    """The result of a scenario with an implementation.

    Attributes:
        scenario: the scenario.
        implementation: the implementation's name.
        trace: what the page saw.
        wire: what the server received.
        verdict: the verdict.
        reason: the position that explains a difference, why the scenario was skipped, what the
            implementation cannot do, or how it broke.
    """

    scenario: Scenario
    implementation: str
    trace: tuple[str, ...]
    wire: tuple[str, ...]
    verdict: Verdict
    reason: str = ""

    @property
    def seen(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What the page and the server saw, for comparison with another implementation.

        What a server receives is compared only if the standard determines it.
        """
        return self.trace, self.wire if self.scenario.wire is not None else ()


def judge(
    scenario: Scenario, implementation: str, trace: Sequence[str], wire: Sequence[str]
) -> ScenarioResult:
    """Compare a trace with the scenario's, then with the implementation's known differences."""
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
    """Return the result of a scenario during which the implementation broke."""
    return ScenarioResult(scenario, implementation, (), (), Verdict.FAILED, reason)


def skipped(scenario: Scenario, implementation: str, reason: str) -> ScenarioResult:
    """Return the result of a scenario that was not played."""
    return ScenarioResult(scenario, implementation, (), (), Verdict.SKIPPED, reason)


def fits(expected: Sequence[str] | None, actual: Sequence[str]) -> bool:
    """Return whether each line is as expected; ``*`` stands for any text, None for any lines."""
    return first_difference(expected, actual) is None


def first_difference(expected: Sequence[str] | None, actual: Sequence[str]) -> int | None:
    """Return the place of the first line that is not as expected; None if all are; see `fits`."""
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
