"""A stream compared with a small model of the draft, over random lives.

The model is written from the text of section 4 and of what it stands on: messages are chunks in
their order, as many as are asked for; writes are messages in theirs; what ends the connection
settles ``closed`` and ends both streams, the readable one behind the messages that came before. It
does not say when anything happens. What has happened is compared when the loop is at rest.
"""

import asyncio
import itertools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from support import frames
from support.frames import BINARY, CLOSE, TEXT
from support.inside import is_in_checkpoint, stream_connection_of, waiting_for_the_page
from support.page import limits, turns
from support.streams import connecting_stream
from support.wire import Pages, establish
from whatwg_websockets import AbortController, DOMException, WebSocketError
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.rfc6455.connection import ESTABLISHED, NOT_ESTABLISHED
from whatwg_websockets.webidl.promise import mark_as_handled

# On a busy machine, two hundred lives under coverage take minutes.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# How far the clock goes with each look, in seconds: a turn with many tasks uses its time up.
A_LOOK = 0.0004

# What is written, by its name: hypothesis keeps in memory how each draw is written out. The last is
# more than a stream's connection takes before a writer has to wait.
WRITTEN = {
    "empty text": "",
    "text": "ü€😀",
    "longer text": "x" * 130,
    "no bytes": b"",
    "bytes": bytes(200),
    "many bytes": bytes(100_000),
}

# The ends of a read or a write.
PENDING, CANCELLED, DONE = "pending", "cancelled", "done"

CODES = st.sampled_from([(None, ""), (1000, ""), (1000, "bye"), (3000, "ü"), (4999, "x" * 123)])


class Attempt:
    """A task that reads or writes, and what has become of it.

    Attributes:
        task: the task.
        data: what is written.
        is_given_up: the task was cancelled before it was done.
    """

    def __init__(self, task, data=None):
        self.task = task
        self.data = data
        self.is_given_up = False

    def cancel(self):
        self.is_given_up = self.is_given_up or not self.task.done()
        self.task.cancel()

    @property
    def outcome(self):
        """Pending, cancelled, done, an exception, or in a tuple what was read."""
        if not self.task.done():
            return PENDING
        if self.task.cancelled():
            return CANCELLED
        return self.task.exception() or self.task.result()


class StreamLife(RuleBasedStateMachine):
    """A program, a server and a network that act at random."""

    @initialize(
        is_accepted=st.sampled_from([True, True, True, False]),
        is_stalled=st.booleans(),
        patience=st.integers(0, 15),
    )
    def construct(self, is_accepted, is_stalled, patience):
        # How much is read, written, said and given up before anything ends the connection.
        self.patience = patience
        self.loop = asyncio.new_event_loop()
        self.errors = []
        self.loop.set_exception_handler(lambda _, context: self.errors.append(context))
        self.monkeypatch = pytest.MonkeyPatch()
        looks = itertools.count()
        for module in (
            "html.event_loop", "html.microtask_queue", "network.connection", "network.held_tasks"
        ):  # fmt: skip
            clock = f"whatwg_websockets.{module}.perf_counter"
            self.monkeypatch.setattr(clock, lambda: next(looks) * A_LOOK)
        self.pages = Pages(self.monkeypatch)
        self.settings = limits(closing_timeout=3600, lingering_timeout=3600)
        self.wire = None
        self.opened = None
        # The ends of the readable and of the writable stream.
        self.ends = []
        # What the server said, in order, and what it said last: a Close frame, or a bad one.
        self.said = []
        self.last_words = None
        self.server_has_ended = False
        # The program's attempts, in order, and what it did that drops what it has not read.
        self.reads = []
        self.writes = []
        self.has_dropped = False
        self.is_dropping_later = False
        self.has_closed_the_writable = False
        self.is_unloaded = False
        self.is_aborted = False
        # The Close frames that the program asked for while the connection was established. The last
        # was asked for at once, if `has_asked`; the others wait for the end of a write, and one of
        # them may be first all the same.
        self.asked_for = []
        self.has_asked = False
        # How the connection ended: clean, the code and the reason; None while it has not.
        self.end = None
        self.loop.run_until_complete(self._construct())
        if is_accepted:
            self.accept([])
            self.let_the_loop_run()
            self.move(is_stalled=is_stalled, count=0)

    async def _construct(self):
        self.controller = AbortController()
        self.stream = connecting_stream(
            self.pages, signal=self.controller.signal, settings=self.settings
        )
        self.connection = stream_connection_of(self.stream)
        self.opening = asyncio.ensure_future(self.stream.opened)
        self.closing = asyncio.ensure_future(self.stream.closed)

    def teardown(self):
        if not hasattr(self, "loop"):
            return
        try:
            self.come_to_an_end()
            assert self.errors == []
        finally:
            self.monkeypatch.undo()
            self.loop.close()

    def come_to_an_end(self):
        """Whatever has happened: the end settles every promise, and nothing is left."""
        if self.is_connecting():
            self.refuse()
        if self.is_connected():
            self.move(is_stalled=False, count=10**9)
        self.let_the_loop_run()
        if self.is_connected() and self.end is None:
            self.reset_tcp()
        self.let_the_loop_run()
        while self.opened is not None and self.reads_go_on():
            self.read(5)
            self.let_the_loop_run()
        assert self.opening.done()
        assert self.closing.done()
        assert all(attempt.task.done() for attempt in self.reads + self.writes)
        for end in self.ends:
            assert end.done(), "a stream has not ended"
            end.exception()
        event_loop = self.loop.run_until_complete(self._event_loop())
        assert not event_loop.kept_alive
        assert not event_loop.unloading

    async def _event_loop(self):
        return the_event_loop()

    def reads_go_on(self):
        """Tell whether the last read has not met the end of the readable stream."""
        uncancelled = [read.outcome for read in self.reads if not read.is_given_up]
        return not uncancelled or isinstance(uncancelled[-1], (tuple, str))

    # The program.

    def may_end(self):
        return self.patience <= 0

    def is_open(self):
        return self.opened is not None

    def act(self, coroutine):
        """Do something within a step of a task, as a program does."""

        async def step():
            try:
                return await coroutine
            except DOMException as error:
                return error

        return self.loop.run_until_complete(step())

    async def _read(self):
        result = await self.reader.read()
        return None if result.done else (result.value,)

    async def _write(self, data):
        await self.writer.write(data)
        return DONE

    @precondition(is_open)
    @rule(count=st.integers(1, 3))
    def read(self, count):
        self.patience -= 1
        self.reads += [Attempt(self.loop.create_task(self._read())) for _ in range(count)]
        self.act(asyncio.sleep(0))

    def waiting(self, attempts):
        return [each for each in attempts if not each.task.done()]

    @precondition(lambda self: self.waiting(self.reads))
    @rule(data=st.data())
    def cancel_a_read(self, data):
        self.patience -= 1
        data.draw(st.sampled_from(self.waiting(self.reads))).cancel()

    @precondition(lambda self: self.may_speak() and self.waiting(self.reads))
    @rule(data=st.data(), count=st.integers(1, 3))
    def cancel_a_read_that_has_its_message(self, data, count):
        """The message has come, and the task has not gone on yet."""
        attempt = data.draw(st.sampled_from(self.waiting(self.reads)))

        async def step():
            self.say_messages([str(i) for i in range(count)])
            attempt.cancel()

        self.act(step())

    @precondition(is_open)
    @rule(name=st.sampled_from(list(WRITTEN)))
    def write(self, name):
        self.patience -= 1
        data = WRITTEN[name]
        self.writes.append(Attempt(self.loop.create_task(self._write(data)), data))
        self.act(asyncio.sleep(0))

    @precondition(lambda self: self.waiting(self.writes))
    @rule(data=st.data())
    def cancel_a_write(self, data):
        """What was given to the stream is written all the same."""
        data.draw(st.sampled_from(self.waiting(self.writes))).cancel()

    def asks_for_the_end(self, code, reason, *, is_at_once=True):
        """Note what the Close frame is to say, unless an earlier call has decided that."""
        wire = self.connection.wire
        if wire.state == ESTABLISHED and not self.has_asked:
            self.asked_for.append((1000 if code is None and reason else code, reason))
            self.has_asked = is_at_once

    def drops(self, *, is_at_once=True):
        """Note that what was not read is dropped, at once or when a write has ended."""
        self.is_dropping_later = not is_at_once and (self.is_dropping_later or not self.has_dropped)
        self.has_dropped = True

    def is_writing(self):
        """Whether a write, or the close of the writable stream, has perhaps not ended."""
        written = [each for each in self.writes if each.data is not None]
        left = [frame for frame in self.frames_that_left() if frame.opcode in (TEXT, BINARY)]
        return (
            self.has_closed_the_writable
            or bool(self.waiting(self.writes))
            or len(left) < len(written)
        )

    @precondition(may_end)
    @rule(code_and_reason=CODES)
    def close(self, code_and_reason):
        code, reason = code_and_reason

        async def close():
            self.was_connecting = self.is_connecting()
            self.asks_for_the_end(code, reason)
            self.stream.close({"closeCode": code, "reason": reason} if code is not None else {})

        self.act(close())
        self.drops()
        if self.was_connecting:
            self.end = (False, 1006, "")

    @precondition(lambda self: self.is_open() and self.may_end())
    @rule(code_and_reason=CODES, is_an_error=st.booleans(), by_abort=st.booleans())
    def cancel_or_abort(self, code_and_reason, is_an_error, by_abort):
        code, reason = code_and_reason if is_an_error else (None, "")
        members = {} if code is None else {"closeCode": code, "reason": reason}
        # The writable stream is aborted only when its write in flight has ended.
        is_at_once = not (by_abort and self.is_writing())
        why = WebSocketError("", **members) if is_an_error else "another reason"

        async def act():
            self.asks_for_the_end(code, reason, is_at_once=is_at_once)
            mark_as_handled((self.writer.abort if by_abort else self.reader.cancel)(why))

        self.act(act())
        self.drops(is_at_once=is_at_once)

    @precondition(
        lambda self: self.is_open() and self.may_end() and not self.has_closed_the_writable
    )
    @rule()
    def close_the_writable(self):
        """What was written before leaves before the Close frame."""
        self.has_closed_the_writable = True
        self.writes.append(Attempt(self.loop.create_task(self._close_the_writable())))
        self.act(asyncio.sleep(0))

    async def _close_the_writable(self):
        await self.writer.close()
        return DONE

    @rule()
    def abort_the_signal(self):
        """It does something before the handshake is over, and nothing afterwards."""

        async def abort():
            self.is_aborted = self.is_aborted or self.is_connecting()
            self.controller.abort()

        self.act(abort())

    @precondition(may_end)
    @rule()
    def make_disappear(self):
        async def unload():
            self.is_unloaded = True
            self.drops()
            self.settings.unload()

        self.act(unload())

    # The server.

    def is_connecting(self):
        return self.connection.wire.state == NOT_ESTABLISHED

    def is_connected(self):
        return self.wire is not None and not self.wire.is_lost

    def may_speak(self):
        return (
            self.is_connected()
            and not self.wire.is_closing()
            and self.last_words is None
            and not self.server_has_ended
        )

    @precondition(is_connecting)
    @rule(messages=st.lists(st.text(max_size=5), max_size=2))
    def accept(self, messages):
        self.said += messages
        then = b"".join(map(frames.text, messages))
        self.wire = establish(self.connection, then, loop=self.loop)

    @precondition(is_connecting)
    @rule()
    def refuse(self):
        self.connection.fail(1002, "refused")
        self.end = (False, 1006, "")

    @precondition(may_speak)
    @rule(messages=st.lists(st.sampled_from(["", "ü", b"", b"x" * 130]), max_size=4))
    def say_messages(self, messages):
        self.patience -= 1
        self.said += messages
        self.wire.receive(b"".join(map(self.frame_of, messages)))

    def frame_of(self, message):
        return frames.text(message) if isinstance(message, str) else frames.binary(message)

    @precondition(lambda self: self.may_speak() and self.may_end())
    @rule(
        last_words=st.sampled_from(
            [("close", None, ""), ("close", 1000, "bye"), ("close", 4000, "ü"), ("bad",)]
        ),
        messages=st.lists(st.text(max_size=5), max_size=2),
    )
    def say_last_words(self, last_words, messages):
        self.said += messages
        self.last_words = last_words
        last = frames.close(*last_words[1:]) if last_words[0] == "close" else b"\xff\xff"
        self.wire.receive(b"".join(map(frames.text, messages)) + last + frames.text("behind"))

    @precondition(
        lambda self: (
            self.is_connected()
            and not self.wire.is_closing()
            and not self.server_has_ended
            and self.may_end()
        )
    )
    @rule()
    def end_tcp(self):
        self.server_has_ended = True
        self.wire.end()

    @precondition(lambda self: self.is_connected() and self.may_end())
    @rule()
    def reset_tcp(self):
        self.wire.fail(ConnectionResetError())

    # The network.

    @precondition(is_connected)
    @rule(is_stalled=st.booleans(), count=st.integers(0, 400))
    def move(self, is_stalled, count):
        """Let some bytes leave, or all that are written from now on, or none."""
        self.wire.is_stalled = is_stalled
        self.wire.drain(count if is_stalled else len(self.wire.waiting))

    def frames_that_left(self):
        data, whole = bytes(self.wire.written), []
        while (read := frames.read_frame(data)) is not None:
            whole.append(read[0])
            data = data[read[1] :]
        return whole

    # The comparison.

    def chunks(self):
        """What was read, and what was met behind it: a list of chunks, and of ends."""
        outcomes = [read.outcome for read in self.reads if not read.is_given_up]
        number = next(
            (i for i, each in enumerate(outcomes) if not isinstance(each, tuple)), len(outcomes)
        )
        return [each[0] for each in outcomes[:number]], outcomes[number:]

    @invariant()
    def what_was_read_is_what_was_said(self):
        """From the first message on, without a gap, and nothing behind an end."""
        if not hasattr(self, "reads"):
            return
        chunks, ends = self.chunks()
        assert chunks == self.said[: len(chunks)]
        assert not any(isinstance(end, tuple) for end in ends)
        if self.wire is not None:
            bound = sum(map(len, self.said)) + 1_000 * len(self.said) + 1_000
            assert 0 <= waiting_for_the_page(self.stream) <= bound

    @invariant()
    def what_left_is_what_was_written(self):
        """In order, without a gap, and nothing behind the Close frame."""
        if not hasattr(self, "writes") or self.wire is None:
            return
        left = [frame for frame in self.frames_that_left() if frame.opcode in (TEXT, BINARY, CLOSE)]
        opcodes = [frame.opcode for frame in left]
        assert CLOSE not in opcodes[:-1]
        messages = [frame for frame in left if frame.opcode != CLOSE]
        written = [each.data for each in self.writes if each.data is not None]
        for frame, data in zip(messages, written, strict=False):
            assert frame.opcode == (TEXT if isinstance(data, str) else BINARY)
            assert frame.payload == (data.encode() if isinstance(data, str) else data)
        assert len(messages) <= len(written)

    @rule()
    def let_the_loop_run(self):
        """All that is to happen has happened then."""
        self.loop.run_until_complete(self._run())
        self.what_was_read_is_what_was_said()
        self.what_left_is_what_was_written()
        self.compare_the_opening()
        self.compare_the_reads()
        self.compare_the_writes()
        self.compare_the_end()

    async def _run(self):
        event_loop = the_event_loop()
        await turns(3)
        while event_loop.tasks or is_in_checkpoint(event_loop):
            await turns(1)
        await turns(20)
        if self.opened is None and self.opening.done() and not self.opening.exception():
            self.opened = self.opening.result()
            self.reader = self.opened.readable.getReader()
            self.writer = self.opened.writable.getWriter()
            mark_as_handled(self.writer.ready)
            self.ends = [asyncio.ensure_future(each.closed) for each in (self.reader, self.writer)]
            await turns(3)

    def compare_the_opening(self):
        """``opened`` is settled when the handshake is over."""
        if self.is_connecting():
            return
        assert self.opening.done()
        error = self.opening.exception()
        if self.is_aborted:
            assert isinstance(error, DOMException)
            assert error.name == "AbortError"
            assert self.closing.exception() is error
        elif self.wire is None:
            assert isinstance(error, WebSocketError)

    def compare_the_reads(self):
        """Each read has its message; behind the last one it waits, or meets the end."""
        if not self.is_open() or self.has_dropped or self.has_closed_the_writable:
            return
        chunks, ends = self.chunks()
        if len(chunks) < len(self.said) and self.last_words != ("bad",):
            assert ends == [], "a read waits for a message that is there"
        if not self.is_connected():
            assert PENDING not in ends, "nothing comes any more"

    def compare_the_writes(self):
        """While the connection is open, and takes something, everything written has left."""
        if not self.is_open() or not self.is_connected() or self.wire.is_stalled:
            return
        if self.connection.wire.state != ESTABLISHED or self.has_dropped:
            return
        if self.has_closed_the_writable or self.wire.is_closing():
            return
        left = [each for each in self.frames_that_left() if each.opcode in (TEXT, BINARY)]
        assert len(left) == len(self.writes)
        assert {each.outcome for each in self.writes if not each.is_given_up} <= {DONE}

    def compare_the_end(self):
        """The Close frame says what was asked for, and ``closed`` how the connection ended."""
        if self.wire is None:
            if self.end is not None and not self.is_aborted:
                assert isinstance(self.closing.exception(), WebSocketError)
            return
        closes = [frame for frame in self.frames_that_left() if frame.opcode == CLOSE]
        if closes and self.has_asked:
            assert closes[0].payload in [frames.close_payload(*each) for each in self.asked_for]
        is_received = self.last_words not in (None, ("bad",))
        has_dropped = self.has_dropped and not self.is_dropping_later
        if has_dropped and is_received and not self.is_unloaded:
            assert self.connection.wire.close_received, "what nobody reads holds it back"
        if self.is_connected():
            if not self.closing.done():
                return
            has_failed = self.last_words == ("bad",)
            assert has_failed or self.is_aborted or self.server_has_ended or self.wire.is_closing()
        chunks, _ = self.chunks()
        if not (has_dropped or len(chunks) >= len(self.said)):
            return
        assert self.closing.done()
        if self.is_aborted:
            return
        error = self.closing.exception()
        received = self.last_words if self.last_words not in (None, ("bad",)) else None
        if error is None:
            assert received is not None, "without a Close frame no end is clean"
            _, code, reason = received
            info = self.closing.result()
            assert (info.closeCode, info.reason) == (1005 if code is None else code, reason)
            assert closes or self.server_has_ended
        else:
            assert isinstance(error, WebSocketError)
            code, reason = (error.closeCode, error.reason)
            expected = {(1006, "")}
            if received is not None:
                expected.add((1005 if received[1] is None else received[1], received[2]))
            assert (code, reason) in expected
            assert not (received and self.server_has_ended and closes)


StreamLife.TestCase.settings = settings(
    max_examples=200, stateful_step_count=20, deadline=None, database=None
)
TestStreamLife = StreamLife.TestCase
