"""Play a case on an open connection.

Each way of playing is a class. It receives what the peer does, tells the endpoint what to do, and
has the finding on the conversation at the end.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.expected import Event, EventKind, silence
from websocket_conformance.cases.payloads import repeated
from websocket_conformance.cases.play import LargeEcho, Play, RoundTrips, Script
from websocket_conformance.cases.steps import CloseAfter, FailAfter, Pause, Step, Watch
from websocket_conformance.counting import counted
from websocket_conformance.fuzzing.compressed import compressed
from websocket_conformance.fuzzing.link import Alarm, Link
from websocket_conformance.fuzzing.verdicts import Finding, on_events
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.codes import NORMAL
from websocket_conformance.wire.connection import State
from websocket_conformance.wire.deflate import Way
from websocket_conformance.wire.endpoint import Endpoint
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.sendable import Close, Frame, Message, Part
from websocket_conformance.wire.surroundings import Timer

PlayT = TypeVar("PlayT", bound=Play)


class Conversation(ABC, Generic[PlayT]):
    """A case that is being played.

    Args:
        case: the case.
        play: how it is played.
        endpoint: the judge's end of the connection.
        link: the link, which has the timers.
    """

    def __init__(self, case: Case, play: PlayT, endpoint: Endpoint, link: Link) -> None:
        self.received: list[Event] = []
        self._case = case
        self._play = play
        self._endpoint = endpoint
        self._log = endpoint.connection.log
        self._link = link
        self._timers: list[Timer] = []

    @abstractmethod
    def start(self) -> None:
        """The connection is open."""

    @abstractmethod
    def message(self, payload: bytes, binary: bool) -> None:
        """A message has come."""

    @abstractmethod
    def pong(self, payload: bytes) -> None:
        """A Pong has come."""

    def end(self) -> None:
        """The connection is over."""
        for timer in self._timers:
            timer.cancel()

    @abstractmethod
    def verdict(self) -> Finding:
        """Return the finding on the conversation."""

    def _close(self) -> None:
        self._endpoint.send_close(Close(NORMAL))

    def _close_after(self, seconds: float) -> Alarm:
        self._log.note("close", seconds)
        timer = self._link.after_quiet(seconds, self._close_now)
        self._timers.append(timer)
        return timer

    def _close_now(self) -> None:
        self._log.note("closing")
        self._endpoint.send_close(Close())

    def _fail_after(self, seconds: float) -> None:
        self._log.note("fail", seconds)
        self._timers.append(self._link.after_quiet(seconds, self._fail_now))

    def _fail_now(self) -> None:
        self._log.note("failing")
        self._endpoint.time_out()


class ScriptedConversation(Conversation[Script]):
    """Carries out the steps of a script, and compares what comes with what is expected."""

    def __init__(self, case: Case, play: Script, endpoint: Endpoint, link: Link) -> None:
        super().__init__(case, play, endpoint, link)
        self._steps = deque(play.steps)
        self._last_ping: bytes | None = None
        self._pause: Timer | None = None

    def start(self) -> None:
        """Carry out the steps up to the first that takes time."""
        while self._steps:
            step = self._steps.popleft()
            if isinstance(step, Pause | Watch):
                self._wait(step)
                return
            self._do(step)

    def _do(self, step: Step) -> None:
        match step:
            case Frame():
                if step.opcode == Opcode.PING:
                    self._last_ping = step.payload
                self._endpoint.send_frame(step)
            case Message():
                self._endpoint.send_message(step)
            case Part():
                self._endpoint.send_part(step)
            case Close():
                self._endpoint.send_close(step)
            case FailAfter(seconds):
                self._fail_after(seconds)
            case CloseAfter(seconds):
                self._close_after(seconds)

    def _wait(self, step: Pause | Watch) -> None:
        tag = step.tag if isinstance(step, Watch) else None
        self._log.note("pause", step.seconds, tag)
        for_answer = isinstance(step, Watch) and step.for_answer
        wait: Callable[[float, Callable[[], None]], Timer]
        wait = self._link.after_quiet if for_answer else self._link.pause
        timer = wait(step.seconds, lambda: self._go_on(tag))
        self._timers.append(timer)
        self._pause = timer if isinstance(step, Pause) and step.until_answered else None

    def _go_on(self, tag: str | None) -> None:
        self._pause = None
        self._log.note("paused", tag=tag)
        if tag is not None:
            if self._endpoint.state is not State.OPEN:
                return
            self.received.append(silence(tag))
        self.start()

    def message(self, payload: bytes, binary: bool) -> None:
        """Record the message."""
        self._event(Event(EventKind.BINARY if binary else EventKind.TEXT, payload))

    def pong(self, payload: bytes) -> None:
        """Record the Pong; it ends a pause that waits for the answer to a Ping."""
        self._event(Event(EventKind.PONG, payload))
        if self._pause is not None and payload == self._last_ping:
            self._pause.cancel()
            self._go_on(None)

    def _event(self, event: Event) -> None:
        self.received.append(event)
        met = all(list(events) == self.received for events in self._play.expected.values())
        if met and self._case.ending.by_judge and self._play.closes_when_met:
            self._endpoint.send_close(Close(self._case.ending.codes[0]))

    def verdict(self) -> Finding:
        """Return the verdict on the events."""
        is_failed = self._endpoint.connection.closing.was_failed
        return on_events(self.received, self._play, is_failed=is_failed)


class _Echo(Conversation[PlayT]):
    """The base of conversations that measure: their verdict changes as they go on."""

    def __init__(self, case: Case, play: PlayT, endpoint: Endpoint, link: Link) -> None:
        super().__init__(case, play, endpoint, link)
        self._verdict = Finding(Verdict.FAILED, "The connection ended before the echo came.")
        self._deadline: Alarm | None = None

    def pong(self, payload: bytes) -> None:
        """Close, since no Pong was asked for. An echo that comes before the peer's Close counts."""
        self.received.append(Event(EventKind.PONG, payload))
        self._close()

    def verdict(self) -> Finding:
        """Return the finding so far."""
        return self._verdict

    def _expect(self, seconds: float) -> None:
        self._deadline = self._close_after(seconds)

    def _close_now(self) -> None:
        self._verdict = Finding(Verdict.FAILED, "The echo did not come in time.")
        super()._close_now()

    def _finish(self, behaviour: Verdict, because: str) -> None:
        self._verdict = Finding(behaviour, because)
        if self._endpoint.state is State.OPEN:
            self._log.turn(on=True)
            self._close()


class LargeEchoConversation(_Echo[LargeEcho]):
    """Sends a large message and waits for it."""

    def start(self) -> None:
        """Send the message."""
        play = self._play
        self._log.turn(on=False)
        self._expect(play.seconds)
        payload = repeated(play.unit, play.length)
        message = Message(payload, play.binary, play.fragment)
        self._endpoint.send_message(message, chop=play.chop)

    def message(self, payload: bytes, binary: bool) -> None:
        """Compare the message with the echo; messages after that are ignored."""
        play = self._play
        if self._verdict.behaviour is Verdict.OK:
            return
        if binary != play.binary:
            self._finish(Verdict.FAILED, "The echo has the wrong type.")
        elif len(payload) != play.length:
            because = f"The echo has {counted(len(payload), 'octet')}, not {play.length:,}."
            self._finish(Verdict.FAILED, because)
        else:
            self._finish(Verdict.OK, f"The echo of {counted(play.length, 'octet')} came.")


def _compressed(play: RoundTrips, way: Way) -> Iterator[bytes]:
    return iter(play.compressed) if play.compressed else compressed(play.stream, way)


class RoundTripsConversation(_Echo[RoundTrips]):
    """Sends messages, each after the echo of the one before."""

    def __init__(self, case: Case, play: RoundTrips, endpoint: Endpoint, link: Link) -> None:
        super().__init__(case, play, endpoint, link)
        self._sent = 0
        self._awaited = b""
        self._compressed = None if endpoint.way is None else _compressed(play, endpoint.way)

    def start(self) -> None:
        """Send the first message; without compression, close before anything is logged."""
        self._log.turn(on=False)
        if self._play.asked is not None and self._endpoint.way is None:
            because = "permessage-deflate was not agreed upon."
            self._verdict = Finding(Verdict.UNIMPLEMENTED, because)
            self._close()
            return
        self._expect(self._play.seconds)
        self._send()

    def _send(self) -> None:
        play = self._play
        self._awaited = play.stream[self._sent]
        octets = None if self._compressed is None else next(self._compressed)
        self._sent += 1
        message = Message(self._awaited, play.binary, play.fragment)
        self._endpoint.send_message(message, compressed=octets)
        if self._deadline is not None:
            self._deadline.restart()

    def message(self, payload: bytes, binary: bool) -> None:
        """Send the next message if this is the echo of the last one."""
        wrong = self._difference(payload, binary)
        if wrong:
            self._finish(Verdict.FAILED, f"{wrong} (message {self._sent:,}).")
        elif self._sent == self._play.stream.count:
            self._finish(Verdict.OK, f"All {self._sent:,} echoes came.")
        elif self._endpoint.state is State.OPEN:
            self._send()

    def _difference(self, payload: bytes, binary: bool) -> str:
        if binary != self._play.binary:
            return "The echo has the wrong type"
        if len(payload) != len(self._awaited):
            return f"The echo has {counted(len(payload), 'octet')}, not {len(self._awaited):,}"
        if self._play.is_compared and payload != self._awaited:
            return "The echo has other octets"
        return ""


def conversation(case: Case, endpoint: Endpoint, link: Link) -> Conversation[Any]:
    """Return the conversation of a case."""
    play: Play = case.play
    match play:
        case Script():
            return ScriptedConversation(case, play, endpoint, link)
        case LargeEcho():
            return LargeEchoConversation(case, play, endpoint, link)
        case RoundTrips():
            return RoundTripsConversation(case, play, endpoint, link)
