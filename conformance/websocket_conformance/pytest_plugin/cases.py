"""The objects of cases that tests get."""

import asyncio

from websocket_conformance.cases.opening import OpeningResponse
from websocket_conformance.fuzzing.opening_verdicts import with_seen
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.pytest_plugin.judge import PATIENCE, Judge
from websocket_conformance.report import from_embedded
from websocket_conformance.results.result import Result
from websocket_conformance.results.seen import Seen


class _CaseOfTest:
    """The base of both kinds of cases.

    Args:
        judge: the judge, which plays it.
        number: its number, such as ``"6.4.1"``.
    """

    def __init__(self, judge: Judge, number: str) -> None:
        self.number = number
        self._judge = judge
        self._case = judge.cases[number]

    @property
    def description(self) -> str:
        """What the judge does in the case."""
        return self._case.sends


class ClientCase(_CaseOfTest):
    """A case for a client: to connect to ``url``, and to send back every message as it came.

    Attributes:
        number: its number, such as ``"6.4.1"``.
        url: the URL to which the client has to connect, once.
        protocols: the subprotocols that it has to ask for; nearly always none.

    Args:
        judge: the judge, which plays it.
        number: its number.
        client: the name of the client.
    """

    def __init__(self, judge: Judge, number: str, client: str) -> None:
        super().__init__(judge, number)
        self._client = client
        self._agent = judge.new_agent()
        self._seen: Seen | None = None
        self.url = judge.url(self._case, self._agent)
        opening = self._case.opening
        self.protocols = tuple(opening.protocols) if isinstance(opening, OpeningResponse) else ()

    def closed(self, code: int, reason: str = "", *, was_clean: bool) -> None:
        """Tell the judge of the client's close event.

        The event tells the judge more than it has seen only if the connection was reset.
        """
        self._seen = Seen(code, reason, was_clean)

    def result(self, *, is_late: bool = False) -> Result:
        """Wait until the case is over, and return its result.

        Args:
            is_late: whether a client that has not connected is not waited for.
        """
        missed = self._judge.missed(self._client)
        played = self._judge.of_client(self._case, self._agent, self._client, is_late=is_late)
        if played is None:
            fault = f"The client did not connect to {self.url}."
            if missed >= PATIENCE and not is_late:
                fault += (
                    f" It did not in the {missed} cases before either, so it was not waited for."
                )
            return from_embedded.unplayed(self._case, fault)
        if self._seen is not None:
            played = with_seen(played, self._seen)
        return from_embedded.result(played)


class ServerCase(_CaseOfTest):
    """A case for a server, which is to send back every message as it came.

    Attributes:
        number: its number, such as ``"6.4.1"``.
    """

    def __init__(self, judge: Judge, number: str) -> None:
        super().__init__(judge, number)
        self._played: Played | None = None

    def play(self, url: str) -> None:
        """Play the case with a server, and wait until it is over.

        Raises:
            ValueError: the URL is not the URL of a WebSocket.
        """
        self._played = self._judge.with_server(self._case, url).result()

    async def play_async(self, url: str) -> None:
        """Play the case with a server that runs on the asyncio loop of the test.

        Raises:
            ValueError: the URL is not the URL of a WebSocket.
        """
        self._played = await asyncio.wrap_future(self._judge.with_server(self._case, url))

    def result(self, *, is_late: bool = False) -> Result:
        """Return the result of the case, which is known however late it is."""
        if self._played is None:
            return from_embedded.unplayed(self._case, "The test did not call play(url).")
        return from_embedded.result(self._played)
