"""Describe a frame that the judge sent in pieces, of which a log has only the octets."""

from dataclasses import dataclass

from websocket_conformance.report.frames import head
from websocket_conformance.wire.frames import encode_header, parse_header
from websocket_conformance.wire.log import FrameSeen, Logged, Note, OctetsSeen
from websocket_conformance.wire.masking import apply_mask
from websocket_conformance.wire.shown import octets, payload


@dataclass
class Pieces:
    """Finds the octets that the judge sent beside the frames of a log.

    The octets of each frame follow its entry, so the octets that are left over belong to a frame
    that the judge sent in pieces: first its header, then its payload. Nothing is found in a log
    that was turned off, since it has frames without octets and octets without frames.

    Attributes:
        owed: how many octets of the frames so far have not been written yet.
        frame: the frame whose pieces are being sent; None between frames.
        done: how many octets of its payload have been sent.
        was_off: whether the log was turned off.
    """

    owed: int = 0
    frame: FrameSeen | None = None
    done: int = 0
    was_off: bool = False

    def take(self, entry: Logged) -> tuple[str, str] | None:
        """Return the head and the payload of a piece; None for every other entry of the log."""
        match entry:
            case Note(what="log"):
                self.was_off = True
            case FrameSeen(sent=True) as frame:
                header = encode_header(frame.opcode, frame.length, mask=frame.mask)
                self.owed += len(header) + frame.length
            case OctetsSeen(sent=True) as seen if self.owed:
                self.owed -= min(seen.length, self.owed)
            case OctetsSeen(sent=True) as seen if not self.was_off:
                return self._header(seen) if self.frame is None else self._piece(self.frame, seen)
        return None

    def _header(self, seen: OctetsSeen) -> tuple[str, str] | None:
        found = parse_header(seen.octets)
        if found is None:
            return None
        (header, end), self.done = found, 0
        if end != seen.length or not header.length:
            return None
        fields = (header.opcode, header.fin, header.rsv, header.length)
        self.frame = FrameSeen(seen.at, True, *fields, b"", header.mask)
        return f"{head(self.frame)}, in pieces", ""

    def _piece(self, frame: FrameSeen, seen: OctetsSeen) -> tuple[str, str]:
        turn = self.done % 4
        mask = frame.mask and frame.mask[turn:] + frame.mask[:turn]
        shown = apply_mask(seen.octets, mask) if mask else seen.octets
        self.done += seen.length
        self.frame = frame if self.done < frame.length else None
        return f"a piece of {octets(seen.length)}", payload(frame.opcode, shown, seen.length)
