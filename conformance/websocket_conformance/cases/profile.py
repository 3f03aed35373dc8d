"""How long a run of the cases is to take."""

from dataclasses import replace
from enum import StrEnum

from websocket_conformance.cases.case import Case, Section
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import Pause, Step, Watch

_SHORT_PAUSE = 0.1
_SHORT_WAIT_FOR_ANSWER = 0.4
"""What is left of a second in the short profile: a good peer does nothing in a pause, but what it
is watched for it must have the time to do."""


class Profile(StrEnum):
    """How many messages the cases send that send many, and how long they pause."""

    QUICK = "quick"
    FULL = "full"

    @property
    def messages(self) -> int:
        """How many messages."""
        return 1000 if self is Profile.FULL else 10

    def paced(self, section: Section) -> Section:
        """A section whose cases pause for as long as they do in this profile.

        The times after which the judge ends a connection are the same in both profiles: only a peer
        that falls short waits for them.
        """
        if self is Profile.FULL:
            return section
        groups = (replace(group, cases=tuple(map(_case, group.cases))) for group in section.groups)
        return replace(section, groups=tuple(groups))


def _case(case: Case) -> Case:
    if not isinstance(case.play, Script) or not case.play.pauses:
        return case
    steps = tuple(map(_step, case.play.steps))
    return replace(case, play=replace(case.play, steps=steps))


def _step(step: Step) -> Step:
    match step:
        case Watch(for_answer=True):
            return replace(step, seconds=step.seconds * _SHORT_WAIT_FOR_ANSWER)
        case Watch():
            return replace(step, seconds=step.seconds * _SHORT_PAUSE)
        case Pause():
            return replace(step, seconds=step.seconds * _SHORT_PAUSE, until_answered=True)
        case _:
            return step
