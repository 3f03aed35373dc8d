"""The life of one WebSocketStream on a random page, and the checks of its end."""

import array
import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Any, Final

from support.inside import stream_connection_of
from support.random_life import SENDS, first_difference
from support.random_messages import (
    ENDS_CLEANLY,
    IN_ALL,
    Account,
    Print,
    fingerprint,
    random_message,
)
from support.random_ways import DEADLINE
from support.tls import client_context
from whatwg_websockets import (
    DOMException,
    EnvironmentSettings,
    Limits,
    WebSocketError,
    WebSocketStream,
)
from whatwg_websockets.rfc6455.connection import ESTABLISHED
from whatwg_websockets.webidl.promise import mark_as_handled

GIVEN_AS: Final[tuple[Callable[[bytes], Any], ...]] = (
    bytes, bytearray, memoryview, lambda data: array.array("b", data),
)  # fmt: skip

# With what a program closes: code and reason.
CLOSES: Final = ((None, ""), (1000, ""), (1000, "bye"), (4001, "ü" * 61), (3000, ""))


class StreamLife:
    """The life of one stream.

    A task reads, now and then with a patience that ends before a message comes. Another one writes,
    and awaits what it writes or not. At a moment that nobody planned the connection is closed, in
    one of the ways that there are.

    Attributes:
        socket: the stream.
        faults: what went wrong.
    """

    def __init__(self, url: str, index: str, seed: object) -> None:
        self.index = index
        self.faults: list[str] = []
        self._rng = rng = random.Random(f"{seed}, page, {index}")
        self._settings = EnvironmentSettings(
            tls=client_context(), limits=Limits(lingering_timeout=1.0)
        )
        self.socket = WebSocketStream(url + index, settings=self._settings)
        self._heard: list[Print] = []
        self._sent: list[Print] = []
        self._bytes_left = IN_ALL
        self._is_open = False
        self._has_read_to_the_end = False
        self._has_closed = False
        self._is_unloaded = False
        # The Close frame that was asked for first, while the connection was established.
        self._closed_with: tuple[int | None, str] | None = None
        self._has_closed_the_writable = False
        self._end: tuple[int | None, str, bool] | None = None
        self._reading = random.Random(rng.random())
        self._writing = random.Random(rng.random())

    async def live(self) -> None:
        try:
            async with asyncio.timeout(DEADLINE):
                await self._live()
        except TimeoutError:
            self.faults.append(f"the life of {self.socket} hangs")

    async def _live(self) -> None:
        ending = asyncio.create_task(self._end_it(random.Random(self._rng.random())))
        tasks = [ending]
        try:
            opened = await self.socket.opened
        except WebSocketError:
            pass
        else:
            self._is_open = True
            self._reader, self._writer = opened.readable.getReader(), opened.writable.getWriter()
            for promise in (self._reader.closed, self._writer.closed, self._writer.ready):
                mark_as_handled(promise)
            tasks += map(asyncio.create_task, (self._read(), self._write()))
        try:
            info = await self.socket.closed
        except WebSocketError as error:
            self._end = error.closeCode, error.reason, False
        else:
            self._end = info.closeCode, info.reason, True
        ending.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                self.faults.append(f"a task ended with {result!r}")

    # What the program does.

    async def _read(self) -> None:
        """Read to the end, whatever comes between."""
        rng, patience = self._reading, self._reading.choice((0.0, 0.1, 0.5))
        while True:
            try:
                if rng.random() < patience:
                    async with asyncio.timeout(rng.choice((0, 0, 1e-6, 0.001))):
                        result = await self._reader.read()
                elif rng.random() < 0.2:
                    result = await asyncio.ensure_future(self._reader.read())
                else:
                    result = await self._reader.read()
            except TimeoutError:
                continue
            except DOMException:
                return
            if result.done:
                self._has_read_to_the_end = True
                return
            self._heard.append(fingerprint(result.value))
            if rng.random() < 0.02:
                await asyncio.sleep(rng.choice((0, 0, 0.001, 0.01)))

    async def _write(self) -> None:
        rng = self._writing
        for _ in range(rng.choice((0, 1, 10, SENDS))):
            data = random_message(rng, len(self._sent), self._bytes_left)
            mark = fingerprint(data)
            self._bytes_left = max(0, self._bytes_left - mark[1])
            given = data if isinstance(data, str) else rng.choice(GIVEN_AS)(data)
            if self._has_closed_the_writable:
                return
            self._sent.append(mark)
            written = self._writer.write(given)
            mark_as_handled(written)
            with contextlib.suppress(DOMException, TypeError):
                if rng.random() < 0.4:
                    await written
                elif rng.random() < 0.5:
                    await self._writer.ready
                elif rng.random() < 0.2:
                    async with asyncio.timeout(60):
                        await asyncio.sleep(rng.choice((0, 0, 0.002)))

    async def _end_it(self, rng: random.Random) -> None:
        await asyncio.sleep(rng.choice((0, 0.01, 0.1, 0.5, 2)))
        ends = [self._close, self._close, self._cancel, self._abort, self._unload]
        while True:
            end = rng.choice([*ends, self._close_the_writable])
            if not self._is_open and end != self._unload:
                end = self._close
            self._has_closed = True
            end(rng)
            await asyncio.sleep(1)

    def _asks_for_the_end(self, rng: random.Random) -> dict[str, Any]:
        code, reason = rng.choice(CLOSES)
        wire = stream_connection_of(self.socket).wire
        if self._closed_with is None and wire.state == ESTABLISHED:
            self._closed_with = code, reason
        return {} if code is None else {"closeCode": code, "reason": reason}

    def _close(self, rng: random.Random) -> None:
        self.socket.close(**self._asks_for_the_end(rng))

    def _cancel(self, rng: random.Random) -> None:
        mark_as_handled(self._reader.cancel(WebSocketError("", **self._asks_for_the_end(rng))))

    def _abort(self, rng: random.Random) -> None:
        mark_as_handled(self._writer.abort(WebSocketError("", **self._asks_for_the_end(rng))))

    def _close_the_writable(self, rng: random.Random) -> None:
        if not self._has_closed_the_writable:
            self._has_closed_the_writable = True
            mark_as_handled(self._writer.close())

    def _unload(self, rng: random.Random) -> None:
        self._is_unloaded = True
        self._settings.unload()

    # What is to be said of it.

    def look_back(self) -> None:
        """Take down what only the loop's own thread may ask, when the connection is gone."""
        if self._settings.unloading:
            self.faults.append("the settings still know the stream")

    def judge(self, account: Account | None) -> list[str]:
        """Return what went wrong, by what the program has seen and what the server knows."""
        if account is None:
            if self._heard or self._is_open:
                self.faults.append("a server that nobody asked was heard")
            return self._signed(account)
        self.faults += account.faults
        self._judge_messages(account)
        self._judge_end(account)
        return self._signed(account)

    def _signed(self, account: Account | None) -> list[str]:
        how = account and (account.ending, account.extensions)
        return [f"stream {self.index} {how}: {fault}" for fault in self.faults]

    def _judge_messages(self, account: Account) -> None:
        said, heard = account.sent, self._heard
        if heard != said[: len(heard)]:
            at = first_difference(heard, said)
            self.faults.append(f"the stream had something else at {at} of {len(said)} messages")
        if not self._has_closed and account.ending in ENDS_CLEANLY and len(heard) < len(said):
            self.faults.append(f"the stream had {len(heard)} of {len(said)} messages")
        sent, got = self._sent, account.got
        if got != sent[: len(got)]:
            self.faults.append(f"the server got {len(got)} messages, not as they were written")

    def _judge_end(self, account: Account) -> None:
        close_got = account.close_got
        if self._closed_with is not None and close_got is not None and account.ending is None:
            code, reason = self._closed_with
            expected = b"" if code is None else code.to_bytes(2) + reason.encode()
            if close_got != expected and not self._has_closed_the_writable:
                self.faults.append(f"close{self._closed_with} became {close_got!r}")
        if self._end is None or self._is_unloaded:
            return
        code, reason, was_clean = self._end
        if account.ending == "close" and account.close_sent is not None and self._is_open:
            code_sent, reason_sent = account.close_sent
            if (code, reason) != (1005 if code_sent is None else code_sent, reason_sent):
                self.faults.append(f"a Close frame {account.close_sent} became {self._end}")
            if account.close_got is not None and not was_clean:
                self.faults.append("the Close frame was answered, and the end was not clean")
        elif account.ending != "close" and was_clean:
            self.faults.append(f"the end {account.ending!r} became {self._end}")
