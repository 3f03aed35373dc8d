"""Deal the cases of a suite out to the lanes of a run."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.opening import Pace
from websocket_conformance.cases.play import LargeEcho, RoundTrips, Script

T = TypeVar("T")

_SMALLEST_WINDOW = 9

_HARD = {"json": 4.0, "html": 4.0, "prose": 15.0, "bitmap": 28.0, "document": 26.0}
"""The work of compressing and decompressing octets, relative to sending them back."""

_HARD_WITH_SMALL_WINDOW = 25.0

_MEBIBYTE = 2**20

_SLOW = 150.0
"""The weight of a slow opening handshake, during which a client cannot open others."""

_CONNECTION = 1.0
"""How long a case takes by itself, with its connection and its waits, in the unit of `weight`."""

_SMALL = 0.05
"""The weight up to which a case takes only the time that it waits."""


def evenly(things: Iterable[T], weight: Callable[[T], float], lanes: int) -> list[list[T]]:
    """Deal things out, the heaviest first, each to the lane that has the least to do so far.

    Returns:
        The things of each lane; each lane has at least one.
    """
    heaps: list[list[T]] = [[] for _ in range(lanes)]
    weights = [0.0] * lanes
    for each in sorted(things, key=weight, reverse=True):
        lightest = weights.index(min(weights))
        heaps[lightest].append(each)
        weights[lightest] += weight(each)
    return [heap for heap in heaps if heap]


def deal(cases: Iterable[Case], lanes: int) -> list[list[Case]]:
    """Deal cases of the embedded suite out, so that the lanes have about the same amount of work.

    Cases that send the same stream stay in one lane and near each other, since the judge keeps
    compressed streams only for some time. The cases that wait come first, then the largest, with
    the small cases among them: a client has only one connection in its opening handshake, so cases
    of the opening handshake and of streams in pieces run while it works on large messages.
    """
    together: dict[object, list[Case]] = {}
    for case in cases:
        together.setdefault(_stream(case), []).append(case)
    heaps = evenly(together.values(), lambda group: sum(map(weight, group)), lanes)
    return [_in_order([case for group in heap for case in group]) for heap in heaps]


def _stream(case: Case) -> object:
    """Return a key that is equal for cases whose compressed messages are shared."""
    play = case.play
    if isinstance(play, RoundTrips) and play.asked is not None:
        return play.stream.source, play.stream.size
    return case.number


def weight(case: Case) -> float:
    """Return an estimate of the client's work in a case, in MiB that are echoed uncompressed."""
    if _is_slow(case):
        return _SLOW
    match case.play:
        case RoundTrips() as play:
            each = play.stream.size / _MEBIBYTE * _hardness(play) + 0.001
            return each * play.stream.count
        case LargeEcho() as play:
            return play.length / _MEBIBYTE + 500 / (play.chop or play.fragment or _MEBIBYTE)
        case _:
            return 0.01


def expected(case: Case) -> float:
    """Return an estimate of how long a case takes beside others, in the unit of `weight`.

    Others are played during a slow opening handshake, so it counts as any case without work.
    """
    return _CONNECTION if _is_slow(case) else _CONNECTION + weight(case)


def _hardness(play: RoundTrips) -> float:
    if not play.asked:
        return 1.0
    if play.asked[0].max_window_bits == _SMALLEST_WINDOW:
        return _HARD_WITH_SMALL_WINDOW
    return _HARD[play.stream.source]


def _in_order(cases: Sequence[Case]) -> list[Case]:
    waiting = [case for case in cases if _waits(case)]
    others = [case for case in cases if not _waits(case)]
    large = [case for case in others if weight(case) > _SMALL]
    small = [case for case in others if weight(case) <= _SMALL]
    large.sort(key=weight, reverse=True)
    places = [
        ((place + 0.5) / len(some), case)
        for some in (large, small)
        for place, case in enumerate(some)
    ]
    return waiting + [case for _, case in sorted(places, key=lambda place: place[0])]


def _waits(case: Case) -> bool:
    play = case.play
    return (isinstance(play, Script) and play.pauses) or _is_slow(case)


def _is_slow(case: Case) -> bool:
    """Return whether the opening handshake takes seconds, and keeps a client from the next one."""
    return case.opening is not None and case.opening.pace is Pace.SLOWLY
