"""Descriptions of frames for a reader."""

from websocket_conformance.wire.frames import RSV1, RSV2, RSV3
from websocket_conformance.wire.log import FrameSeen
from websocket_conformance.wire.shown import name, octets, payload


def head(frame: FrameSeen, *, in_short: bool = False) -> str:
    """Describe a frame's header; the short form leaves out its masking and its writing."""
    parts = [name(frame.opcode)]
    if not frame.fin:
        parts.append("more to come")
    if frame.rsv:
        bits = (("RSV1", RSV1), ("RSV2", RSV2), ("RSV3", RSV3))
        parts.append(" ".join(name for name, bit in bits if frame.rsv & bit))
    parts.append(octets(frame.length))
    if frame.mask is not None and not in_short:
        parts.append("masked")
    if frame.chop and not in_short:
        parts.append(f"written {octets(frame.chop)} at a time")
    return ", ".join(parts)


def body(frame: FrameSeen) -> str:
    """Return the part of a frame's payload that is kept; see `payload`."""
    is_compressed = bool(frame.rsv & RSV1)
    return payload(frame.opcode, frame.payload, frame.length, is_compressed=is_compressed)
