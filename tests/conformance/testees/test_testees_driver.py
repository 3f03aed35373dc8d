"""What the drivers in Python have in common."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from websocket_conformance.testees.driver import Task

SAYS_ITS_LOOP = """
import asyncio
from websocket_conformance.testees import driver

async def drive(echo, task):
    print(type(asyncio.get_running_loop()).__module__.partition(".")[0])

driver.drive = drive
driver.main(None)
"""


def test_what_is_left_out_of_the_command_line_is_as_usual():
    assert Task.from_arguments(["ws://h:1/", "me"]) == Task("ws://h:1", "me", (), 1, "asyncio")
    everything = ["ws://h:1", "me", "1-3,7", "4", "uvloop"]
    assert Task.from_arguments(everything) == Task("ws://h:1", "me", (1, 2, 3, 7), 4, "uvloop")
    assert Task.from_arguments([*everything, "more"]) == Task.from_arguments(everything)


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_driver_runs_on_the_loop_that_it_is_told(loop):
    if find_spec(loop) is None:
        pytest.skip(f"{loop} is not installed")
    arguments = ["ws://h:1", "me", "", "1", loop]
    done = subprocess.run(
        [sys.executable, "-c", SAYS_ITS_LOOP, *arguments],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == f"{loop}\n"
