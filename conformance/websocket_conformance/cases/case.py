"""What a case is: what the judge sends, what it expects, and what it forgives.

A case is data. Nothing here sends anything; `fuzzing.conversation` plays a case on a connection,
and `fuzzing.verdicts` says what its end is worth.
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
        sends: what the judge does.
        expects: what a good peer does.
        source: the section of a standard that says so.
        play: the conversation.
        ending: how the connection has to end.
        rule: what a closing means for the verdict on the behaviour.
        opening: how the judge opens the connection; None for how the RFC has it.
        chaos: what happens to what the judge sends; None for nothing.
        for_servers: whether only a server can be judged by it, whatever its opening.
        followed_by: what is played with a server on its next connection, to see what became of it
            where the case itself shows nothing.
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
        """The number as numbers, which put cases in order."""
        return tuple(int(part) for part in self.number.split("."))

    @property
    def best(self) -> Verdict:
        """The best verdict that it can have."""
        return Verdict.INFORMATIONAL if self.rule is Rule.INFORMATIONAL else Verdict.OK

    def is_for(self, *, judge_is_server: bool) -> bool:
        """Whether the judge can play it as a server, or as a client."""
        if self.opening is None:
            return not (self.for_servers and judge_is_server)
        return isinstance(self.opening, OpeningRequest) is not judge_is_server


@dataclass(frozen=True)
class Group:
    """Cases whose numbers differ in the last part only.

    Attributes:
        number: what their numbers begin with.
        title: what they are about.
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
        """Its cases, in order."""
        return (case for group in self.groups for case in group.cases)
