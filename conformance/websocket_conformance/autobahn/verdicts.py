"""What the suite can say of a case, and whether it could have said anything better."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from websocket_conformance.results.seen import Seen


class Verdict(StrEnum):
    """What became of a case, the suite's two verdicts (behaviour and closing) taken together.

    The values are the suite's own words, but for the last, which says that no word came.
    """

    OK = "OK"
    INFORMATIONAL = "INFORMATIONAL"
    NON_STRICT = "NON-STRICT"
    WRONG_CODE = "WRONG CODE"
    UNCLEAN = "UNCLEAN"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    FAILED = "FAILED"
    NO_RESULT = "NO RESULT"


INFORMATIONAL_CASES = frozenset({"7.1.6", "7.13.1", "7.13.2"})
"""The cases about which the suite never says more than that they are informational."""


def best(case: str) -> Verdict:
    """The best verdict that a case can have."""
    return Verdict.INFORMATIONAL if case in INFORMATIONAL_CASES else Verdict.OK


def verdict_of(word: object) -> Verdict:
    """The verdict that a word of the suite stands for; an unknown word counts as failed."""
    try:
        return Verdict(str(word))
    except ValueError:
        return Verdict.FAILED


@dataclass(frozen=True)
class Result:
    """All that is known of one case after a run.

    Attributes:
        case: the identifier, such as ``"6.4.1"``.
        report: the suite's own report of the case, empty if it made none.
        report_file: the name of the file in which the suite put it.
        seen: what the page saw, if its client lived to tell.
        note: what went wrong with the run of this case, empty if nothing did.
    """

    case: str
    report: dict[str, Any] = field(default_factory=dict)
    report_file: str = ""
    seen: Seen | None = None
    note: str = ""

    @property
    def behavior(self) -> Verdict:
        """What the suite says of the messages."""
        if not self.report:
            return Verdict.NO_RESULT
        return verdict_of(self.report.get("behavior"))

    @property
    def closing(self) -> Verdict:
        """What the suite says of how the connection ended."""
        if not self.report:
            return Verdict.NO_RESULT
        return verdict_of(self.report.get("behaviorClose"))

    @property
    def verdict(self) -> Verdict:
        """The behaviour's verdict where it falls short, else the closing's.

        A case whose run went wrong has failed, however well the suite thinks of it.
        """
        verdict = self.closing if self.behavior is best(self.case) else self.behavior
        return Verdict.FAILED if self.note and verdict is best(self.case) else verdict

    @property
    def is_best(self) -> bool:
        """Whether nothing better could have come out, in behaviour and closing."""
        return self.verdict is best(self.case)

    @property
    def explanation(self) -> str:
        """Why the verdict is as it is, in the suite's words or the run's."""
        if self.note:
            return self.note
        about = "result" if self.behavior is not best(self.case) else "resultClose"
        return str(self.report.get(about, ""))

    @property
    def seconds(self) -> float:
        """How long the case took, in seconds."""
        return int(self.report.get("duration", 0)) / 1000
