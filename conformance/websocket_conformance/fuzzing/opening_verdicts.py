"""The verdicts on a case of the opening handshake."""

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
"""The finding on a peer that sets no limit to a handshake without an end."""

STAYED = Finding(Verdict.NON_STRICT, "The server stays, though no request can come any more.")
"""The finding on a peer that stays after the judge closed TCP: a SHOULD of RFC 9112, 9.5."""

_APT = ("501", "505")
"""The statuses, besides 4xx, that fit a request which a server cannot accept."""

_UNSEEN = "The judge reset TCP, and nobody told what the peer made of that."
"""The reason for a reset as long as it is not known what the peer made of it."""

_HELD = Finding(Verdict.OK, "The connection ended as required.")
"""The finding on the closing where only the behaviour counts."""


@dataclass
class Signs:
    """The signs that a peer gave after the judge's part of the handshake.

    Attributes:
        octets: how many octets came that do not belong to the handshake.
        frames: how many frames of each opcode these octets were.
        peer_left: whether the peer closed TCP.
        leaves: whether the judge meant to close TCP itself.
        endless: whether the judge's part was without an end.
        is_open: for a server: whether its response says that the connection is open.
        refused: for a server: the finding on its refusal.
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
        """Whether the peer takes the connection for open: it sends frames, or has said so."""
        return Outcome.ESTABLISHED if self.octets or self.is_open else Outcome.REFUSED


def on_opening(expected: Mapping[Outcome, Verdict], signs: Signs, played: Findings) -> Findings:
    """The verdicts on a case of the opening handshake.

    Args:
        expected: the verdict on each outcome.
        signs: the signs that the peer gave.
        played: the findings on the conversation, if there was one.
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
    """Judge a peer that sent frames without a connection; only a Close may be tolerated.

    Source: RFC 6455, section 7.1.7: a Close is sent on an established connection.
    """
    if signs.frames is not None and set(signs.frames) == {Opcode.CLOSE}:
        because = "The peer refused the connection, but sent a Close, and no connection was open."
        return Findings(Finding(Verdict.NON_STRICT, because), _HELD)
    return both(Verdict.FAILED, "The peer took the connection for open.")


def on_reset(signs: Signs, *, was_to_open: bool) -> Findings:
    """Return the verdicts on a case that the judge broke off, while no more is known of it.

    Args:
        signs: the signs that the peer gave.
        was_to_open: whether a server had to open the connection before the reset.
    """
    if was_to_open and not signs.is_open:
        because = signs.refused.because if signs.refused else "The peer left."
        return both(Verdict.FAILED, f"The connection was never open. {because}")
    return both(Verdict.INFORMATIONAL, _UNSEEN)


def on_refusal_of_a_server(head: bytes, header: tuple[str, str] | None) -> Finding:
    """Return the finding on a server's refusal.

    Source: RFC 6455, sections 4.2.2 and 4.4.

    Args:
        head: its response; empty without a response.
        header: a field that it has to have, and a word that the field has to contain.
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
    """Return the status of a response; empty if it does not have one."""
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
    """Return a result that takes into account what the client's page saw of the case.

    The page knows more than the judge only about a connection that was reset.
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
    """Return a server's result that takes into account what became of the next connection.

    Args:
        result: the result so far.
        after: the result of the next connection.
    """
    result = replace(result, agent=after.agent)
    if result.behaviour is not Verdict.INFORMATIONAL:
        return result
    if after.behaviour is not Verdict.OK:
        return _judged(result, Verdict.FAILED, f"On the next connection: {after.because}")
    return _judged(result, Verdict.OK, "The server was there for the next connection.")


def _judged(result: Played, behaviour: Verdict, because: str) -> Played:
    """Return a result with another verdict, for the same reason on behaviour and closing."""
    return replace(
        result,
        behaviour=behaviour,
        because=because,
        behaviour_close=behaviour,
        because_close=because,
    )
