import asyncio
import os
from pathlib import Path

import pytest

from websocket_conformance.embedded import runner
from websocket_conformance.embedded.case import RoundTrips
from websocket_conformance.embedded.catalogue import by_number
from websocket_conformance.embedded.config import Profile
from websocket_conformance.embedded.log import FrameSeen
from websocket_conformance.embedded.processes import RunError
from websocket_conformance.embedded.result import Result
from websocket_conformance.embedded.runner import Settings, deal, run_embedded, select

FAKES = Path(__file__).parent / "fakes"


@pytest.fixture
def moody(monkeypatch):
    """Makes a client that misbehaves in some cases: ``moody("1.1.1", "crash")``."""
    path = os.pathsep.join([str(FAKES), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)
    return lambda case, mood: monkeypatch.setenv(f"MOODY_{case.replace('.', '_')}", mood)


def run(tmp_path: Path, *patterns: str, **fields):
    settings = Settings(select(patterns), adapter="moody", agent="moody", **fields)
    told: list[Result] = []
    done = asyncio.run(run_embedded(settings, tmp_path, told.append))
    assert sorted(r.number for r in told) == sorted(r.number for r in done.results)
    return done


def test_a_run_has_a_result_for_each_case_in_order(tmp_path, moody):
    done = run(tmp_path, "1.*", "2.*", "7.7.*", "12.1.1", lanes=2)
    assert [result.number for result in done.results] == list(done.settings.cases)
    assert [result.index for result in done.results] == list(range(1, 42))
    assert done.is_best
    assert not done.interrupted
    assert done.identity.client == "moody 1.0"
    result = done.results[0]
    assert (result.behaviour, result.behaviour_close, result.close_code) == ("OK", "OK", 1000)
    assert result.agent == "moody"
    assert result.seen.clean
    assert "GET /runCase" in result.request
    frames = [entry for entry in result.conversation if isinstance(entry, FrameSeen)]
    assert [(frame.sent, frame.opcode) for frame in frames] == [
        (True, 1),
        (False, 1),
        (True, 8),
        (False, 8),
    ]
    assert [frame.at for frame in frames] == sorted(frame.at for frame in frames)


def test_a_client_that_crashes_fails_that_case_and_no_other(tmp_path, moody):
    moody("1.1.3", "crash")
    done = run(tmp_path, "1.1.*", lanes=1)
    failed = [result for result in done.results if not result.is_best]
    assert [result.number for result in failed] == ["1.1.3"]
    assert (failed[0].behaviour, failed[0].behaviour_close) == ("FAILED", "FAILED")
    assert failed[0].because == "The client's process ended. Its last words: I cannot go on."
    assert len(done.results) == 8


@pytest.mark.parametrize("mood", ["hang", "wait"])
def test_a_client_that_hangs_fails_that_case_and_no_other(tmp_path, moody, mood):
    moody("1.1.5", mood)
    done = run(tmp_path, "1.1.*", lanes=1, hung=5.0)
    failed = [result for result in done.results if not result.is_best]
    assert [result.number for result in failed] == ["1.1.5"]
    assert failed[0].because == "The client hung and was stopped after 5 s."
    assert len(done.results) == 8


def test_a_client_that_never_connects_fails_its_case(tmp_path, moody, monkeypatch):
    monkeypatch.setattr(runner, "_RESULT_SECONDS", 0.1)
    moody("1.1.2", "stay away")
    done = run(tmp_path, "1.1.2")
    assert done.results[0].because == "The client never connected."
    assert done.results[0].seen.code == 1006
    assert not done.is_best


def test_an_adapter_that_cannot_be_imported(tmp_path, moody):
    settings = Settings(select(["1.1.1"]), adapter="no.such.adapter")
    with pytest.raises(RunError, match="ModuleNotFoundError"):
        asyncio.run(run_embedded(settings, tmp_path))


def test_a_run_that_is_interrupted_keeps_what_it_had(tmp_path, moody):
    moody("1.1.8", "wait")
    settings = Settings(select(["1.1.*"]), adapter="moody", lanes=1)

    async def interrupted():
        told: asyncio.Queue[Result] = asyncio.Queue()
        running = asyncio.create_task(run_embedded(settings, tmp_path, told.put_nowait))
        for _ in range(7):
            await told.get()
        running.cancel()
        return await running

    done = asyncio.run(interrupted())
    assert done.interrupted
    assert [result.number for result in done.results] == [f"1.1.{last}" for last in range(1, 8)]
    assert all(result.is_best for result in done.results)


@pytest.mark.slow
def test_this_implementation_is_as_good_as_it_can_be_at_everything(tmp_path):
    done = asyncio.run(run_embedded(Settings(select(["*"])), tmp_path))
    worse = [(r.number, r.because, r.because_close) for r in done.results if not r.is_best]
    assert worse == []
    assert len(done.results) == 517
    assert done.is_best


def test_all_cases_are_dealt_out_and_streams_stay_together():
    cases = list(by_number(10).values())
    for lanes in (1, 2, 5):
        heaps = deal(cases, lanes)
        assert sorted(case.number for heap in heaps for case in heap) == sorted(by_number(10))
        assert len(heaps) == lanes
        homes: dict[object, set[int]] = {}
        for place, heap in enumerate(heaps):
            for case in heap:
                play = case.play
                if isinstance(play, RoundTrips) and play.asked:
                    homes.setdefault((play.stream.source, play.stream.size), set()).add(place)
        assert {len(home) for home in homes.values()} == {1}
        weights = [sum(map(runner.weight, heap)) for heap in heaps]
        assert lanes > 2 or max(weights) < 1.1 * min(weights)


def test_there_are_no_more_lanes_than_cases():
    assert len(deal([by_number(10)["1.1.1"]], 4)) == 1


def test_the_cases_that_wait_come_first():
    (heap,) = deal(by_number(10).values(), 1)
    first = {case.number for case in heap[:6]}
    assert first == {"5.19", "5.20", "6.4.1", "6.4.2", "6.4.3", "6.4.4"}


def test_the_profiles():
    assert [profile.messages for profile in Profile] == [10, 1000]
