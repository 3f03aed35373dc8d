"""The result of one case: the verdicts, their reason, and the conversation."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from websocket_conformance.results.verdict import Verdict

ENTRIES_AT_START = 30
ENTRIES_AT_END = 12
"""How many entries of a long conversation are kept at each end."""


class Who(StrEnum):
    """Who caused an entry."""

    JUDGE = "judge"
    PEER = "peer"


class Kind(StrEnum):
    """The kind of an entry."""

    HANDSHAKE = "handshake"
    FRAME = "frame"
    BYTES = "bytes"
    EVENT = "event"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a conversation.

    Attributes:
        who: who sent or noted it.
        kind: its kind.
        head: a frame's fields, a number of bytes, an event's name, or the note.
        payload: its contents; text in quotes, bytes in hexadecimal, shortened if long.
        time: its time in seconds from the beginning of the case; None if unknown.
    """

    who: Who
    kind: Kind
    head: str
    payload: str = ""
    time: float | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The conversation in a case: its beginning and, if it was long, its end.

    Attributes:
        start: the entries from the beginning on.
        left_out: how many entries are not kept.
        end: the last entries, if entries were left out.
    """

    start: tuple[Entry, ...] = ()
    left_out: int = 0
    end: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Transcript":
        """Make a conversation of some entries; a long one is shortened."""
        every = tuple(entries)
        left_out = len(every) - ENTRIES_AT_START - ENTRIES_AT_END
        if left_out <= 1:
            return cls(every)
        return cls(every[:ENTRIES_AT_START], left_out, every[-ENTRIES_AT_END:])


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the implementation's process did after a case that was over; no verdict depends on it.

    Attributes:
        what: what it did, such as ``"ended with status 7 after the case"``.
        words: its output in short; empty without output.
    """

    what: str
    words: str = ""

    def __str__(self) -> str:
        return "; ".join(filter(None, (f"The command {self.what}", self.words)))


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one case.

    Attributes:
        case: its number, such as ``"6.4.1"``, or its name.
        section: the id of its section.
        title: what the judge does, in a sentence.
        expectation: what a good implementation does.
        source: the section of a standard that says so, as text.
        link: the same section as a URL; empty if there is no URL.
        behaviour: the verdict on the behaviour.
        closing: the verdict on how the connection ended; None if the suite does not judge it.
        best: the best verdict on its behaviour that the case can have.
        explanation: the reason of the verdicts.
        trouble: what went wrong while the case was played, such as a process that ended.
        deeds: what the implementation did in a case that falls short: its last frames, and how it
            ended the connection.
        close_code: the code in the implementation's Close frame or event; None without one.
        seconds: how long the case took; None if it was not played.
        conversation: what was exchanged.
        aftermath: what the implementation's process did after the case, if that was a fault.
    """

    case: str
    section: str
    title: str
    expectation: str = ""
    source: str = ""
    link: str = ""
    behaviour: Verdict = Verdict.NO_RESULT
    closing: Verdict | None = None
    best: Verdict = Verdict.OK
    explanation: str = ""
    trouble: str = ""
    deeds: str = ""
    close_code: int | None = None
    seconds: float | None = None
    conversation: Transcript = Transcript()
    aftermath: Aftermath | None = None

    @property
    def verdict(self) -> Verdict:
        """The overall verdict: that on the behaviour if it falls short, else that on the closing.

        A case in which the play went wrong has failed, whatever the suite's verdict.
        """
        verdict = self.behaviour
        if verdict is self.best and self.closing not in (None, Verdict.OK, self.best):
            verdict = self.closing or verdict
        is_praise = verdict is self.best or verdict is Verdict.EXPLAINED
        return Verdict.FAILED if self.trouble and is_praise else verdict

    @property
    def is_good(self) -> bool:
        """Whether the case has its best verdict, or the difference is explained."""
        return self.verdict in (self.best, Verdict.EXPLAINED)

    @property
    def is_played(self) -> bool:
        """Whether the case was played and judged."""
        return self.verdict is not Verdict.SKIPPED

    @property
    def subject(self) -> str:
        """What the judge does, in a line; a long description begins with such a line."""
        return self.title.partition("\n")[0]

    @property
    def why(self) -> str:
        """The reason of the verdict: the suite's explanation, and then what went wrong.

        Cases that fall short alike have the same reason. The explanation of a case that was at its
        best has no part in a verdict of FAILED.
        """
        if self.trouble and self.behaviour is self.best:
            return self.trouble
        explanation = self.explanation
        if self.trouble and explanation and not explanation.endswith("."):
            explanation += "."
        return " ".join(filter(None, (explanation, self.trouble)))

    @property
    def reason(self) -> str:
        """The reason of the verdict, and what the implementation did."""
        return " ".join(filter(None, (self.why, self.deeds)))
