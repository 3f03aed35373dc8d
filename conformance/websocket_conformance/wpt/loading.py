"""Runs an implementation to load a page, in a separate process that is ended in every case.

The process reads one line of JSON from its standard input: ``url``, the page's URL; ``hosts``, the
addresses of names, as a hosts file would have them; ``ca``, the file with the certificate of the
authority that signed the servers' certificate; and ``timeout``, how many seconds the test may take.
The process prints the result as one line of JSON to its standard output; see `answer`.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from websocket_conformance.errors import Exit, MissingError
from websocket_conformance.processes import Running, ending, started
from websocket_conformance.wpt import hosts
from websocket_conformance.wpt.answer import (
    CRASH,
    ERROR,
    TIMEOUT,
    NoAnswerError,
    PageAnswer,
    read_answer,
)
from websocket_conformance.wpt.pages import WptPage

SECONDS = 10.0
"""How many seconds a test may take by WPT's rules."""

LONG = 6.0
"""The factor by which WPT's long tests may take longer."""

_GRACE = 20.0


@dataclass(frozen=True)
class PageAddress:
    """The address of a page, and what is needed to connect to its servers.

    Attributes:
        url: the URL of the page.
        authority: the file with the certificate of the authority that signed the servers'.
        hosts: the addresses of names, as a hosts file would have them.
    """

    url: str
    authority: str
    hosts: Mapping[str, str] = field(default_factory=hosts.addresses)


def seconds_for(page: WptPage, seconds: float = SECONDS) -> float:
    """Return how many seconds a page's test may take; `seconds` is the time of a usual test."""
    return seconds * (LONG if page.is_long else 1)


async def load(
    command: Sequence[str], address: PageAddress, seconds: float, *, grace: float | None = None
) -> PageAnswer:
    """Load a page, and return its result.

    The process of a page that prints no result in time is ended. It has more time than the test,
    because a page reports itself which of its subtests took too long.

    Args:
        command: the command with which the implementation loads a page.
        address: the address of the page.
        seconds: how many seconds the test may take.
        grace: how many seconds to wait after the time of the test; None for `seconds` and 20 more.

    Raises:
        UsageError: the command cannot be started.
        MissingError: it exits with the status for something that is not installed.
    """
    request = {
        "url": address.url,
        "hosts": dict(address.hosts),
        "ca": address.authority,
        "timeout": seconds,
    }
    begin = time.monotonic()
    async with started(command, converses=True) as process:
        process.write(json.dumps(request).encode())
        try:
            async with asyncio.timeout(seconds + (seconds + _GRACE if grace is None else grace)):
                answer = await _answer(process)
        except TimeoutError:
            answer = PageAnswer(TIMEOUT, _with_words("The page printed no answer in time", process))
    return replace(answer, seconds=time.monotonic() - begin)


async def _answer(process: Running) -> PageAnswer:
    try:
        line = await process.line()
    except ValueError:
        return PageAnswer(ERROR, _with_words("The page's answer is longer than 16 MiB", process))
    if not line:
        await process.wait()
        if process.status == Exit.MISSING:
            raise MissingError(_with_words("The page lacks what it runs on", process))
        how = ending(process.status or 0)
        return PageAnswer(CRASH, _with_words(f"The page {how} without an answer", process))
    try:
        return read_answer(line)
    except NoAnswerError as error:
        return PageAnswer(ERROR, _with_words(f"The output is not an answer: {error}", process))


def _with_words(what: str, process: Running) -> str:
    words = process.words()
    return f"{what}; {words}" if words else f"{what}."
