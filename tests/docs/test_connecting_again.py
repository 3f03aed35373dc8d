"""The README's program that connects again, played against a server."""

import asyncio
import logging
import re
from types import SimpleNamespace

import pytest

from support.chapters import ROOT
from support.frames import Frame
from support.page import until
from support.server import Server


@pytest.fixture
def program():
    """The names of two blocks of the README, without running the first one's server."""
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    first, (second,) = blocks[0], [each for each in blocks if "def stay_connected" in each]
    imports = "".join(f"{line}\n" for line in first.splitlines() if re.match("import|from", line))
    namespace = {}
    exec(compile(imports + second, "README.md", "exec"), namespace)
    yield SimpleNamespace(**namespace)
    logging.getLogger("whatwg_websockets").removeHandler(namespace["causes"])


async def test_it_goes_on_after_what_may_pass_and_ends_with_what_will_not(program, caplog):
    async with Server() as server:
        sockets = []
        running = asyncio.ensure_future(
            program.stay_connected(server.url, sockets.append, first_pause=0.001)
        )
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
        peer = await server.accept()
        await peer.handshake()
        await until(lambda: sockets[-1].readyState == 1)
        peer.reset()
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 401 Unauthorized\r\n\r\n")
        assert await running == "the server answered with status 401 Unauthorized"
    assert len(sockets) == 3
    assert [record.kind for record in caplog.records] == ["status", "lost", "status"]
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    assert {record.url for record in caplog.records} == {sockets[0].url}


async def test_it_ends_with_a_closing_handshake(program):
    async with Server() as server:
        running = asyncio.ensure_future(program.stay_connected(server.url, lambda socket: None))
        peer = await server.accept()
        await peer.handshake()
        await peer.send_close(1000, "bye")
        assert isinstance(await peer.read_frame(), Frame)
        peer.close()
        assert await running == "closed with 1000 bye"


@pytest.mark.parametrize(
    ("kind", "why", "expected"),
    [
        ("refused", "", True),
        ("lost", "", True),
        ("timed out", "", True),
        ("status", "the server answered with status 503 Service Unavailable", True),
        ("status", "the server answered with status 403 Forbidden", False),
        ("tls", "the certificate was not accepted", False),
        ("name not found", "", False),
    ],
)
def test_what_may_pass(program, kind, why, expected):
    assert program.may_pass(kind, why) is expected
