"""Random programs with byte streams, which log their events tick by tick.

``streams/byte_programs.cjs`` plays the same programs with the reference implementation of the
Streams Standard. A program is data: how its stream is made, what its source does when it is pulled
from, and a list of operations.
"""

import ctypes
from typing import Any, Final

from support import programs
from support.page import turns
from support.programs import Program, SourceError, named, number
from whatwg_websockets import (
    ReadableStream,
    ReadableStreamBYOBReader,
    ReadableStreamBYOBRequest,
    undefined,
)
from whatwg_websockets.webidl.promise import Promise, a_promise_rejected_with, react

FORMATS: Final = {"Uint8Array": "B", "Uint16Array": "H", "Uint32Array": "I", "Float64Array": "d"}
SIZES: Final = {"Uint8Array": 1, "Uint16Array": 2, "Uint32Array": 4, "Float64Array": 8}
VIEWS: Final = (*FORMATS, "DataView")


# Making programs.


class Maker(programs.Maker):
    """A maker of programs with byte streams."""

    def _program(self) -> Program:
        choose = self._random.choice
        tees = self._chance(0.35)
        operations = [self._operation(tees) for _ in range(self._random.randint(3, 22))]
        if tees:
            operations.insert(self._random.randint(0, 2), ["tee", 0])
            for branch in (1, 2):
                operations.insert(self._random.randint(1, 4), [choose(READERS), branch])
        else:
            operations.insert(self._random.randint(0, 3), [choose(READERS), 0])
        return {
            "highWaterMark": choose([None, None, 0, 1, 4, 8]),
            "autoAllocateChunkSize": choose([None, None, None, 1, 2, 4, 8]),
            "startsLater": self._chance(0.3),
            "pulls": [self._pull() for _ in range(self._random.randint(0, 6))],
            "cancel": choose(["nothing", "now", "later", "fail"]),
            "operations": operations,
        }

    def _pull(self) -> Program:
        ends = ["now", "later"]
        if self._chance(0.25):
            ends = ["now", "now", "now", "later", "later", "raise", "fail"]
        return {
            "actions": [self._action() for _ in range(self._random.choice([0, 1, 1, 1, 2]))],
            "ends": self._random.choice(ends),
            "ticks": self._random.randint(1, 3),
        }

    def _action(self) -> list[Any]:
        ends = ["close", "error", "end"] if self._chance(0.5) else []
        kind = self._random.choice(
            ["enqueue"] * 4 + ["respond"] * 4 + ["view"] * 3 + ["nothing"] * 2 + ends
        )
        if kind == "enqueue":
            return [kind, self._random.choice([1, 1, 2, 3, 4, 5, 8])]
        if kind == "respond":
            return [kind, self._random.choice([0, 1, 1, 2, 3, 4, 8, 100])]
        if kind == "view":
            start = self._random.choice([0, 0, 0, 0, 1])
            return [kind, start, start + self._random.choice([0, 1, 2, 3, 4])]
        return [kind]

    def _operation(self, tees: bool) -> list[Any]:
        rare = ["cancel", "cancelReader"] if self._chance(0.4) else []
        kind = self._random.choice(
            ["source"] * 7 + ["tick"] * 5 + ["into"] * 6 + ["read"] * 3 + ["byob"] * 3
            + ["default"] * 2 + ["release"] * 2 + ["request"] * 2 + ["size"] + rare
        )  # fmt: skip
        stream = self._random.choice([0, 1, 1, 2, 2] if tees else [0, 0, 0, 1, 2])
        if kind == "source":
            return [kind, self._action()]
        if kind == "tick":
            return [kind, self._random.randint(1, 4)]
        if kind == "into":
            view = self._random.choice(VIEWS)
            length = self._random.choice([1, 1, 2, 3, 4])
            before = self._random.choice([0, 0, SIZES.get(view, 1)])
            behind = self._random.choice([0, 0, 3])
            least = self._random.choice([1, 1, 1, 1, 2, length, length, 0, 9])
            return [kind, stream, view, length, before, behind, least]
        return [kind, stream]


READERS: Final = ("byob", "byob", "default")


# Playing them.


class _Byte(ctypes.Structure):
    """A type whose format no memoryview can have, so that a view of such bytes is a DataView."""

    _fields_ = (("value", ctypes.c_uint8),)


class Player(programs.Player):
    """A player of a program with byte streams."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._last_byte = 0
        self._pulls = iter(program["pulls"])
        source: dict[str, Any] = {
            "type": "bytes",
            "start": self._start,
            "pull": self._pull,
            "cancel": self._cancel,
        }
        if program["autoAllocateChunkSize"] is not None:
            source["autoAllocateChunkSize"] = program["autoAllocateChunkSize"]
        mark = program["highWaterMark"]
        strategy = undefined if mark is None else {"highWaterMark": mark}
        self._streams: list[Any] = [ReadableStream(source, strategy)]
        self._readers: list[Any] = [None, None, None]

    async def play(self) -> list[str]:
        """Perform all operations, and return the log."""
        await super().play()
        for reader in filter(None, self._readers):
            reader.releaseLock()
        await turns()
        return self.events

    # The source.

    def _start(self, controller: Any) -> Promise[Any] | None:
        self._controller = controller
        if self._program["startsLater"]:
            return react(self._ticks(3), lambda _: self._log("started"))
        return None

    def _pull(self, _: object) -> Promise[Any] | None:
        self._log("pull", number(self._controller.desiredSize))
        pull = next(self._pulls, None)
        if pull is None:
            return None

        def act(_: object = None) -> None:
            for action in pull["actions"]:
                self._act(action)

        if pull["ends"] == "later":
            return react(self._ticks(pull["ticks"]), act)
        act()
        if pull["ends"] == "raise":
            raise SourceError
        if pull["ends"] == "fail":
            return a_promise_rejected_with("the pull", self._agent)
        return None

    def _cancel(self, reason: object) -> Promise[Any] | None:
        self._log("cancelled with", named(reason))
        if self._program["cancel"] == "later":
            return self._ticks(2)
        if self._program["cancel"] == "fail":
            return a_promise_rejected_with("the cancel", self._agent)
        return None

    def _do(self, kind: str, *rest: Any) -> None:
        getattr(self, f"_{kind}")(*rest)

    def _nothing(self) -> None:
        pass

    def _enqueue(self, count: int) -> None:
        chunk = bytearray(count)
        self._write(chunk)
        self._controller.enqueue(chunk)

    def _request(self) -> ReadableStreamBYOBRequest:
        request: ReadableStreamBYOBRequest | None = self._controller.byobRequest
        if request is None:
            raise SourceError
        return request

    def _respond(self, count: int) -> None:
        request = self._request()
        assert request.view is not None
        self._write(request.view[:count])
        request.respond(count)

    def _view(self, start: int, end: int) -> None:
        request = self._request()
        assert request.view is not None
        view = request.view[start:end]
        self._write(view)
        request.respondWithNewView(view)

    def _close(self) -> None:
        self._controller.close()

    def _end(self) -> None:
        self._controller.close()
        if self._controller.byobRequest is not None:
            self._controller.byobRequest.respond(0)

    def _error(self) -> None:
        self._controller.error("an error")

    def _write(self, memory: bytearray | memoryview) -> None:
        for index in range(len(memory)):
            self._last_byte = (self._last_byte + 1) & 255
            memory[index] = self._last_byte

    # What the program does.

    def _perform(self, index: int, kind: str, *rest: Any) -> None:
        if kind == "source":
            self._act(rest[0])
        elif kind == "size":
            self._log("size", number(self._controller.desiredSize))
        elif kind == "request":
            request = self._controller.byobRequest
            self._log("request", "null" if request is None else len(request.view))
        elif rest[0] < len(self._streams):
            self._perform_on_a_stream(index, kind, self._streams[rest[0]], *rest)

    def _perform_on_a_stream(
        self, index: int, kind: str, stream: Any, which: int, *rest: Any
    ) -> None:
        reader = self._readers[which]
        if kind in ("default", "byob"):
            made = stream.getReader(mode="byob") if kind == "byob" else stream.getReader()
            self._readers[which] = made
            self._then(made.closed, f"closed {index}")
        elif kind == "tee":
            self._streams.extend(stream.tee())
        elif kind == "cancel":
            self._then(stream.cancel("a reason"), f"cancelled {index}")
        elif reader is None:
            pass
        elif kind == "release":
            reader.releaseLock()
        elif kind == "cancelReader":
            self._then(reader.cancel("a reader's reason"), f"cancelled {index}")
        elif isinstance(reader, ReadableStreamBYOBReader) is (kind == "into"):
            self._read(index, reader, *rest)

    def _read(self, index: int, reader: Any, *into: Any) -> None:
        if not into:
            self._then(reader.read(), f"read {index}", what_was_read)
            return
        view, length, before, behind, least = into
        size = SIZES.get(view, 1)
        memory = bytearray(before + length * size + behind)
        given: Any
        if view == "DataView":
            given = (_Byte * length).from_buffer(memory, before)
        else:
            given = memoryview(memory)[before : before + length * size].cast(FORMATS[view])  # type: ignore[call-overload]
        self._then(
            reader.read(given, min=least),
            f"read {index}",
            lambda result: what_was_read(result, view),
        )


def what_was_read(result: Any, view: str = "Uint8Array") -> tuple[str, str]:
    """Write the result of a read request."""
    return "done" if result.done else "chunk", seen(result.value, view)


def seen(value: Any, view: str) -> str:
    """Write the bytes that were read."""
    if value is None:
        return "nothing"
    if isinstance(value, memoryview) and view in FORMATS:
        assert value.format == FORMATS[view]
    return f"{view} {value.tobytes().hex() if isinstance(value, memoryview) else value.hex()}"


def has_answer(events: list[str]) -> bool:
    """Return whether the standard defines the log: whether none of its assertions has failed."""
    return not any(each.startswith("uncaught") or "AssertionError" in each for each in events)
