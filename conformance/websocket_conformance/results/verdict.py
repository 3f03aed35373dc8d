"""The verdicts that any of the suites can give, and how they are shown."""

from enum import StrEnum


class Verdict(StrEnum):
    """What became of a case, from the best to the worst.

    The words are those of the suites. The last two say that there is nothing to judge.
    """

    OK = "OK"
    INFORMATIONAL = "INFORMATIONAL"
    EXPLAINED = "EXPLAINED"
    NON_STRICT = "NON-STRICT"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    UNCLEAN = "UNCLEAN"
    WRONG_CODE = "WRONG CODE"
    FAILED_BY_CLIENT = "FAILED BY CLIENT"
    FAILED = "FAILED"
    NO_RESULT = "NO RESULT"
    SKIPPED = "SKIPPED"

    @property
    def slug(self) -> str:
        """The verdict as a class name of a page."""
        return self.lower().replace(" ", "-")

    @property
    def rank(self) -> int:
        """Its place from the best to the worst."""
        return _ORDER[self]


_ORDER = {verdict: rank for rank, verdict in enumerate(Verdict)}

GLYPHS = {
    Verdict.OK: "✓",
    Verdict.INFORMATIONAL: "i",
    Verdict.EXPLAINED: "§",
    Verdict.NON_STRICT: "~",
    Verdict.UNIMPLEMENTED: "-",
    Verdict.UNCLEAN: "u",
    Verdict.WRONG_CODE: "#",
    Verdict.FAILED_BY_CLIENT: "✕",
    Verdict.FAILED: "✕",
    Verdict.NO_RESULT: "?",
    Verdict.SKIPPED: "·",
}
"""A sign for each verdict, so that it shows without its colour."""

MEANINGS = {
    Verdict.OK: "as it should be",
    Verdict.INFORMATIONAL: "the standard leaves this open; no such case can be better",
    Verdict.EXPLAINED: "not as the standard's text, for a reason that is written down",
    Verdict.NON_STRICT: "allowed, but not what the suite would like to see",
    Verdict.UNIMPLEMENTED: "what the case is about is not offered",
    Verdict.UNCLEAN: "the connection ended without a closing handshake",
    Verdict.WRONG_CODE: "closed, but with another code than expected",
    Verdict.FAILED_BY_CLIENT: "the client broke off",
    Verdict.FAILED: "not as the standard has it",
    Verdict.NO_RESULT: "played, but the suite has no report",
    Verdict.SKIPPED: "not played",
}


def verdict_of(word: object) -> Verdict:
    """The verdict that a suite's word stands for; an unknown word counts as failed."""
    try:
        return Verdict(str(word))
    except ValueError:
        return Verdict.FAILED
