"""A fuzzing server in a process of its own, run as a module.

It reads one line of JSON, `Order`, then says on which port it listens and sends each result as
soon as there is one. It ends when its standard input does.
"""

import asyncio
import json
import os
import pickle
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, BinaryIO

from websocket_conformance.embedded import catalogue
from websocket_conformance.embedded.case import Case
from websocket_conformance.embedded.result import Result
from websocket_conformance.embedded.server import Connection, Fuzzing

HOST = "127.0.0.1"
LENGTH = 4
"""The octets in which the length of each answer is sent before it."""


@dataclass(frozen=True)
class Order:
    """What a judge is to do.

    Attributes:
        cases: the numbers of the cases that it may be asked to play.
        messages: how many messages the cases send that send many.
        patience: by how much a deadline is at least longer than the case says.
    """

    cases: tuple[str, ...]
    messages: int
    patience: float

    def dump(self) -> str:
        """The order as a line."""
        return json.dumps(asdict(self))


class _Pickler(pickle.Pickler):
    """Leaves the cases out: the other side has them too."""

    def persistent_id(self, obj: object) -> str | None:
        return obj.number if isinstance(obj, Case) else None


class _Unpickler(pickle.Unpickler):
    """Puts the cases in again."""

    def __init__(self, octets: bytes, messages: int) -> None:
        super().__init__(BytesIO(octets))
        self._cases = catalogue.every(messages)

    def persistent_load(self, pid: Any) -> Case:
        return self._cases[pid]


def pack(answer: int | Result) -> bytes:
    """An answer with its length before it."""
    file = BytesIO()
    _Pickler(file, pickle.HIGHEST_PROTOCOL).dump(answer)
    octets = file.getvalue()
    return len(octets).to_bytes(LENGTH) + octets


def unpack(octets: bytes, messages: int) -> int | Result:
    """The answer."""
    answer: int | Result = _Unpickler(octets, messages).load()
    return answer


def main() -> None:
    """Serve until the standard input ends."""
    order = Order(**json.loads(sys.stdin.readline()))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    threading.Thread(target=_leave_when_input_ends, daemon=True).start()
    asyncio.run(_serve(order, answers))


def _leave_when_input_ends() -> None:
    sys.stdin.read()
    os._exit(0)


def _answer(answers: BinaryIO) -> Callable[[int | Result], None]:
    def answer(what: int | Result) -> None:
        answers.write(pack(what))
        answers.flush()

    return answer


async def _serve(order: Order, answers: BinaryIO) -> None:
    answer = _answer(answers)
    cases = catalogue.every(order.messages)
    fuzzing = Fuzzing([cases[number] for number in order.cases], least_patience=order.patience)
    fuzzing.told = answer
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(fuzzing), HOST, 0, backlog=1024)
    answer(server.sockets[0].getsockname()[1])
    await fuzzing.stopped.wait()


if __name__ == "__main__":
    main()
