"""Random programs with transform streams, which log their events tick by tick.

``streams/transform_programs.cjs`` plays the same programs with the reference implementation of the
Streams Standard. A program is data: how its stream is made, what its transformer does each time
that it is called, and a list of operations.
"""

from typing import Any, Final

from support import programs
from support.programs import Program, SourceError, named, number
from whatwg_websockets import TransformStream
from whatwg_websockets.webidl.promise import Promise, a_promise_rejected_with, react

CALLS: Final = 8
"""How often the functions of a transformer do something of their own."""

FAILS: Final = 13
"""The chunk that a size function cannot measure."""


class Maker(programs.Maker):
    """A maker of programs with transform streams."""

    def _program(self) -> Program:
        operations = [self._operation() for _ in range(self._random.randint(4, 24))]
        operations.insert(self._random.randint(0, 2), ["writer"])
        operations.insert(self._random.randint(0, 4), ["reader"])
        has = [each for each in ("transform", "transform", "flush", "cancel") if self._chance(0.7)]
        return {
            "writable": self._strategy([None, None, 0, 1, 2, 4]),
            "readable": self._strategy([None, None, 0, 1, 2, 4]),
            "has": sorted(set(has)),
            "start": self._call(0.1) if self._chance(0.5) else None,
            "calls": [self._call(0.2) for _ in range(CALLS)],
            "operations": operations,
        }

    def _strategy(self, marks: list[int | None]) -> Program:
        return {"highWaterMark": self._random.choice(marks), "measures": self._chance(0.3)}

    def _call(self, fails: float) -> Program:
        ends = ["fail", "raise"] if self._chance(fails) else ["now", "now", "later"]
        return {
            "actions": [self._action(0.15) for _ in range(self._random.choice([0, 1, 1, 1, 2, 3]))],
            "ends": self._random.choice(ends),
            "ticks": self._random.randint(1, 4),
        }

    def _action(self, ends: float) -> list[Any]:
        if self._chance(ends):
            return [self._random.choice(["error", "terminate"])]
        if self._chance(0.2):
            return ["size"]
        return ["enqueue", self._chunk()]

    def _chunk(self) -> int:
        return self._random.choice([0, 1, 1, 1, 2, 3, FAILS])

    def _operation(self) -> list[Any]:
        rare = ["cancel", "cancelStream", "abort", "abortStream"] if self._chance(0.3) else []
        kind = self._random.choice(
            ["write"] * 6 + ["tick"] * 6 + ["read"] * 6 + ["controller"] * 2 + ["ready"]
            + ["reader", "writer", "sizes", "releaseReader", "releaseWriter", "close"] + rare
        )  # fmt: skip
        if kind == "write":
            return [kind, self._chunk()]
        if kind == "tick":
            return [kind, self._random.randint(1, 4)]
        if kind == "controller":
            return [kind, self._action(0.3)]
        return [kind]


class Player(programs.Player):
    """A player of a program with transform streams."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._calls = iter(program["calls"])
        self._reader: Any = None
        self._writer: Any = None
        functions = {"transform": self._transform, "flush": self._flush, "cancel": self._cancel}
        self._stream: TransformStream[Any, Any] = TransformStream(
            {"start": self._start, **{each: functions[each] for each in program["has"]}},
            self._strategy("writable"),
            self._strategy("readable"),
        )

    def _strategy(self, side: str) -> dict[str, Any]:
        def size(chunk: int) -> int:
            self._log("measure", side, chunk)
            if chunk == FAILS:
                raise SourceError
            return chunk

        given = self._program[side]
        strategy: dict[str, Any] = {"size": size} if given["measures"] else {}
        if given["highWaterMark"] is not None:
            strategy["highWaterMark"] = given["highWaterMark"]
        return strategy

    # The transformer.

    def _start(self, controller: Any) -> Promise[Any] | None:
        self._controller = controller
        call = self._program["start"]
        return None if call is None else self._call(call, "the start")

    def _transform(self, chunk: int, _: object) -> Promise[Any] | None:
        self._log("transform", chunk)
        return self._call(next(self._calls, None), "the transform", chunk)

    def _flush(self, _: object) -> Promise[Any] | None:
        self._log("flush")
        return self._call(next(self._calls, None), "the flush")

    def _cancel(self, reason: object) -> Promise[Any] | None:
        self._log("cancelled with", named(reason))
        return self._call(next(self._calls, None), "the cancel")

    def _call(
        self, call: Program | None, what: str, chunk: int | None = None
    ) -> Promise[Any] | None:
        if call is None:
            return None

        def act(_: object = None) -> None:
            for action in call["actions"]:
                self._act(action)
            if chunk is not None:
                self._act(["enqueue", chunk + 100])

        if call["ends"] == "later":
            return react(self._ticks(call["ticks"]), act)
        act()
        if call["ends"] == "now":
            return None
        if call["ends"] == "raise" and what != "the start":
            raise SourceError
        return a_promise_rejected_with(what, self._agent)

    def _do(self, kind: str, *rest: Any) -> str | None:
        if kind == "enqueue":
            self._controller.enqueue(*rest)
        elif kind == "error":
            self._controller.error("an error")
        elif kind == "terminate":
            self._controller.terminate()
        else:
            return number(self._controller.desiredSize)
        return None

    # What the program does.

    def _perform(self, index: int, kind: str, *rest: Any) -> None:
        if kind == "controller":
            self._act(rest[0])
        elif kind == "reader":
            self._reader = self._stream.readable.getReader()
            self._then(self._reader.closed, f"the reader of {index} closed")
        elif kind == "writer":
            self._writer = self._stream.writable.getWriter()
            self._then(self._writer.closed, f"the writer of {index} closed")
        elif kind == "cancelStream":
            self._then(self._stream.readable.cancel("a reason"), f"cancelled {index}")
        elif kind == "abortStream":
            self._then(self._stream.writable.abort("a reason"), f"aborted {index}")
        elif kind in ("read", "cancel", "releaseReader"):
            if self._reader is not None:
                self._perform_on_the_reader(index, kind)
        elif self._writer is not None:
            self._perform_on_the_writer(index, kind, *rest)

    def _perform_on_the_reader(self, index: int, kind: str) -> None:
        if kind == "read":
            self._then(self._reader.read(), f"read {index}", what_was_read)
        elif kind == "cancel":
            self._then(self._reader.cancel("a reader's reason"), f"cancelled {index}")
        else:
            self._reader.releaseLock()

    def _perform_on_the_writer(self, index: int, kind: str, *rest: Any) -> None:
        if kind == "write":
            self._then(self._writer.write(rest[0]), f"wrote {index}")
        elif kind == "ready":
            self._then(self._writer.ready, f"ready {index}")
        elif kind == "close":
            self._then(self._writer.close(), f"closed {index}")
        elif kind == "abort":
            self._then(self._writer.abort("a writer's reason"), f"aborted {index}")
        elif kind == "sizes":
            self._log(
                "sizes", *map(number, (self._writer.desiredSize, self._controller.desiredSize))
            )
        else:
            self._writer.releaseLock()


def what_was_read(result: Any) -> tuple[object, ...]:
    """Write the result of a read request."""
    return ("done",) if result.done else ("chunk", result.value)


def has_answer(events: list[str]) -> bool:
    """Return whether the standard defines the log: whether none of its assertions has failed."""
    return events[-1] != "no answer"
