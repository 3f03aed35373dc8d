"""The number of cases of a suite that are played at a time."""

import os
from dataclasses import dataclass

from websocket_conformance.running.testee import Testee


@dataclass(frozen=True)
class Breadth:
    """The number of cases that are played at a time.

    Attributes:
        lanes: how many testees run at a time.
        jobs: how many cases each of them is asked to play at a time.
    """

    lanes: int
    jobs: int


def breadth(testee: Testee, jobs: int | None, lanes: int, most_jobs: int) -> Breadth:
    """Return how many cases to play at a time.

    Where a testee cannot play several cases at a time, or its server plays one at a time, each case
    that is played at a time has a lane.

    Args:
        testee: what plays them.
        jobs: how many cases the user asks for; None for what suits the testee.
        lanes: the number of useful lanes for a testee that can play several cases at a time.
        most_jobs: how many cases a testee plays at a time with one server.
    """
    if most_jobs == 1 or not testee.plays_side_by_side:
        return Breadth(jobs or cores(), 1)
    if jobs is None:
        return Breadth(lanes, most_jobs)
    lanes = min(lanes, jobs)
    return Breadth(lanes, jobs // lanes)


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
