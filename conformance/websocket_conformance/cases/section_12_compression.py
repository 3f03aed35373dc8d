"""Sections 12 and 13: permessage-deflate, with different data and with different parameters.

A peer that does not agree to compress has the verdict UNIMPLEMENTED, which is not a failure.

Source: RFC 7692, sections 7.1 and 7.2.
"""

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.payloads import Stream
from websocket_conformance.cases.play import RoundTrips
from websocket_conformance.wire.deflate import Asked

_ECHOES = (
    "permessage-deflate is agreed upon, and every message comes back; then a clean close with 1000."
)

# Octets (for JSON and HTML, characters) of a message; octets of a fragment; seconds for an echo.
SIZES: tuple[tuple[int, int | None, float], ...] = (
    (16, None, 60),
    (64, None, 60),
    (256, None, 120),
    (1024, None, 240),
    (4096, None, 480),
    (8192, None, 480),
    (16384, None, 480),
    (32768, None, 480),
    (65536, None, 480),
    (131072, None, 480),
    (8192, 256, 480),
    (16384, 256, 480),
    (32768, 256, 480),
    (65536, 256, 480),
    (131072, 256, 480),
    (131072, 1024, 480),
    (131072, 4096, 480),
    (131072, 32768, 480),
)

# What the data is, its name, and whether it is sent as binary messages.
DATA = (
    ("JSON", "json", False),
    ("A grey picture", "bitmap", True),
    ("German words", "prose", True),
    ("HTML", "html", False),
    ("A document with compressed pieces", "document", True),
)

NOTHING = Asked()
"""No requirement for the peer's compression."""

FORGET = Asked(no_context_takeover=True)
"""The peer compresses without context takeover."""

# A title, what the judge requests of the peer's compression in order of preference, and the section
# of RFC 7692 that defines it.
PARAMETERS: tuple[tuple[str, tuple[Asked, ...], str], ...] = (
    ("Nothing is asked for", (NOTHING,), "7.1"),
    ("No context takeover", (FORGET,), "7.1.1"),
    ("A window of 2^9", (Asked(max_window_bits=9),), "7.1.2"),
    ("A window of 2^15", (Asked(max_window_bits=15),), "7.1.2"),
    ("No context takeover, and a window of 2^9", (Asked(True, 9),), "7.1.1 and 7.1.2"),
    ("No context takeover, and a window of 2^15", (Asked(True, 15),), "7.1.1 and 7.1.2"),
    (
        "No context takeover and a window of 2^9, else no context takeover, else nothing",
        (Asked(True, 9), FORGET, NOTHING),
        "7.1.1 and 7.1.2",
    ),
)


def _group(
    number: str,
    title: str,
    stream: tuple[str, str, bool],
    asked: tuple[Asked, ...],
    messages: int,
    source: str,
) -> Group:
    """Make the cases with messages of each size."""
    what, name, binary = stream
    cases = []
    for last, (size, fragment, seconds) in enumerate(SIZES, 1):
        frames = f", in fragments of {fragment:,} octets" if fragment else ""
        sends = f"{messages:,} compressed messages of {size:,} octets: {what}{frames}."
        play = RoundTrips(Stream(name, size, messages), binary, seconds, asked, fragment)
        cases.append(Case(f"{number}.{last}", sends, _ECHOES, source, play))
    return Group(number, title, tuple(cases))


def section_12(messages: int) -> Section:
    """Make section 12: compression of different data.

    Args:
        messages: how many messages each case sends.
    """
    groups = (
        _group(f"12.{n}", data[0], data, (NOTHING,), messages, "RFC 7692, 7.2")
        for n, data in enumerate(DATA, 1)
    )
    return Section(12, "Compression of different data", tuple(groups))


def section_13(messages: int) -> Section:
    """Make section 13: compression of JSON with different parameters.

    Args:
        messages: how many messages each case sends.
    """
    groups = []
    for n, (title, asked, section) in enumerate(PARAMETERS, 1):
        data = f"JSON. {title}", "json", False
        groups.append(_group(f"13.{n}", title, data, asked, messages, f"RFC 7692, {section}"))
    return Section(13, "Compression with different parameters", tuple(groups))
