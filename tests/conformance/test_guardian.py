"""A judge that is killed leaves no process and no directory behind."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from support.waiting import wait_until
from websocket_conformance.guardian import temporary_directory

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs process groups")

JUDGE = """
import asyncio, sys
from pathlib import Path
from websocket_conformance.guardian import temporary_directory
from websocket_conformance.processes import started

async def main():
    with temporary_directory("of-a-judge-", Path(sys.argv[1])) as directory:
        (directory / "file").touch()
        async with started([sys.executable, "-c", sys.argv[2]], converses=True) as process:
            print((await process.line()).decode(), flush=True)
            await asyncio.Event().wait()

asyncio.run(main())
"""
TESTEE = """
import fcntl, os, subprocess
alive = open(os.environ["ALIVE"])
fcntl.flock(alive, fcntl.LOCK_SH)
os.set_inheritable(alive.fileno(), True)
subprocess.Popen(["sleep", "1000"], close_fds=False)
print("here", flush=True)
input()
"""
LEAVER = TESTEE.replace("close_fds=False", "close_fds=False, start_new_session=True")
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")


@pytest.mark.parametrize("testee", [TESTEE, pytest.param(LEAVER, marks=needs_proc)])
def test_a_killed_judge_leaves_nothing_behind(tmp_path, testee):
    alive, directories = tmp_path / "alive", tmp_path / "directories"
    alive.touch()
    directories.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", JUDGE, str(directories), testee],
        env=os.environ | {"ALIVE": str(alive)},
        stdout=subprocess.PIPE,
    ) as judge:
        assert judge.stdout.readline() == b"here\n"
        assert list(directories.iterdir())
        judge.send_signal(signal.SIGKILL)
    with alive.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
    wait_until(lambda: not list(directories.iterdir()))


def test_who_ends_a_judge_with_all_that_it_started_does_not_end_its_guardian(tmp_path):
    """So is a driver ended that has a browser of its own."""
    alive = tmp_path / "alive"
    alive.touch()
    with subprocess.Popen(
        [sys.executable, "-c", JUDGE, str(tmp_path), TESTEE],
        env=os.environ | {"ALIVE": str(alive)},
        stdout=subprocess.PIPE,
    ) as judge:
        assert judge.stdout.readline() == b"here\n"
        every = psutil.Process(judge.pid).children(recursive=True)
        judge.send_signal(signal.SIGKILL)
        for process in every:
            with contextlib.suppress(psutil.Error):
                process.kill()
    wait_until(lambda: not list(tmp_path.glob("of-a-judge-*")))


def test_a_judge_that_ends_lets_its_guardian_end():
    source = (
        "from websocket_conformance.guardian import temporary_directory\n"
        "with temporary_directory('of-a-judge-'):\n"
        "    print(input())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as judge:
        output, _ = judge.communicate(b"over\n")
        assert (judge.returncode, output) == (0, b"over\n")


def test_a_temporary_directory_is_removed_in_the_end(tmp_path):
    with temporary_directory("mine-", tmp_path) as directory:
        (directory / "file").touch()
        assert directory.parent == tmp_path
    assert not directory.exists()
