"""Random programs with streams log the same as with the standard's reference implementation."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support import byte_programs, transform_programs
from support.loops import errors_heard

HERE = Path(__file__).parent

REFERENCE = os.environ.get("STREAMS_REFERENCE")
"""The folder reference-implementation of whatwg/streams, in which `npm install` was run."""

SEED = int(os.environ.get("STREAMS_SEED", "0"))
HOW_MANY = int(os.environ.get("STREAMS_PROGRAMS", "500"))

KINDS = {"byte": byte_programs, "transform": transform_programs}

# Recorded with whatwg/streams at b9ba9f49d95b in Node.js 24.
RECORDED = [
    pytest.param(kind, each["program"], each["events"], id=f"{kind}-{number}")
    for kind in KINDS
    for number, each in enumerate(
        json.loads((HERE / f"{kind}_programs.json").read_text(encoding="utf-8"))
    )
]


async def check(kind, program, expected):
    events = await KINDS[kind].Player(program).play()
    # The rejections that a program does not handle are reported.
    errors_heard().clear()
    assert events == expected


@pytest.mark.parametrize(("kind", "program", "events"), RECORDED)
async def test_a_recorded_program(kind, program, events):
    await check(kind, program, events)


@pytest.mark.skipif(REFERENCE is None, reason="STREAMS_REFERENCE names no reference implementation")
@pytest.mark.parametrize("kind", KINDS)
async def test_programs_that_were_not_recorded(kind, tmp_path):
    programs = KINDS[kind].Maker(SEED).programs(HOW_MANY)
    file = tmp_path / "programs.json"
    file.write_text(json.dumps(programs), encoding="utf-8")
    node = shutil.which(os.environ.get("NODE", "node"))
    command = [node, str(HERE / f"{kind}_programs.cjs"), REFERENCE, str(file)]
    logs = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: ASYNC221
    for program, events in zip(programs, logs, strict=True):
        if KINDS[kind].has_answer(events):
            await check(kind, program, events)
