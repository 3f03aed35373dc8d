"""Random programs with transform streams log what the standard's own implementation logs."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.loops import errors_heard
from support.transform_programs import Maker, Player

HERE = Path(__file__).parent
RECORDED = HERE / "transform_programs.json"
PLAYER = HERE / "transform_programs.cjs"

REFERENCE = os.environ.get("STREAMS_REFERENCE")
"""The folder reference-implementation of whatwg/streams, with what `npm install` puts there."""

SEED = int(os.environ.get("STREAMS_SEED", "0"))
HOW_MANY = int(os.environ.get("STREAMS_PROGRAMS", "500"))

# Recorded with whatwg/streams at b9ba9f49d95b in Node.js 24.
PROGRAMS = json.loads(RECORDED.read_text(encoding="utf-8"))


async def check(program, expected):
    events = await Player(program).play()
    # What a program makes fail without looking at it is reported.
    errors_heard().clear()
    assert events == expected


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
async def test_a_recorded_program(number):
    await check(PROGRAMS[number]["program"], PROGRAMS[number]["events"])


@pytest.mark.skipif(REFERENCE is None, reason="STREAMS_REFERENCE names no reference implementation")
async def test_programs_that_were_not_recorded(tmp_path):
    programs = Maker(SEED).programs(HOW_MANY)
    file = tmp_path / "programs.json"
    file.write_text(json.dumps(programs), encoding="utf-8")
    node = shutil.which(os.environ.get("NODE", "node"))
    command = [node, str(PLAYER), REFERENCE, str(file)]
    logs = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: ASYNC221
    for program, events in zip(programs, logs, strict=True):
        # Where an assertion of the standard fails, it has no answer.
        if events[-1] != "no answer":
            await check(program, events)
