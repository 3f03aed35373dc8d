"""In which order a run measures, what it repeats, and how it ends; nothing is measured here."""

from types import SimpleNamespace

import pytest
from benchmarks.runner import REPEATED, Options, Runner
from benchmarks.workloads import STEADY_ROUNDS

from benchmarks import __main__ as command
from benchmarks import runner

CLIENTS = ["ours", "picows"]


class FakeServer:
    facts = SimpleNamespace()
    pid = 0
    trust = None

    def __init__(self, *arguments):
        self.facts = {"kind": "raw", "loop": "asyncio", "mask": "int", "ports": {}, "trust": None}

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        pass

    def url(self, workload):
        return f"ws://{workload.name}/"


@pytest.fixture
def jobs(monkeypatch):
    """Return the jobs that were measured, in order; `answer` makes the result of each."""
    found = []

    def measure(job):
        found.append(job)
        return jobs.answer(job)  # type: ignore[attr-defined]

    jobs = SimpleNamespace(all=found, answer=lambda job: {"rate": 1.0, "cpu_us": 1.0})
    monkeypatch.setattr(runner, "Server", FakeServer)
    monkeypatch.setattr(runner, "probe", lambda client: None)
    monkeypatch.setattr(runner, "measure", measure)
    monkeypatch.setattr(runner, "import_seconds", lambda client: {"import_ms": 1.0})
    return jobs


def options(*workloads, rounds=2, allocator=True):
    return Options(
        workloads=workloads,
        clients=CLIENTS,
        loops=["asyncio"],
        seconds=0.1,
        rounds=rounds,
        text=False,
        allocator=allocator,
        connections=3,
        pin=False,
        server="raw",
    )


def run(*workloads, **kwargs):
    return Runner(options(*workloads, **kwargs), lambda text: None).run()


def test_rounds_are_interleaved_and_begin_with_another_client(jobs):
    report = run("100B-1", allocator=False)
    assert [job.client for job in jobs.all] == ["ours", "picows", "picows", "ours"]
    assert not any(job.allocator for job in jobs.all)
    assert [len(rounds) for rounds in report.rows[0].rounds.values()] == [2, 2]


def test_the_allocator_setting_is_measured_beside_in_the_same_round(jobs):
    report = run("100B-1", "connect", rounds=1)
    assert [(job.client, job.workload, job.allocator) for job in jobs.all] == [
        ("ours", "100B-1", False),
        ("ours", "100B-1", True),
        ("picows", "100B-1", False),
        ("picows", "100B-1", True),
        ("ours", "connect", False),
        ("picows", "connect", False),
    ]
    assert [row.allocator for row in report.rows] == [False, True, False]


def test_what_hardly_differs_needs_few_rounds(jobs):
    jobs.answer = lambda job: {"memory_kib": 1.0}
    run("memory", rounds=9)
    assert len(jobs.all) == STEADY_ROUNDS * len(CLIENTS)


@pytest.mark.parametrize("key", ["error", "unable"])
def test_a_client_that_failed_or_cannot_is_not_asked_again(jobs, key):
    jobs.answer = lambda job: {key: "no"} if job.client == "picows" else {"memory_kib": 1.0}
    report = run("memory-deflate", rounds=3)
    assert [job.client for job in jobs.all].count("picows") == 1
    assert report.failed() == (key == "error")


def test_disturbed_measurements_are_repeated_but_not_all(jobs):
    jobs.answer = lambda job: {"rate": 1.0, "cpu_us": 1.0, "client_waited": 0.5}
    report = run("100B-1", rounds=20, allocator=False)
    disturbed, measurements = report.disturbed()
    assert disturbed == measurements == 40
    assert 1 <= len(jobs.all) - measurements <= REPEATED * measurements + 1


def test_the_better_of_two_counts(jobs):
    waits = iter([0.5, 0.0])
    jobs.answer = lambda job: {"rate": 1.0, "cpu_us": 1.0, "client_waited": next(waits, 0.0)}
    report = run("100B-1", rounds=1, allocator=False)
    assert len(jobs.all) == 3
    assert report.disturbed() == (0, 2)


def test_an_interrupted_run_keeps_what_it_has(jobs):
    def interrupt(job):
        if len(jobs.all) == 2:
            raise KeyboardInterrupt
        return {"rate": 1.0, "cpu_us": 1.0}

    jobs.answer = interrupt
    report = run("100B-1", allocator=False)
    assert report.options["interrupted"]
    assert list(report.rows[0].rounds) == ["ours"]


def test_imports_have_no_event_loop(jobs):
    (row,) = run("import").rows
    assert row.loop is None
    assert row.values("ours", "import_ms") == [1.0, 1.0]


@pytest.mark.parametrize(
    ("answer", "status"),
    [({"rate": 1.0, "cpu_us": 1.0}, 0), ({"error": "took too long"}, 1), (KeyboardInterrupt, 130)],
)
def test_the_status_tells_how_a_run_ended(jobs, answer, status, tmp_path, monkeypatch, capsys):
    def measure(job):
        if answer is KeyboardInterrupt:
            raise KeyboardInterrupt
        return answer

    jobs.answer = measure
    arguments = ["bench", "--only", "100B-1", "--loops", "asyncio", "--output", str(tmp_path)]
    monkeypatch.setattr("sys.argv", arguments)
    monkeypatch.setattr(command.signal, "signal", lambda *arguments: None)
    assert command.main() == status
    assert (tmp_path / "bench.json").exists()
    assert ("Interrupted" in capsys.readouterr().out) == (status == 130)
