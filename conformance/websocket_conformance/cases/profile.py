"""The profiles: how long a run of the cases takes."""

from dataclasses import replace
from enum import StrEnum

from websocket_conformance.cases.case import Case, Section
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import Pause, Step, Watch

_SHORT_PAUSE = 0.1
_SHORT_WAIT_FOR_ANSWER = 0.4
"""The seconds that replace a second of a pause in the short profile. A conforming peer does nothing
in a pause, but a peer must have the time to do what the judge watches for."""


class Profile(StrEnum):
    """How many messages the cases with many messages send, and how long cases pause."""

    QUICK = "quick"
    FULL = "full"

    @property
    def messages(self) -> int:
        """How many messages a case with many messages sends."""
        return 1000 if self is Profile.FULL else 10

    def paced(self, section: Section) -> Section:
        """Return a section with its pauses shortened to those of this profile.

        The times after which the judge ends a connection are the same in both profiles, since only
        a peer that does not conform waits for them.
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
