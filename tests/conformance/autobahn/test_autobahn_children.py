import asyncio
import fcntl
import os
import sys

import pytest

from websocket_conformance.autobahn import children

HOLD = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_SH); "
TELL = "open(sys.argv[2], 'w').close(); "
FAMILY = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[3], *sys.argv[1:3]])
"""


@pytest.fixture
def family(tmp_path):
    """A program whose child holds a lock, tells of it, and then never ends by itself."""
    (tmp_path / "alive").touch()
    os.mkfifo(tmp_path / "ready")
    child = HOLD + TELL + "import signal; signal.pause()"
    files = [str(tmp_path / "alive"), str(tmp_path / "ready")]
    return [sys.executable, "-c", FAMILY, *files, child]


async def is_up(tmp_path):
    await asyncio.to_thread((tmp_path / "ready").read_text)


def wait_until_gone(tmp_path):
    with (tmp_path / "alive").open("rb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)


def test_a_cancelled_program_takes_its_children_along(family, tmp_path):
    async def play():
        task = asyncio.create_task(children.run(family, tmp_path / "log"))
        await is_up(tmp_path)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(play())
    wait_until_gone(tmp_path)


def test_a_program_that_does_not_end_with_its_input_is_killed(family, tmp_path, monkeypatch):
    monkeypatch.setattr(children, "GRACE", 0.01)

    async def play():
        async with children.serving(family, tmp_path / "log") as child:
            await is_up(tmp_path)
        assert child.has_ended

    asyncio.run(play())
    wait_until_gone(tmp_path)


def test_a_program_that_ends_with_its_input_is_left_to_it(tmp_path):
    code = "import sys; print(sys.stdin.readline().upper(), end='', flush=True); sys.stdin.read()"

    async def play():
        command = [sys.executable, "-c", code]
        async with children.serving(command, tmp_path / "log", piped=True) as child:
            child.write("hello")
            assert await child.read() == "HELLO\n"
        assert child.process.returncode == 0

    asyncio.run(play())


def test_a_program_that_is_gone_writes_no_more(tmp_path):
    async def play():
        command = [sys.executable, "-c", "import sys; sys.exit('gone')"]
        async with children.serving(command, tmp_path / "log", piped=True) as child:
            assert await child.read() is None
        assert children.last_lines(child.log) == "gone"

    asyncio.run(play())


def test_a_program_s_status_and_output(tmp_path):
    code = "import sys; print('first'); print(); print('second'); sys.exit(7)"
    status = asyncio.run(children.run([sys.executable, "-c", code], tmp_path / "log"))
    assert status == 7
    assert children.last_lines(tmp_path / "log") == "first\nsecond"
    assert children.last_lines(tmp_path / "log", 1) == "second"
