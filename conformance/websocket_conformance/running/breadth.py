"""How many cases of a suite are played at a time."""

import os
from dataclasses import dataclass

from websocket_conformance.running.testee import Testee


@dataclass(frozen=True)
class Breadth:
    """How many cases are played at a time.

    Attributes:
        lanes: how many testees there are at a time.
        jobs: how many cases each of them is asked to play at a time.
    """

    lanes: int
    jobs: int


def breadth(testee: Testee, jobs: int | None, lanes: int, most_jobs: int) -> Breadth:
    """How many cases to play at a time.

    A testee that cannot play several cases at a time has a lane for each of them, and so has one
    whose server is made to play one.

    Args:
        testee: what plays them.
        jobs: how many a person asks for; None for what suits the testee.
        lanes: in how many lanes a testee is of use that can play several cases at a time.
        most_jobs: how many cases a testee plays at a time with one server.
    """
    if most_jobs == 1 or not testee.plays_side_by_side:
        return Breadth(jobs or cores(), 1)
    if jobs is None:
        return Breadth(lanes, most_jobs)
    lanes = min(lanes, jobs)
    return Breadth(lanes, jobs // lanes)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
