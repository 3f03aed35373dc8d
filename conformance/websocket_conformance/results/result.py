"""What became of one case: the verdicts, what they rest on, and what went to and fro."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from websocket_conformance.results.verdict import Verdict

ENTRIES_AT_START = 30
ENTRIES_AT_END = 12
"""How much of a long conversation is kept from each end."""


class Who(StrEnum):
    """Whose doing an entry is."""

    JUDGE = "judge"
    PEER = "peer"


class Kind(StrEnum):
    """What an entry is about."""

    HANDSHAKE = "handshake"
    FRAME = "frame"
    BYTES = "bytes"
    EVENT = "event"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a conversation.

    Attributes:
        who: who sent it, or noted it.
        kind: what it is.
        head: a frame's fields, a number of bytes, an event's name, or the note.
        payload: what was in it; text in quotes, bytes in hexadecimal, cut short if long.
        time: when, in seconds from the beginning of the case; None if nobody looked.
    """

    who: Who
    kind: Kind
    head: str
    payload: str = ""
    time: float | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What went to and fro in a case: its beginning and, where it was long, its end.

    Attributes:
        start: the entries from the beginning on.
        left_out: how many entries are not kept.
        end: the last entries, if any were left out.
    """

    start: tuple[Entry, ...] = ()
    left_out: int = 0
    end: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Transcript":
        """Keep what a reader wants to see of some entries."""
        every = tuple(entries)
        left_out = len(every) - ENTRIES_AT_START - ENTRIES_AT_END
        if left_out <= 1:
            return cls(every)
        return cls(every[:ENTRIES_AT_START], left_out, every[-ENTRIES_AT_END:])


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case.

    Attributes:
        case: its number, such as ``"6.4.1"``, or its name.
        section: the id of its section.
        title: what the judge does, in a sentence.
        expectation: what a good implementation does.
        source: where a standard says so, for people.
        link: the same as a URL, empty if it has no URL.
        behaviour: the verdict on what was done.
        closing: the verdict on how the connection ended; None if the suite has none.
        best: the best verdict on its behaviour that the case can have.
        explanation: why the verdicts are as they are.
        trouble: what went wrong with the play of this case, such as a process that ended.
        close_code: the code in the implementation's Close frame or event; None without one.
        seconds: how long the case took; None if it was not played.
        conversation: what went to and fro.
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
    close_code: int | None = None
    seconds: float | None = None
    conversation: Transcript = Transcript()

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole: the behaviour's if that falls short, else the closing's.

        A case whose play went wrong has failed, however well the suite thinks of it.
        """
        verdict = self.behaviour
        if verdict is self.best and self.closing not in (None, Verdict.OK, self.best):
            verdict = self.closing or verdict
        is_praise = verdict is self.best or verdict is Verdict.EXPLAINED
        return Verdict.FAILED if self.trouble and is_praise else verdict

    @property
    def is_good(self) -> bool:
        """Whether nothing better could have come out, or the difference is explained."""
        return self.verdict in (self.best, Verdict.EXPLAINED)

    @property
    def is_played(self) -> bool:
        """Whether there was anything to judge."""
        return self.verdict is not Verdict.SKIPPED

    @property
    def reason(self) -> str:
        """Why the case is not at its best: what went wrong, and what the suite says of it."""
        if self.trouble and self.behaviour is self.best:
            return self.trouble
        return ". ".join(filter(None, (self.trouble, self.explanation)))
