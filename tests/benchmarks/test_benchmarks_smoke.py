"""A whole run that is as short as possible: the files that it writes, not its speed."""

import asyncio
import json
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from benchmarks.exchange import Exchange, WrongAnswerError

from support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("unmeasured")

ROOT = Path(__file__).resolve().parents[2]


def bench(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_quick_run(tmp_path):
    done = bench(
        *("--quick", "--only", "*100B-1", "--clients", "websockets,picows", "--loops", "asyncio"),
        *("--seconds", "0.05", "--allocator", "--no-pin", "--output", str(tmp_path)),
    )
    assert done.returncode == 0, done.stderr
    assert "100 B, 1 in flight" in done.stdout
    assert "1/1 100 B, 1 in flight, asyncio" in done.stderr
    text = (tmp_path / "bench.json").read_text(encoding="utf-8")
    assert str(ROOT) not in text
    found = json.loads(text)
    assert found["schema"] == 2
    assert found["options"]["workloads"] == ["100B-1"]
    assert found["machine"]["cores"] >= 1
    assert found["versions"]["websockets"]
    assert set(found["server"]) == {"kind", "loop", "mask"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["date"])
    assert [(row["loop"], row["allocator"]) for row in found["rows"]] == [
        ("asyncio", False),
        ("asyncio", True),
    ]
    for row in found["rows"]:
        assert set(row["figures"]) == {"rate", "cpu_us"}
        for figure in row["figures"].values():
            assert set(figure["clients"]) == {"websockets", "picows"}
            for each in figure["clients"].values():
                assert 0 < each["low"] <= each["median"] <= each["high"]
        assert all(len(rounds["rate"]) == 1 for rounds in row["rounds"].values())
    ET.parse(tmp_path / "bench.svg")


def test_tls_and_the_table_of_the_readme(tmp_path):
    done = bench(
        *("--only", "tls-100B-64,import", "--clients", "ours", "--loops", "asyncio"),
        *("--seconds", "0.05", "--rounds", "1", "--no-pin", "--no-allocator", "--readme"),
        *("--output", str(tmp_path)),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("| asyncio | this |\n| --- | ---: |\n")
    assert "| 100 B, 64 in flight, TLS | " in done.stdout
    assert "Medians of one round." in done.stdout
    found = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert [row["allocator"] for row in found["rows"]] == [False, False]


def children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_run_leaves_no_process(tmp_path, number):
    command = [sys.executable, "-m", "benchmarks", "--only", "100B-1", "--clients", "websockets"]
    command += ["--seconds", "60", "--no-pin", "--output", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as run:
        wait_until(lambda: len(children(run.pid)) >= 2)
        begun = children(run.pid)
        run.send_signal(number)
        assert run.wait(20) == (-number if number == signal.SIGKILL else 130)
    assert len(begun) == 2
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in begun))
    if number != signal.SIGKILL:
        assert json.loads((tmp_path / "bench.json").read_text())["options"]["interrupted"]


@pytest.mark.parametrize("name", ["nobody", "no*"])
def test_a_client_that_nobody_knows_is_refused(name):
    done = bench("--clients", name)
    assert done.returncode == 2
    assert f"'{name}' matches none of ours, picows, aiohttp, websockets" in done.stderr


def exchanged(*answers, running=False):
    async def run():
        exchange = Exchange(b"abc", 2, warmup=0, seconds=0, server_pid=0)
        exchange.running = running
        ends = [exchange.returned(answer) for answer in answers]
        exchange.finished.result()
        return ends

    return asyncio.run(run())


def test_what_is_in_flight_at_the_end_is_compared():
    assert exchanged(b"abc", memoryview(b"abc")) == [False, True]


@pytest.mark.parametrize(
    ("answers", "running"),
    [((b"abd", b"abc"), False), ((b"abc", b"abcd"), False), ((b"ab",), True)],
)
def test_a_wrong_answer_fails_the_measurement(answers, running):
    with pytest.raises(WrongAnswerError):
        exchanged(*answers, running=running)
