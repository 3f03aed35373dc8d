"""What the end of an opening handshake is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from websocket_conformance.cases.chaos import Reset
from websocket_conformance.cases.opening import Outcome
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.verdicts import Finding, Findings, both
from websocket_conformance.results.seen import Seen
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.frames import Opcode

_ABNORMAL = 1006
"""The code of a connection that ended without a Close (RFC 6455, 7.1.5)."""

ENDURED = Finding(Verdict.NON_STRICT, "The peer took all octets, and waited for more.")
"""What it is worth to set no limit to a handshake that does not end."""

STAYED = Finding(Verdict.NON_STRICT, "The server stays, though no request can come any more.")
"""What it is worth to stay when the judge has closed TCP: RFC 9112, 9.5 has a SHOULD for that."""

_APT = ("501", "505")
"""The statuses that fit a request which a server cannot take, besides those of 4xx."""

_UNSEEN = "The judge reset TCP, and nobody told what the peer made of that."
"""What is said of a reset as long as it is not known what the peer made of it."""

_HELD = Finding(Verdict.OK, "The connection ended as it has to.")
"""The verdict on the closing where all that counts is in the one on the behaviour."""


@dataclass
class Signs:
    """What was seen of a peer from the judge's part of the handshake on.

    Attributes:
        octets: how many came that belong to no handshake.
        frames: how many frames of each opcode they were.
        peer_left: whether the peer was the one to close TCP.
        leaves: whether the judge meant to close TCP itself.
        endless: whether the judge's part had no end.
        is_open: for a server: whether it says that the connection is open.
        refused: for a server: what its refusal is worth, and why.
    """

    octets: int = 0
    frames: Mapping[int, int] | None = None
    peer_left: bool = False
    leaves: bool = False
    endless: bool = False
    is_open: bool = False
    refused: Finding | None = None

    @property
    def outcome(self) -> Outcome:
        """Who sends frames takes the connection for open, and so does who says so."""
        return Outcome.ESTABLISHED if self.octets or self.is_open else Outcome.REFUSED


def on_opening(expected: Mapping[Outcome, Verdict], signs: Signs, played: Findings) -> Findings:
    """The verdicts on a case of the opening handshake.

    Args:
        expected: what each outcome is worth.
        signs: what was seen.
        played: what the conversation was worth, if there was one.
    """
    if signs.outcome is Outcome.REFUSED:
        return _on_refusal(expected, signs)
    worth = expected.get(Outcome.ESTABLISHED)
    if worth is None:
        return _on_wrong_trust(signs)
    if worth is Verdict.INFORMATIONAL:
        return Findings(*(verdict._replace(behaviour=worth) for verdict in played))
    if played.behaviour.behaviour is Verdict.FAILED:
        return played
    if worth is Verdict.NON_STRICT:
        return Findings(Finding(worth, "The peer opened the connection."), played.closing)
    return played


def _on_refusal(expected: Mapping[Outcome, Verdict], signs: Signs) -> Findings:
    worth = expected.get(Outcome.REFUSED)
    if worth is None:
        how = f" {signs.refused.because}" if signs.refused is not None else ""
        return both(Verdict.FAILED, f"The peer did not open the connection.{how}")
    behaviour = Finding(worth, "The peer did not open the connection.")
    if worth is Verdict.INFORMATIONAL:
        return Findings(behaviour, behaviour)
    if worth is Verdict.OK and signs.refused is not None:
        behaviour = signs.refused
    if signs.peer_left or signs.leaves or signs.refused:
        return Findings(behaviour, _HELD)
    if signs.endless:
        return Findings(ENDURED, _HELD)
    return Findings(behaviour, Finding(Verdict.UNCLEAN, "The peer left TCP open."))


def _on_wrong_trust(signs: Signs) -> Findings:
    """The peer sent frames where there is no connection; only a Close may be forgiven.

    Source: RFC 6455, section 7.1.7: a Close is for a connection that is established.
    """
    if signs.frames is not None and set(signs.frames) == {Opcode.CLOSE}:
        because = "The peer refused the connection, but sent a Close, and no connection was open."
        return Findings(Finding(Verdict.NON_STRICT, because), _HELD)
    return both(Verdict.FAILED, "The peer took the connection for open.")


def on_reset(signs: Signs, *, was_to_open: bool) -> Findings:
    """The verdicts on a case that the judge itself broke off, as long as no more is known of it.

    Args:
        signs: what was seen.
        was_to_open: whether a server had to open the connection before the reset.
    """
    if was_to_open and not signs.is_open:
        because = signs.refused.because if signs.refused else "The peer left."
        return both(Verdict.FAILED, f"The connection was never open. {because}")
    return both(Verdict.INFORMATIONAL, _UNSEEN)


def on_refusal_of_a_server(head: bytes, header: tuple[str, str] | None) -> Finding:
    """What a server's refusal is worth by itself.

    Source: RFC 6455, sections 4.2.2 and 4.4.

    Args:
        head: its response, empty if there was no response.
        header: a field that it has to have, and a word that has to be in that.
    """
    line, *fields = head.decode("latin-1").split("\r\n")
    status = status_of(head)
    if not status.startswith("4") and status not in _APT:
        said = f"with {line!r}" if line else "without a response"
        because = f"The server refused {said}, not with a status of 4xx."
        return Finding(Verdict.NON_STRICT, because)
    if header is not None and not _has(fields, *header):
        name, word = header
        return Finding(Verdict.FAILED, f"The refusal has no {name} with {word}.")
    return Finding(Verdict.OK, f"The server refused with {line!r}.")


def status_of(head: bytes) -> str:
    """The status of a response; empty if it has none."""
    _, *rest = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
    return rest[0] if rest else ""


def _has(fields: list[str], name: str, word: str) -> bool:
    pairs = (field.partition(":") for field in fields)
    return any(
        word in (part.strip() for part in value.split(","))
        for key, _, value in pairs
        if key.strip().lower() == name.lower()
    )


def with_seen(result: Played, seen: Seen) -> Played:
    """A result, once it is known what the page behind the client saw of the case.

    Only of a connection that was reset does that say more than the judge has seen itself.
    """
    result = replace(result, seen=seen)
    was_reset = isinstance(result.case.chaos, Reset)
    if not was_reset or result.behaviour is not Verdict.INFORMATIONAL:
        return result
    is_right = seen.code == _ABNORMAL and not seen.clean
    how = "cleanly" if seen.clean else "uncleanly"
    because = f"The client says that a reset connection was closed {how}, with {seen.code}."
    return _judged(result, Verdict.OK if is_right else Verdict.FAILED, because)


def with_next(result: Played, after: Played) -> Played:
    """A server's result, once it is known what became of the next connection.

    Args:
        result: the result so far.
        after: the result of what followed.
    """
    result = replace(result, agent=after.agent)
    if result.behaviour is not Verdict.INFORMATIONAL:
        return result
    if after.behaviour is not Verdict.OK:
        return _judged(result, Verdict.FAILED, f"On the next connection: {after.because}")
    return _judged(result, Verdict.OK, "The server was there for the next connection.")


def _judged(result: Played, behaviour: Verdict, because: str) -> Played:
    """A result with another verdict, for one and the same reason on both counts."""
    return replace(
        result,
        behaviour=behaviour,
        because=because,
        behaviour_close=behaviour,
        because_close=because,
    )
