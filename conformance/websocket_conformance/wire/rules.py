"""The rules that a frame's header can break.

Source: RFC 6455, sections 5.2, 5.4 and 5.5; RFC 7692, section 6.
"""

from collections.abc import Iterator

from websocket_conformance.wire.frames import CONTROL_OPCODES, DATA_OPCODES, RSV1, Header, Opcode

_LARGEST_CONTROL_PAYLOAD = 125


def broken_rules(
    header: Header, *, sender_masks: bool | None, may_compress: bool, continues: bool
) -> Iterator[str]:
    """Yield a sentence for each rule that a header breaks.

    Args:
        header: the header.
        sender_masks: whether its sender has to mask or must not; None if both are accepted.
        may_compress: whether permessage-deflate was negotiated.
        continues: whether a message has begun that has not ended.
    """
    compressed = may_compress and header.rsv == RSV1
    if header.rsv and not compressed:
        yield f"The reserved bits are {header.rsv:03b}, and no extension uses them."
    if sender_masks is True and header.mask is None:
        yield "A client's frame is not masked."
    if sender_masks is False and header.mask is not None:
        yield "A server's frame is masked."
    if header.is_control:
        yield from _broken_by_control(header, compressed)
    else:
        yield from _broken_by_data(header, compressed, continues)
    if not header.is_minimal:
        yield "The length takes more octets than it needs."


def _broken_by_control(header: Header, compressed: bool) -> Iterator[str]:
    if not header.fin:
        yield "A control frame is fragmented."
    if header.length > _LARGEST_CONTROL_PAYLOAD or not header.is_minimal:
        yield "A control frame is longer than 125 octets."
    if header.opcode not in CONTROL_OPCODES:
        yield f"The control frame's opcode {header.opcode} is reserved."
    if header.opcode == Opcode.CLOSE and header.length == 1:
        yield "A Close has a payload of one octet."
    if compressed:
        yield "A control frame is compressed."


def _broken_by_data(header: Header, compressed: bool, continues: bool) -> Iterator[str]:
    if header.opcode not in DATA_OPCODES:
        yield f"The data frame's opcode {header.opcode} is reserved."
    if not continues and header.opcode == Opcode.CONTINUATION:
        yield "There is no message to be continued."
    if continues and header.opcode != Opcode.CONTINUATION:
        yield "A message begins inside another."
    if continues and compressed:
        yield "A frame that continues a message has RSV1 set."
