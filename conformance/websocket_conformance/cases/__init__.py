"""The cases, one module a section, each a table that a person can read beside the RFC.

The numbers up to 13 are those of Autobahn's testsuite, and so is what the cases send and expect.
Sections 8 and 11 do not exist. From 20 on the sections are this suite's own: the opening handshake
of clients (20 to 25) and of servers (26 to 29), and streams that come in pieces or break (30 to
34).

`case` is what a case is, of `steps`, an `opening`, and `chaos` that happens to the stream; `play`
has the ways in which it can be played, and `expected` what a peer has to do. `handshakes` makes
cases of tables about the opening handshake, `payloads` are what is sent, `profile` is how long all
of it takes, and `catalogue` has all cases under their numbers.
"""

from websocket_conformance.cases import (
    section_01_framing,
    section_02_pings,
    section_03_reserved_bits,
    section_04_opcodes,
    section_05_fragmentation,
    section_06_utf8,
    section_07_closing,
    section_09_limits,
    section_10_auto_fragmentation,
    section_12_compression,
    section_20_response,
    section_21_switching,
    section_22_extensions,
    section_23_subprotocols,
    section_24_segments,
    section_25_floods,
    section_26_request,
    section_27_asking,
    section_28_offers,
    section_29_arrival,
    section_30_chaos,
)
from websocket_conformance.cases.case import Section
from websocket_conformance.cases.profile import Profile


def sections(profile: Profile) -> tuple[Section, ...]:
    """The sections that Autobahn's testsuite has, in order, as they are played in a profile."""
    messages = profile.messages
    return (
        section_01_framing.SECTION,
        section_02_pings.SECTION,
        section_03_reserved_bits.SECTION,
        section_04_opcodes.SECTION,
        profile.paced(section_05_fragmentation.SECTION),
        profile.paced(section_06_utf8.SECTION),
        section_07_closing.SECTION,
        section_09_limits.section(messages),
        section_10_auto_fragmentation.SECTION,
        section_12_compression.section_12(messages),
        section_12_compression.section_13(messages),
    )


def further_sections() -> tuple[Section, ...]:
    """The sections that it does not have, in order."""
    return (
        section_20_response.SECTION,
        section_21_switching.SECTION,
        section_22_extensions.SECTION,
        section_23_subprotocols.SECTION,
        section_24_segments.SECTION,
        section_25_floods.SECTION,
        section_26_request.SECTION,
        section_27_asking.SECTION,
        section_28_offers.SECTION,
        section_29_arrival.SECTION,
        *section_30_chaos.SECTIONS,
    )
