"""A testee's process, by itself: how its end is noticed, and what is left of it."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from websocket_conformance.errors import MissingError
from websocket_conformance.processes import MARK, Running, started, strays

HOLDS_ITS_OUTPUT = "import subprocess; subprocess.Popen(['sleep', '1000'])"
HAS_A_SESSION = "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)"
LEAVES_NO_TRACE = f"{HAS_A_SESSION[:-1]}, stdout=subprocess.DEVNULL)"
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")


def python(source: str) -> list[str]:
    return [sys.executable, "-c", source]


@pytest.mark.parametrize("source", [HOLDS_ITS_OUTPUT, HAS_A_SESSION])
async def test_a_process_has_ended_though_its_output_is_held(source):
    async with started(python(f"{source}; print('farewell'); exit(4)")) as process:
        await process.wait()
        assert (process.status, process.last_words()) == (4, "farewell")


async def test_the_line_of_a_process_that_has_ended_ends_as_well():
    async with started(python(f"{HOLDS_ITS_OUTPUT}; print(input())"), converses=True) as process:
        process.write(b"hello")
        assert await process.line() == b"hello\n"
        assert await process.line() == b""


@needs_proc
@pytest.mark.parametrize("source", [HAS_A_SESSION, LEAVES_NO_TRACE])
async def test_what_has_a_session_of_its_own_is_ended_too(source):
    wanted = f"{source}; import os; print(os.environ[{MARK!r}], flush=True); input()"
    async with started(python(wanted), converses=True) as process:
        mark = (await process.line()).decode().strip()
        assert len(strays(mark)) == 2
    assert strays(mark) == []


@needs_proc
async def test_what_another_testee_has_started_is_let_live():
    other = await asyncio.create_subprocess_exec("sleep", "1000", env=os.environ | {MARK: "other"})
    async with started(python("")) as process:
        await process.wait()
    assert strays("other") == [other.pid]
    other.kill()
    await other.wait()


async def test_what_is_interrupted_while_it_starts_is_ended(monkeypatch):
    statuses, end = [], Running.end

    async def watched(process: Running) -> None:
        await end(process)
        statuses.append(process.status)

    async def start() -> None:
        async with started(["sleep", "1000"]):
            await asyncio.Event().wait()

    monkeypatch.setattr(Running, "end", watched)
    starting = asyncio.create_task(start())
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert statuses == [-signal.SIGKILL]


def test_nothing_is_left_for_the_loop_to_complain_of():
    source = f"""
import asyncio
from websocket_conformance.processes import started
async def main():
    async with started({python(HAS_A_SESSION)!r}) as process:
        await process.wait()
    async with started({python("import time; time.sleep(1000)")!r}, converses=True) as process:
        process.write(bytes(1_000_000))
asyncio.run(main())
"""
    done = subprocess.run(python(source), capture_output=True, check=True, text=True)
    assert done.stdout + done.stderr == ""


async def test_how_a_process_was_ended_is_known():
    async with started(python("import os; os.kill(os.getpid(), 9)")) as process:
        await process.wait()
        assert process.status == -signal.SIGKILL


async def test_what_is_not_there_cannot_be_started():
    with pytest.raises(MissingError, match="/no/such/program cannot be started"):
        async with started(["/no/such/program"]):
            pass
