"""A socket compared with a small model of the standard, over random lives.

The model is written from the text of sections 3.1 and 4: a ready state, a queue of tasks that
change it and fire events, and a count of the bytes that were sent. It does not say when a task
runs. Instead it follows: each event that the page sees has to be the next one that the model's
queue would fire, at the ready state that the model has then.
"""

import asyncio
import itertools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from support import frames
from support.frames import BINARY, CLOSE, TEXT
from support.inside import is_in_checkpoint
from support.page import limits, turns
from support.wire import Pages, establish
from whatwg_websockets import DOMException
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.rfc6455.connection import ESTABLISHED, NOT_ESTABLISHED

CONNECTING, OPEN, CLOSING, CLOSED = range(4)

# How far the clock goes with each look, in seconds: two sends may fall into one moment, and a turn
# with many tasks uses its time up.
A_LOOK = 0.0004

SEND_BUFFER = 300


class Model:
    """The state of one socket as the standard defines it."""

    def __init__(self):
        self.ready_state = CONNECTING
        self.tasks = []

    # Feedback from the protocol: each queues a task.

    def established(self):
        self.tasks.append(("open",))

    def message(self, data):
        self.tasks.append(("message", data))

    def closing_handshake_started(self):
        self.tasks.append(("closing",))

    def closed(self, *, failed, clean, code, reason):
        self.tasks.append(("closed", failed, clean, code, reason))

    # The tasks, as the text has them; with the guard that keeps CLOSING from becoming OPEN, and
    # without the tasks of a document that is gone.

    def run_one(self):
        """Run the next task, and return the events that it fires."""
        name, *arguments = self.tasks.pop(0)
        if name == "open":
            if self.ready_state != CONNECTING:
                return []
            self.ready_state = OPEN
            return [("open", OPEN)]
        if name == "message":
            return [("message", OPEN, *arguments)] if self.ready_state == OPEN else []
        if name == "closing":
            self.ready_state = max(self.ready_state, CLOSING)
            return []
        if self.ready_state == CLOSED:
            return []
        self.ready_state = CLOSED
        failed, clean, code, reason = arguments
        error = [("error", CLOSED)] if failed else []
        return [*error, ("close", CLOSED, code, reason, clean)]

    def next_is_silent(self):
        """Tell whether there is a next task, and it would fire no event."""
        if not self.tasks:
            return False
        name = self.tasks[0][0]
        return (
            name == "closing"
            or (name == "open" and self.ready_state != CONNECTING)
            or (name == "message" and self.ready_state != OPEN)
            or (name == "closed" and self.ready_state == CLOSED)
        )


class Life(RuleBasedStateMachine):
    """A page, a server and a network that act at random."""

    @initialize(
        is_accepted=st.booleans(),
        is_stalled=st.booleans(),
        answers=st.booleans(),
        closes=st.booleans(),
    )
    def construct(self, is_accepted, is_stalled, answers, closes):
        self.loop = asyncio.new_event_loop()
        self.monkeypatch = pytest.MonkeyPatch()
        # Each look at the clock takes as long as the one before: what leaves at once, what is
        # joined, and where a turn ends, are the same each time that Hypothesis plays the steps.
        looks = itertools.count()
        for module in ("html.event_loop", "network.connection"):
            clock = f"whatwg_websockets.{module}.perf_counter"
            self.monkeypatch.setattr(clock, lambda: next(looks) * A_LOOK)
        self.pages = Pages(self.monkeypatch)
        self.settings = limits(
            send_buffer=SEND_BUFFER, closing_timeout=3600, lingering_timeout=3600
        )
        self.model = Model()
        self.failures = []
        # Events that the model has fired, and the page has yet to see.
        self.expected = []
        # Sizes of the messages that were given to the connection, and of the others together.
        self.sent = []
        self.never_sent = 0
        # What the server said last: None, or a Close frame, or a bad one.
        self.last_words = None
        self.is_over = False
        self.left_unseen = 0
        self.answers, self.closes, self.is_busy = answers, closes, False
        self.wire = None
        self.loop.run_until_complete(self._construct())
        if is_accepted:
            self.accept([])
            self.let_the_loop_run()
            self.wire.is_stalled = is_stalled  # type: ignore[attr-defined]

    async def _construct(self):
        self.socket, self.connection = self.pages.connecting(self.settings)
        self.socket.binaryType = "arraybuffer"
        for event_type in ("open", "message", "error", "close"):
            self.socket.addEventListener(event_type, self.hear)

    def teardown(self):
        if hasattr(self, "loop"):
            try:
                self.let_the_loop_run()
            finally:
                self.monkeypatch.undo()
                self.loop.close()

    # Following.

    def hear(self, event):
        """Listen to all events; an exception raised here would only be reported."""
        try:
            self.compare(event)
        except BaseException as failure:
            self.failures.append(failure)

    def compare(self, event):
        """Compare an event of the socket with the model."""
        seen = (event.type, self.socket.readyState)
        if event.type == "message":
            seen += (event.data,)
        elif event.type == "close":
            seen += (event.code, event.reason, event.wasClean)
        while not self.expected:
            self.close_if_the_failure_has_been_told()
            assert self.model.tasks, f"the model knows of no reason for {seen}"
            self.expected = self.model.run_one()
        assert seen == self.expected.pop(0)
        if event.type == "message":
            self.be_the_listener()

    def be_the_listener(self):
        if self.is_busy:
            self.loop.call_soon(int)
        if self.answers:
            self.send(b"answer")
        if self.closes:
            self.close((1000, "enough"))

    @invariant()
    def the_ready_state_is_the_models(self):
        """Run tasks of the model that fire nothing, until the ready states agree."""
        if hasattr(self, "model"):
            for failure in self.failures:
                raise failure
            self.close_if_the_failure_has_been_told()
            while self.socket.readyState != self.model.ready_state:
                assert self.model.next_is_silent(), "a ready state without a reason"
                self.model.run_one()

    # The page.

    @rule(data=st.sampled_from(["", "ü€😀", "x" * 130, bytes(100), bytes(200), bytes(301)]))
    def send(self, data):
        self.the_ready_state_is_the_models()
        size = len(data.encode()) if isinstance(data, str) else len(data)
        if self.model.ready_state == CONNECTING:
            with pytest.raises(DOMException, match="InvalidStateError"):
                self.socket.send(data)
            return
        is_established = self.connection.wire.state == ESTABLISHED
        fits = self.waiting() + size <= SEND_BUFFER
        before = self.socket.bufferedAmount
        self.socket.send(data)
        assert self.socket.bufferedAmount == before + size
        if is_established and fits:
            self.sent.append(size)
            return
        self.never_sent += size
        if is_established:
            # Flagged as full: the connection is closed, which fires error.
            self.lose(is_full=True)

    @rule(arguments=st.sampled_from([(), (1000,), (1000, "bye"), (3000, "ü"), (4999, "x" * 123)]))
    def close(self, arguments):
        self.the_ready_state_is_the_models()
        wire_state = self.connection.wire.state
        self.socket.close(*arguments)
        if self.model.ready_state < CLOSING:
            self.model.ready_state = CLOSING
            self.end_from_this_side(wire_state)

    @rule()
    def make_disappear(self):
        wire_state = self.connection.wire.state
        self.settings.unload()
        self.model.ready_state = CLOSED
        self.end_from_this_side(wire_state)

    def end_from_this_side(self, wire_state):
        if wire_state == NOT_ESTABLISHED:
            self.model.closed(failed=True, clean=False, code=1006, reason="")
        elif wire_state == ESTABLISHED:
            self.model.closing_handshake_started()

    @rule(answers=st.booleans(), closes=st.booleans(), is_busy=st.booleans())
    def change_the_listener(self, answers, closes, is_busy):
        self.answers, self.closes, self.is_busy = answers, closes, is_busy

    # The server.

    def is_connecting(self):
        return self.connection.wire.state == NOT_ESTABLISHED

    def is_connected(self):
        return self.wire is not None and not self.wire.is_lost

    def may_speak(self):
        return self.is_connected() and not self.wire.is_closing() and self.last_words is None

    @precondition(is_connecting)
    @rule(messages=st.lists(st.text(max_size=5), max_size=2))
    def accept(self, messages):
        self.model.established()
        for message in messages:
            self.model.message(message)
        then = b"".join(map(frames.text, messages))
        self.wire = establish(self.connection, then, loop=self.loop)

    @precondition(is_connecting)
    @rule()
    def refuse(self):
        self.model.closed(failed=True, clean=False, code=1006, reason="")
        self.connection.fail(1002, "refused")

    @precondition(may_speak)
    @rule(messages=st.lists(st.sampled_from(["", "ü", b"", b"x" * 130]), max_size=4))
    def say_messages(self, messages):
        data = b""
        for message in messages:
            self.model.message(message)
            data += frames.text(message) if isinstance(message, str) else frames.binary(message)
        self.wire.receive(data)

    @precondition(may_speak)
    @rule(
        last_words=st.sampled_from(
            [("close", None, ""), ("close", 1000, "bye"), ("close", 4000, "ü"), ("bad",)]
        ),
        messages=st.lists(st.text(max_size=5), max_size=2),
    )
    def say_last_words(self, last_words, messages):
        for message in messages:
            self.model.message(message)
        self.model.closing_handshake_started()
        self.last_words = last_words
        last = frames.close(*last_words[1:]) if last_words[0] == "close" else b"\xff\xff"
        self.wire.receive(b"".join(map(frames.text, messages)) + last + frames.text("behind"))

    @precondition(lambda self: self.is_connected() and not self.wire.is_closing())
    @rule()
    def end_tcp(self):
        self.wire.end()
        self.lose_if_nothing_waits(in_order=True)

    @precondition(is_connected)
    @rule()
    def reset_tcp(self):
        self.wire.fail(ConnectionResetError())
        self.lose()

    # The network.

    @precondition(is_connected)
    @rule(is_stalled=st.booleans(), count=st.integers(0, 400))
    def move(self, is_stalled, count):
        """Let some bytes leave, or all that are written from now on, or none."""
        self.wire.is_stalled = is_stalled
        waiting = self.waiting()
        self.wire.drain(count)
        self.left_unseen += waiting - self.waiting()
        if self.wire.is_closing():
            self.lose_if_nothing_waits()

    def lose_if_nothing_waits(self, *, in_order=False):
        if not self.wire.waiting:
            self.lose(in_order=in_order)

    def lose(self, *, is_full=False, in_order=False):
        """The connection is closed. Its code and reason are those of a Close frame received.

        Where the server ends TCP in order behind its Close frame, it is closed cleanly: the answer
        may still wait for tasks that are before it, and so does the end.
        """
        if self.is_over and not is_full:
            return
        if self.is_over:
            # The connection has not heard of that loss yet, nor of what was said before it.
            self.model.tasks.pop()
        self.is_over = True
        if is_full or self.last_words in (None, ("bad",)):
            self.model.closed(failed=True, clean=False, code=1006, reason="")
        else:
            _, code, reason = self.last_words
            clean = in_order or CLOSE in [frame.opcode for frame in self.frames_that_left()]
            code = 1005 if code is None else code
            self.model.closed(failed=False, clean=clean, code=code, reason=reason)

    def close_if_the_failure_has_been_told(self):
        """A failed connection is closed for the page once its Close frame has left."""
        if self.last_words == ("bad",) and not self.is_over:
            opcodes = [frame.opcode for frame in self.frames_that_left()]
            if CLOSE in opcodes and not self.model.tasks:
                self.lose()

    def frames_that_left(self):
        return self.what_left()[0]

    def what_left(self):
        """The frames that left whole, and what left of the next."""
        data, whole = bytes(self.wire.written), []
        while (read := frames.read_frame(data)) is not None:
            whole.append(read[0])
            data = data[read[1] :]
        return whole, data

    def waiting(self):
        """How many bytes of application data were given to the connection and have not left."""
        if self.wire is None:
            return sum(self.sent)
        whole, part = self.what_left()
        still = self.sent[sum(frame.opcode in (TEXT, BINARY) for frame in whole) :]
        if not part or part[0] & 0x0F not in (TEXT, BINARY):
            return sum(still)
        header = 6 if still[0] < 126 else 8
        return sum(still) - max(0, len(part) - header)

    # The loop.

    @rule()
    def let_the_loop_run(self):
        """All that is to happen has happened then, and bufferedAmount is exact."""
        self.loop.run_until_complete(self._run())
        self.the_ready_state_is_the_models()
        while self.model.tasks:
            assert self.model.next_is_silent(), "the page has not been told of everything"
            self.model.run_one()
        assert self.expected == []
        assert self.socket.readyState == self.model.ready_state
        self.buffered_amount_is_the_models()

    def buffered_amount_is_the_models(self):
        """A transport that closes does not tell what has left since it was last looked at."""
        if self.wire is None or not (self.wire.is_closing() and self.wire.waited_when_closed):
            self.left_unseen = 0
        exact = self.never_sent + self.waiting()
        assert exact <= self.socket.bufferedAmount <= exact + self.left_unseen

    async def _run(self):
        event_loop = the_event_loop()
        await turns(3)
        while event_loop.tasks or is_in_checkpoint(event_loop):
            await turns(1)
        await turns(3)


Life.TestCase.settings = settings(
    max_examples=400, stateful_step_count=16, deadline=None, database=None
)
TestLife = Life.TestCase
