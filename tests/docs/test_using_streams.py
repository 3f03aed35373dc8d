"""The programs with a WebSocketStream that README and "Using it" print, played against a server."""

import asyncio
import re
from types import SimpleNamespace

import pytest

from support import frames
from support.chapters import ROOT
from support.server import Server


def programs_of(text: str) -> SimpleNamespace:
    namespace: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "page", "exec"), namespace)
    return SimpleNamespace(**namespace)


@pytest.fixture(scope="module")
def using():
    text = (ROOT / "docs" / "using.md").read_text(encoding="utf-8")
    section = text.partition("\n## One message at a time\n")[2].partition("\n## ")[0]
    return programs_of(section)


@pytest.fixture(scope="module")
def readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## The same connection as streams\n")[2].partition("\n## ")[0]
    return programs_of(section)


async def closed_by(peer, code=1000, reason=""):
    """Answer the Close frame that comes, and end TCP."""
    await peer.expect_close()
    await peer.send_close(code, reason)
    peer.half_close()


async def test_the_program_of_the_readme(readme, capsys):
    async with Server() as server:
        running = asyncio.create_task(readme.talk(server.url))
        peer = await server.accept_handshake()
        assert (await peer.read_frame()).payload == b"Hello Server!"
        for text in ("one", "two"):
            await peer.send_text(text)
        await peer.send_close(1000)
        assert (await peer.read_frame()).opcode == frames.CLOSE
        peer.half_close()
        await running
    assert capsys.readouterr().out == "Message from server one\nMessage from server two\n"


async def test_one_message(using):
    async with Server() as server:
        running = asyncio.create_task(using.ask(server.url, "who?"))
        peer = await server.accept_handshake()
        assert (await peer.read_frame()).payload == b"who?"
        await peer.send_text("me")
        await closed_by(peer)
        assert await running == "me"


async def test_a_server_that_closes_instead_of_answering(using):
    async with Server() as server:
        running = asyncio.create_task(using.ask(server.url, "who?"))
        peer = await server.accept_handshake()
        await peer.read_frame()
        await peer.send_close(1000)
        await peer.read_frame()
        peer.half_close()
        assert await running is None


async def test_how_it_ends(using, capsys):
    async with Server() as server:
        for end in ("clean", "broken off"):
            stream = using.WebSocketStream(server.url)
            running = asyncio.create_task(using.read_to_the_end(stream))
            peer = await server.accept_handshake()
            await peer.send_text("hello")
            if end == "clean":
                await peer.send_close(3000, "bye")
                await peer.read_frame()
                peer.half_close()
                assert await running == "closed with 3000 bye"
            else:
                peer.reset()
                assert (await running).startswith("broken off: 1006")
    assert capsys.readouterr().out.startswith("hello\n")


async def test_a_read_that_is_cancelled_takes_no_message(using):
    async with Server() as server:
        stream = using.WebSocketStream(server.url)
        peer = await server.accept_handshake()
        reader = (await stream.opened).readable.getReader()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(), 0.01)
        await peer.send_text("kept")
        assert (await reader.read()).value == "kept"
        stream.close()
        await closed_by(peer)
        await stream.closed
