"""A case: what the judge sends, what it expects, and what it forgives.

A case is data. `fuzzing.conversation` plays a case on a connection, and `fuzzing.verdicts` derives
the verdict from its outcome.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from websocket_conformance.cases.chaos import Chaos
from websocket_conformance.cases.expected import BY_JUDGE, Ending, Rule
from websocket_conformance.cases.opening import Opening, OpeningRequest
from websocket_conformance.cases.play import Play
from websocket_conformance.results.verdict import Verdict


@dataclass(frozen=True)
class Case:
    """One case of the suite.

    Attributes:
        number: its number, such as ``"6.4.1"``.
        sends: what the judge does, in words.
        expects: what a conforming peer does, in words.
        source: the section of a standard that requires this.
        play: the conversation.
        ending: how the connection has to end.
        rule: how the verdict on the closing affects the verdict on the behaviour.
        opening: how the judge opens the connection; None for a valid opening handshake.
        chaos: what happens to the stream of octets that the judge sends; None for nothing.
        for_servers: whether the case is for servers only, whatever its opening.
        followed_by: the case that is played with a server on its next connection, to see the
            server's state where this case itself does not show it.
    """

    number: str
    sends: str
    expects: str
    source: str
    play: Play
    ending: Ending = BY_JUDGE
    rule: Rule = Rule.NOTHING
    opening: Opening | None = None
    chaos: Chaos | None = None
    for_servers: bool = False
    followed_by: "Case | None" = None

    @property
    def id(self) -> tuple[int, ...]:
        """The parts of the number as integers, by which cases are sorted."""
        return tuple(int(part) for part in self.number.split("."))

    @property
    def best(self) -> Verdict:
        """The best verdict that the case can have."""
        return Verdict.INFORMATIONAL if self.rule is Rule.INFORMATIONAL else Verdict.OK

    def is_for(self, *, judge_is_server: bool) -> bool:
        """Return whether the judge can play the case as a server, or as a client."""
        if self.opening is None:
            return not (self.for_servers and judge_is_server)
        return isinstance(self.opening, OpeningRequest) is not judge_is_server


@dataclass(frozen=True)
class Group:
    """Cases whose numbers differ only in the last part.

    Attributes:
        number: the common beginning of their numbers.
        title: the subject of the cases.
        cases: the cases.
    """

    number: str
    title: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Section:
    """All cases whose numbers have the same first part."""

    number: int
    title: str
    groups: tuple[Group, ...] = field(default=())

    @property
    def cases(self) -> Iterable[Case]:
        """The cases of the section, in order."""
        return (case for group in self.groups for case in group.cases)
