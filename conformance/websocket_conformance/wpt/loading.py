"""Has an implementation load a page: a process a page, which is ended whatever becomes of it.

The process reads one line of JSON from its standard input, and prints one line of JSON to its
standard output. The first says what is to be loaded: ``url``, ``hosts`` (what a hosts file would
say), ``ca`` (the file with the certificate of who signed the servers') and ``timeout`` (how long
the test may take, in seconds). The second says what became of it; see `answer`.
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
"""How long a test may take, in seconds, by WPT's rules."""

LONG = 6.0
"""How many times as long WPT's long tests may take."""

_GRACE = 20.0


@dataclass(frozen=True)
class PageAddress:
    """What a page is loaded from.

    Attributes:
        url: its URL.
        authority: the file with the certificate of who signed the servers'.
        hosts: what a hosts file would say.
    """

    url: str
    authority: str
    hosts: Mapping[str, str] = field(default_factory=hosts.addresses)


def seconds_for(page: WptPage, seconds: float = SECONDS) -> float:
    """How long the test of a page may take, where an ordinary one may take some seconds."""
    return seconds * (LONG if page.is_long else 1)


async def load(
    command: Sequence[str], address: PageAddress, seconds: float, *, grace: float | None = None
) -> PageAnswer:
    """Load a page, and wait for what it says.

    A page that says nothing in time is ended; it is given more time than the test has, since a page
    tells by itself which of its subtests took too long.

    Args:
        command: the command of the implementation's page.
        address: what is to be loaded.
        seconds: how long the test may take.
        grace: how much longer the page is waited for; None for as long again, and some.

    Raises:
        MissingError: the command cannot be started, or ends with the status that says that it lacks
            what it runs on.
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
            answer = PageAnswer(TIMEOUT, _with_words("The page said nothing in time", process))
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
