"""The cases, one module a section, each a table that a person can read beside the RFC.

The numbers are those of Autobahn's testsuite, and so is what the cases send and expect. Sections 8
and 11 do not exist.
"""

from websocket_conformance.embedded.case import Section
from websocket_conformance.embedded.cases import (
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
)


def sections(messages: int) -> tuple[Section, ...]:
    """All sections, in order.

    Args:
        messages: how many messages the cases send that send many.
    """
    return (
        section_01_framing.SECTION,
        section_02_pings.SECTION,
        section_03_reserved_bits.SECTION,
        section_04_opcodes.SECTION,
        section_05_fragmentation.SECTION,
        section_06_utf8.SECTION,
        section_07_closing.SECTION,
        section_09_limits.section(messages),
        section_10_auto_fragmentation.SECTION,
        section_12_compression.section_12(messages),
        section_12_compression.section_13(messages),
    )
