"""The verdicts that any of the suites can give, and how they are shown."""

from enum import StrEnum


class Verdict(StrEnum):
    """The verdicts on a case, from the best to the worst.

    The words are those of the suites. The last two mean that there is nothing to judge.
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
        """The place of the verdict, from the best to the worst."""
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
    Verdict.OK: "as the standard requires",
    Verdict.INFORMATIONAL: "the standard leaves this open; the case cannot have a better verdict",
    Verdict.EXPLAINED: "not what the standard says, for a reason that is written down",
    Verdict.NON_STRICT: "allowed, but not what the suite recommends",
    Verdict.UNIMPLEMENTED: "the implementation does not offer what the case tests",
    Verdict.UNCLEAN: "the connection ended without a closing handshake",
    Verdict.WRONG_CODE: "closed with another code than expected",
    Verdict.FAILED_BY_CLIENT: "the server left it to the client, the judge, to close TCP",
    Verdict.FAILED: "not what the standard requires",
    Verdict.NO_RESULT: "played, but the suite wrote no report",
    Verdict.SKIPPED: "not played",
}


def verdict_of(word: object) -> Verdict:
    """Return the verdict that a suite's word stands for; an unknown word means FAILED."""
    try:
        return Verdict(str(word))
    except ValueError:
        return Verdict.FAILED
