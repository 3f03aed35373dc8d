"""The life of one socket on a random page, and the checks of its end."""

import array
import asyncio
import contextlib
import random
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from support.inside import connection_of
from support.random_messages import (
    ENDS_CLEANLY,
    IN_ALL,
    Account,
    Print,
    fingerprint,
    random_message,
)
from support.random_ways import (
    AT_ONCE,
    DEADLINE,
    REACTIONS,
    WAITS,
    WAYS_TO_WAIT,
    Message,
    busy,
    bytes_or_str,
    compute,
    nothing,
    take_turns,
)
from support.tls import client_context
from whatwg_websockets import Blob, DOMException, EnvironmentSettings, Limits, WebSocket
from whatwg_websockets.rfc6455.connection import ESTABLISHED

# How often a page sends at most.
SENDS: Final = 200


def first_difference(one: list[Print], other: list[Print]) -> int:
    """Return where two lists of messages begin to differ."""
    for i, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return i
    return min(len(one), len(other))


class Life:
    """The life of one socket.

    Attributes:
        socket: the socket.
        deliver: takes the end of the messages, which is None.
        is_followed: a listener began what the page does, so that the next message waits for it.
        parked: messages that are kept for later.
        faults: what went wrong.
    """

    def __init__(self, url: str, index: str, seed: object) -> None:
        self.index = index
        self.rng = rng = random.Random(f"{seed}, page, {index}")
        self.faults: list[str] = []
        self.is_followed = False
        self.has_delivered = False
        self.deliver: Callable[[Message], object] = lambda data: None
        self.parked: deque[Message] = deque()
        self.something_is_parked = asyncio.Event()
        self._events: list[str] = []
        self._heard: list[Print] = []
        self._taken: list[Print] = []
        self._sent: list[Print] = []
        self._never_sent = 0
        self._buffered = 0
        self._bytes_left = IN_ALL
        self._end: tuple[int, str, bool] | None = None
        self._closed_with: tuple[Any, ...] | None = None
        self._has_closed_established = False
        self._is_unloaded = False
        self._settings = EnvironmentSettings(
            tls=client_context(), limits=Limits(lingering_timeout=1.0)
        )
        self.socket = socket = WebSocket(url + index, settings=self._settings)
        self.over = asyncio.Event()
        socket.binaryType = rng.choice(("blob", "arraybuffer"))
        for name in ("open", "message", "error", "close"):
            socket.addEventListener(name, getattr(self, f"_{name}"))
        if rng.random() < 0.5:
            listener = self._act_in_a_listener if rng.random() < 0.5 else self._act_in_a_coroutine
            self._listener_rng = random.Random(rng.random())
            socket.addEventListener("message", listener)

    # What is heard, whatever else the page does.

    def _note(self, name: str) -> None:
        self._events.append(name)
        if self._is_unloaded:
            self.faults.append(f"{name} after the document had gone away")

    def _open(self, _: Any) -> None:
        self._note("open")
        rng = random.Random(self.rng.random())
        for _ in range(rng.choice((0, 0, 1, 5))):
            self.send(rng)
        self.is_followed = True
        self.deliver(None)

    def _message(self, event: Any) -> None:
        self._note("message")
        if self.socket.readyState != WebSocket.OPEN:
            self.faults.append(f"a message in ready state {self.socket.readyState}")
        self._heard.append(fingerprint(bytes_or_str(event.data)))

    def _error(self, _: Any) -> None:
        self._note("error")

    def _close(self, event: Any) -> None:
        self._note("close")
        self._end = event.code, event.reason, event.wasClean
        self._finish()

    def _finish(self) -> None:
        if not self.over.is_set():
            self.over.set()
            # A page that is unloaded by a timer may be at work on its last message.
            if not self.has_delivered:
                self.deliver(None)

    # What a page does.

    def hear(self, listener: "Callable[[Message], object] | None") -> None:
        """Put a new handler in place, which is to hear of one message, or of the end."""
        self.has_delivered = False
        self.deliver = listener or self._park
        self.socket.onmessage = listener and (lambda event: self.give(listener, event))

    def give(self, listener: "Callable[[Message], object]", event: Any) -> object:
        self.has_delivered = listener != self._park
        return listener(bytes_or_str(event.data))

    def park(self) -> None:
        """Keep what comes from now on for later."""
        self.is_followed = False
        self.hear(self._park)

    def _park(self, data: Message) -> None:
        self.parked.append(data)
        self.something_is_parked.set()

    async def live(self) -> None:
        opened = asyncio.get_running_loop().create_future()
        self.deliver = lambda data: opened.done() or opened.set_result(data)
        beside = asyncio.create_task(self._act_beside(random.Random(self.rng.random())))
        try:
            async with asyncio.timeout(DEADLINE):
                await opened
                if self.socket.readyState == WebSocket.OPEN and self.rng.random() < 0.8:
                    await self._take_one_by_one()
                await self.over.wait()
        except TimeoutError:
            self.faults.append(f"the life of {self.socket} hangs; so far {self._events[-5:]}")
        beside.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beside
        self.hear(None)

    async def _take_one_by_one(self) -> None:
        rng = self.rng
        while not self.over.is_set():
            if self.parked:
                data = self.parked.popleft()
            else:
                way = rng.choice(WAYS_TO_WAIT if self.is_followed else AT_ONCE)
                self.is_followed = True
                data = await way(self, rng)
            if data is None:
                break
            self._taken.append(fingerprint(data))
            wait_often = 0.05 if len(self._taken) < 300 else 0.002
            kinds = WAITS if rng.random() < wait_often else REACTIONS
            if self.parked:  # A turn of the loop would be one in which nobody follows.
                kinds = (nothing, compute)
            await rng.choice(kinds)(self, rng)
        self._judge_what_was_taken()

    def _judge_what_was_taken(self) -> None:
        """What was heard was taken one by one, except what was still kept at the end."""
        kept = [fingerprint(each) for each in self.parked if each is not None]
        if self._heard != self._taken + kept:
            at = first_difference(self._heard, self._taken + kept)
            self.faults.append(
                f"{len(self._heard)} messages were heard, {len(self._taken)} taken one by one "
                f"and {len(kept)} kept; they differ from number {at} on"
            )

    def _act_in_a_listener(self, _: Any) -> None:
        rng = self._listener_rng
        if rng.random() < 0.3:
            self.send(rng)
        if rng.random() < 0.1:
            busy(rng)
        if rng.random() < 0.01:
            self.close(rng)

    async def _act_in_a_coroutine(self, event: Any) -> None:
        rng = self._listener_rng
        self._act_in_a_listener(event)
        if rng.random() < 0.5:
            await take_turns(self, rng)
            self._act_in_a_listener(event)

    async def _act_beside(self, rng: random.Random) -> None:
        """Do things that no event begins, and close in the end."""
        ends = time.monotonic() + rng.choice((0, 0.01, 0.1, 0.5, 2))
        while time.monotonic() < ends:
            await asyncio.sleep(rng.choice((0, 0, 0.001, 0.02)))
            if rng.random() < 0.1:
                self.send(rng)
        while not self.over.is_set():
            self.close(rng) if rng.random() < 0.85 else self.unload()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), 1)

    def send(self, rng: random.Random) -> None:
        socket = self.socket
        if socket.readyState == WebSocket.CONNECTING:
            with contextlib.suppress(DOMException):
                socket.send("too early")
                self.faults.append("send() while CONNECTING raised nothing")
            return
        if len(self._sent) >= SENDS:
            return
        data = random_message(rng, len(self._sent), self._bytes_left)
        mark = fingerprint(data)
        self._bytes_left = max(0, self._bytes_left - mark[1])
        if connection_of(socket).wire.state == ESTABLISHED:
            self._sent.append(mark)
        else:
            self._never_sent += mark[1]
        before = socket.bufferedAmount
        given = data if isinstance(data, str) else rng.choice(GIVEN_AS)(data)
        socket.send(given)
        if isinstance(given, bytearray):
            given[:] = b"?" * len(given)
        if socket.bufferedAmount != before + mark[1]:
            self.faults.append(
                f"bufferedAmount went from {before} to {socket.bufferedAmount}, by {mark[1]} bytes"
            )

    def close(self, rng: random.Random) -> None:
        if self._closed_with is None and not self._is_unloaded:
            self._closed_with = rng.choice(((), (1000,), (1000, "bye"), (4001, "ü" * 61), (3000,)))
            if self.socket.readyState == WebSocket.OPEN:
                wire = connection_of(self.socket).wire
                self._has_closed_established = wire.state == ESTABLISHED
            self.socket.close(*self._closed_with)
        else:
            self.socket.close()

    def unload(self) -> None:
        if self._events[-1:] != ["close"]:
            self._is_unloaded = True
        self._settings.unload()
        self._finish()

    # What is to be said of it.

    def look_back(self) -> None:
        """Take down what only the loop's own thread may ask, when the connection is gone."""
        self._buffered = self.socket.bufferedAmount
        if self._settings.unloading:
            self.faults.append("the settings still know the socket")

    def judge(self, account: Account | None) -> list[str]:
        """Return what went wrong, by what the page has seen and what the server knows."""
        faults = self.faults
        self._judge_events()
        if account is None:
            if self._heard or "open" in self._events:
                faults.append("a server that nobody asked was heard")
            return self._signed()
        faults += account.faults
        self._judge_messages(account)
        self._judge_end(account)
        pings = iter(account.pings)
        if not all(each in pings for each in account.pongs):
            faults.append(f"Pongs {account.pongs[:9]} do not follow the Pings {account.pings[:9]}")
        return self._signed(account)

    def _signed(self, account: Account | None = None) -> list[str]:
        how = account and (account.ending, account.extensions)
        return [f"socket {self.index} {how}: {fault}" for fault in self.faults]

    def _judge_events(self) -> None:
        events = deque(self._events)
        for name, at_most in (("open", 1), ("message", len(events)), ("error", 1), ("close", 1)):
            while at_most and events and events[0] == name:
                events.popleft()
                at_most -= 1
        is_whole = self._events[-1:] == ["close"] or self._is_unloaded
        if events or not is_whole:
            self.faults.append(f"the events end with {self._events[-9:]}")

    def _judge_messages(self, account: Account) -> None:
        said, heard = account.sent, self._heard
        if heard != said[: len(heard)]:
            at = first_difference(heard, said)
            self.faults.append(f"the page heard something else at {at} of {len(said)} messages")
        may_hear_all = self._closed_with is None and not self._is_unloaded
        if may_hear_all and account.ending in ENDS_CLEANLY and len(heard) < len(said):
            self.faults.append(f"the page heard {len(heard)} of {len(said)} messages")
        sent, got = self._sent, account.got
        if got != sent[: len(got)]:
            self.faults.append(f"the server got {len(got)} messages, not as they were sent")
        if account.close_got is not None and len(got) < len(sent):
            self.faults.append(f"the server got {len(got)} of {len(sent)} messages before Close")

    def _judge_end(self, account: Account) -> None:
        payload, close_got = self._closed_with, account.close_got
        if self._has_closed_established and payload is not None and close_got is not None:
            code, reason = (*payload, "")[:2] if payload else (None, "")
            expected = b"" if code is None else code.to_bytes(2) + reason.encode()
            if close_got != expected:
                self.faults.append(f"close{payload} became {close_got!r}")
        if self._end is None:
            return
        code, reason, was_clean = self._end
        if account.ending == "close" and account.close_sent is not None and "open" in self._events:
            code_sent, reason_sent = account.close_sent
            # What the server has got had left; what it has not got may have, or not.
            is_clean = account.close_got is not None or was_clean
            if account.close_got is None and not account.ends_tls:
                self.faults.append("the client did not answer the Close frame")
            if self._end != (1005 if code_sent is None else code_sent, reason_sent, is_clean):
                self.faults.append(f"a Close frame {account.close_sent} became {self._end}")
        elif account.ending != "close" and self._end != (1006, "", False):
            self.faults.append(f"the end {account.ending!r} became {self._end}")
        is_at_rest = close_got is not None and account.ending == "close"
        if is_at_rest and self._buffered != self._never_sent:
            self.faults.append(f"bufferedAmount is {self._buffered} in the end")


GIVEN_AS: Final[tuple[Callable[[bytes], Any], ...]] = (
    bytes, bytearray, memoryview, lambda data: Blob([data]), lambda data: array.array("b", data),
)  # fmt: skip
