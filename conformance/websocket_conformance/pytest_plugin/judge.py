"""The fuzzing server and the fuzzing client, in a thread beside the tests."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import quote

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.profile import Profile
from websocket_conformance.fuzzing import client
from websocket_conformance.fuzzing.addresses import address_of
from websocket_conformance.fuzzing.config import ServerUnderTest
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.playing import Playing
from websocket_conformance.fuzzing.server import listen
from websocket_conformance.fuzzing.shared import Fuzzing

T = TypeVar("T")


_TO_COME_STILL = 0.05
"""How long the judge waits for the request of a client that did not come lately, in seconds."""

PATIENCE = 2
"""After how many cases in a row without its request a client is no longer waited for."""

_TO_END = 3
"""How many times as long as for a request the judge waits for the end of a case."""

_TO_BE_OVER = 5.0
"""How long the judge waits for the result of a case that it has ended, in seconds."""


class Judge:
    """Plays cases with the clients that connect, and with the servers that tests name.

    Its event loop runs in a thread, so that a test may block or have its own event loop.

    Args:
        profile: how long the cases are.
        timeout: how long the judge waits for a client's request after its test, in seconds.
    """

    def __init__(self, profile: Profile, timeout: float) -> None:
        self._timeout = timeout
        self.cases = catalogue.every(profile)
        self._numbers = itertools.count(1)
        self._missed: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="websocket judge", daemon=True)

    def __enter__(self) -> "Judge":
        """Start the thread and the server."""
        self._thread.start()
        self._soon(self._serve()).result()
        return self

    def __exit__(self, *_: object) -> None:
        """End both."""
        self._soon(self._end()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def new_agent(self) -> str:
        """Return a name that is unique to a test's client."""
        return f"test-{next(self._numbers)}"

    def url(self, case: Case, agent: str) -> str:
        """Return the URL at which a client plays a case."""
        return f"{self._address.url}/runCase?casetuple={case.number}&agent={quote(agent)}"

    def missed(self, client: str) -> int:
        """Return in how many cases a client has not connected since it last did."""
        return self._missed[client]

    def of_client(
        self, case: Case, agent: str, client: str, *, is_late: bool = False
    ) -> Played | None:
        """Wait for the result of a client's case; None if the client did not connect.

        A case that goes on is ended after some time. A client that has not connected `PATIENCE`
        times in a row is no longer waited for, until it connects.

        Args:
            case: the case.
            agent: the name under which the client asks for it.
            client: the name of the client in all of its cases.
            is_late: whether a client that has not connected will not do so, because its test has
                raised an exception.
        """
        is_expected = self._missed[client] < PATIENCE and not is_late
        to_come = self._timeout if is_expected else min(self._timeout, _TO_COME_STILL)
        played = self._soon(self._over(case, agent, to_come)).result()
        self._missed[client] = self._missed[client] + 1 if played is None else 0
        return played

    def with_server(self, case: Case, url: str) -> "Future[Played]":
        """Play a case with a server.

        Raises:
            ValueError: the URL is not the URL of a WebSocket.
        """
        return self._soon(self._play(case, ServerUnderTest(address_of(url))))

    def _soon(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _serve(self) -> None:
        cases = catalogue.playable(self.cases.values(), judge_is_server=True)
        self._fuzzing = Fuzzing(cases)
        self._server, self._address = await listen(self._fuzzing)

    async def _end(self) -> None:
        self._fuzzing.give_up("The tests are over.")
        self._server.close()
        await asyncio.sleep(0)

    async def _over(self, case: Case, agent: str, to_come: float) -> Played | None:
        key, book = (agent, case.number), self._fuzzing.book
        future: asyncio.Future[Played] = self._loop.create_future()
        book.tell(agent, case.number, lambda result: _tell(future, result))
        await asyncio.wait([future], timeout=0 if self._in_play(agent) else to_come)
        if not future.done() and (playing := self._in_play(agent)):
            await asyncio.wait([future], timeout=_TO_END * self._timeout)
            if not future.done():
                playing.give_up("The test was over before the case was.")
                await asyncio.wait([future], timeout=_TO_BE_OVER)
        book.waiting.pop(key, None)
        book.results.pop(key, None)
        return future.result() if future.done() else None

    def _in_play(self, agent: str) -> Playing | None:
        return next((each for each in self._fuzzing.playing if each.agent == agent), None)

    @staticmethod
    async def _play(case: Case, testee: ServerUnderTest) -> Played:
        results: list[Played] = []
        await client.play(testee, [case], 1, results.append)
        return results[0]


def _tell(future: "asyncio.Future[Played]", result: Played) -> None:
    if not future.done():
        future.set_result(result)
