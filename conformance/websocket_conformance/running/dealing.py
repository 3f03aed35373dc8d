"""Deals the cases of a suite out to the lanes of a run."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.opening import Pace
from websocket_conformance.cases.play import LargeEcho, RoundTrips, Script

T = TypeVar("T")

_SMALLEST_WINDOW = 9

_HARD = {"json": 4.0, "html": 4.0, "prose": 15.0, "bitmap": 28.0, "document": 26.0}
"""How much more work it is to compress and decompress some octets than to send them back."""

_HARD_WITH_SMALL_WINDOW = 25.0

_MEBIBYTE = 2**20

_SLOW = 150.0
"""What could be done while a slow opening handshake keeps a client from all others."""

_SMALL = 0.05
"""The weight up to which a case takes no time of its own: only what it waits for."""


def evenly(things: Iterable[T], weight: Callable[[T], float], lanes: int) -> list[list[T]]:
    """Deal things out, the heaviest first, each to the lane that has the least to do by then.

    Returns:
        What each lane has to do; none is left without anything.
    """
    heaps: list[list[T]] = [[] for _ in range(lanes)]
    weights = [0.0] * lanes
    for each in sorted(things, key=weight, reverse=True):
        lightest = weights.index(min(weights))
        heaps[lightest].append(each)
        weights[lightest] += weight(each)
    return [heap for heap in heaps if heap]


def deal(cases: Iterable[Case], lanes: int) -> list[list[Case]]:
    """Deal cases of the embedded suite out, so that the lanes have about the same to do.

    Cases that send the same stream stay together and near each other, for what the judge has
    compressed is only kept for some time. The cases that wait come first, then the largest, with
    the small ones among them: those of the opening handshake and of streams in pieces are done
    while a client works on large messages, for it has but one connection in its handshake.
    """
    together: dict[object, list[Case]] = {}
    for case in cases:
        together.setdefault(_stream(case), []).append(case)
    heaps = evenly(together.values(), lambda group: sum(map(weight, group)), lanes)
    return [_in_order([case for group in heap for case in group]) for heap in heaps]


def _stream(case: Case) -> object:
    """What is the same of cases whose messages are compressed once for all."""
    play = case.play
    if isinstance(play, RoundTrips) and play.asked is not None:
        return play.stream.source, play.stream.size
    return case.number


def weight(case: Case) -> float:
    """About how much work a case is for its client, in MiB that are sent back as they came."""
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
    """Whether the opening handshake takes seconds, in which a client may have to begin no other."""
    return case.opening is not None and case.opening.pace is Pace.SLOWLY
