"""The drivers of known implementations in Python, each in a process of its own."""

import asyncio
import sys
from importlib.util import find_spec

import pytest

from websocket_conformance.cases.catalogue import every, playable, select
from websocket_conformance.cases.profile import Profile
from websocket_conformance.fuzzing.server import ConnectionFromClient
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.testees import driver

DRIVERS = {
    "aiohttp": "aiohttp",
    "ours": "whatwg_websockets",
    "picows": "picows",
    "websocket_client": "websocket",
    "websockets": "websockets",
    "wsproto": "wsproto",
}
PLAYED = ("1.1.2", "1.2.2", "2.2", "4.1.1", "5.3", "7.3.3", "12.1.1", "20.1.1", "23.1.1")
"""An echo of each type, a Ping, what must be failed, a Close, compression, and the handshake."""


@pytest.mark.parametrize("name", DRIVERS)
def test_a_driver_plays_what_it_is_asked_for(name):
    if find_spec(DRIVERS[name]) is None:
        pytest.skip(f"{DRIVERS[name]} is not installed")

    played = asyncio.run(play(name))
    assert sorted(played) == sorted(PLAYED)
    good = {number for number, behaviour in played.items() if behaviour is Verdict.OK}
    assert {"1.1.2", "1.2.2", "2.2", "4.1.1", "7.3.3"} <= good


async def play(name):
    """The verdict on each case, once the driver has ended."""
    cases = playable(select(every(Profile.QUICK), PLAYED), judge_is_server=True)
    fuzzing = Fuzzing(cases)
    server = await asyncio.get_running_loop().create_server(
        lambda: ConnectionFromClient(fuzzing), "127.0.0.1", 0
    )
    async with asyncio.timeout(100), server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"websocket_conformance.testees.{name}", url, name, "", "3"
        )
        assert await process.wait() == 0
    return {number: result.behaviour for (_, number), result in fuzzing.book.results.items()}


def test_the_numbers_of_cases():
    assert list(driver.numbers("1-3,7")) == [1, 2, 3, 7]
    assert list(driver.numbers("")) == []


def test_what_is_on_the_command_line():
    task = driver.Task.from_arguments(["ws://h:1/", "a b", "2", "4", "uvloop"])
    assert task == driver.Task("ws://h:1", "a b", (2,), 4, "uvloop")
    assert task.path("/runCase", case=1) == "/runCase?case=1&agent=a+b"
    assert driver.Task.from_arguments(["ws://h:1", "a"]) == driver.Task("ws://h:1", "a")
