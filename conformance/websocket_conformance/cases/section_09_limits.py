"""Section 9: large messages, and many small ones.

The RFC sets no limits, so these cases show the limits of an implementation, not a violation of the
RFC. Only types and lengths are compared.

Source: RFC 6455, sections 5.2, 5.4 and 10.4.
"""

from collections.abc import Callable, Sequence
from functools import partial

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.payloads import Stream
from websocket_conformance.cases.play import LargeEcho, RoundTrips

_KIB, _MIB = 2**10, 2**20
_ECHO = "The message comes back; then a clean close with 1000."
_ECHOES = "Every message comes back; then a clean close with 1000."

_TEXT_UNIT = b"BAsd7&jh23"
_BINARY_UNIT = b"\x00\xfe\x23\xfa\xf0"

# Octets of payload; seconds for the echo.
_TEXTS = (
    (64 * _KIB, 10), (256 * _KIB, 10), (_MIB, 100), (4 * _MIB, 100), (8 * _MIB, 100),
    (16 * _MIB, 100),
)  # fmt: skip
_BINARIES = (
    (64 * _KIB, 10), (256 * _KIB, 10), (_MIB, 10), (4 * _MIB, 10), (8 * _MIB, 100),
    (16 * _MIB, 100),
)  # fmt: skip
_FRAGMENTS = tuple((64 * 4**power,) for power in range(9))
_CHOPS = tuple((64 * 2**power,) for power in range(6))
_ROUND_TRIPS = ((0, 60), (16, 60), (64, 60), (256, 120), (1024, 240), (4096, 480))


def _size(octets: int) -> str:
    for unit, name in ((_MIB, "MiB"), (_KIB, "KiB")):
        if octets >= unit and octets % unit == 0:
            return f"{octets // unit} {name}"
    return f"{octets} octets"


def _large(number: str, binary: bool, length: int, seconds: float) -> Case:
    unit = _BINARY_UNIT if binary else _TEXT_UNIT
    sends = f"A {_kind(binary)} message of {_size(length)}."
    return Case(number, sends, _ECHO, "RFC 6455, 5.2", LargeEcho(unit, length, binary, seconds))


def _fragmented(number: str, binary: bool, fragment: int) -> Case:
    unit = b"\xfe" if binary and fragment == 64 else b"*"
    sends = f"A {_kind(binary)} message of 4 MiB in fragments of {_size(fragment)}."
    play = LargeEcho(unit, 4 * _MIB, binary, 100, fragment=fragment)
    return Case(number, sends, _ECHO, "RFC 6455, 5.4", play)


def _chopped(number: str, binary: bool, chop: int) -> Case:
    unit = _BINARY_UNIT if binary else _TEXT_UNIT
    sends = f"A {_kind(binary)} message of 1 MiB, written {_size(chop)} at a time."
    play = LargeEcho(unit, _MIB, binary, 1000, chop=chop)
    return Case(number, sends, _ECHO, "RFC 6455, 5.2", play)


def _kind(binary: bool) -> str:
    return "binary" if binary else "text"


def _round_trips(number: str, binary: bool, size: int, seconds: float, *, messages: int) -> Case:
    sends = f"{messages:,} {_kind(binary)} messages of {_size(size)}, one after the other's echo."
    stream = Stream("0xfe" if binary else "stars", size, messages)
    play = RoundTrips(stream, binary, seconds, is_compared=False)
    return Case(number, sends, _ECHOES, "RFC 6455, 5.6", play)


def _group(
    number: str,
    title: str,
    make: Callable[..., Case],
    binary: bool,
    rows: Sequence[tuple[float, ...]],
) -> Group:
    cases = (make(f"{number}.{last}", binary, *row) for last, row in enumerate(rows, 1))
    return Group(number, title, tuple(cases))


def section(messages: int) -> Section:
    """Make the section.

    Args:
        messages: how many messages cases 9.7 and 9.8 send.
    """
    round_trips = partial(_round_trips, messages=messages)
    return Section(
        9,
        "Limits and speed",
        (
            _group("9.1", "Large texts", _large, False, _TEXTS),
            _group("9.2", "Large binary messages", _large, True, _BINARIES),
            _group("9.3", "Texts in fragments", _fragmented, False, _FRAGMENTS),
            _group("9.4", "Binary messages in fragments", _fragmented, True, _FRAGMENTS),
            _group("9.5", "Texts in small writes", _chopped, False, _CHOPS),
            _group("9.6", "Binary messages in small writes", _chopped, True, _CHOPS),
            _group("9.7", "Round trips of texts", round_trips, False, _ROUND_TRIPS),
            _group("9.8", "Round trips of binary messages", round_trips, True, _ROUND_TRIPS),
        ),
    )
