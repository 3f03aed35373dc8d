import json

import pytest
from typer.testing import CliRunner

from whatwg_websockets.cli import spec, spec_mutate
from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.coverage import NoData, Run, StepCoverage
from whatwg_websockets.steps.mutant_record import read_record
from whatwg_websockets.steps.mutate import FailingTests, Verdict
from whatwg_websockets.steps.places import places
from whatwg_websockets.steps.survivors import Survivor
from whatwg_websockets.steps.toml_file import IndexFault

CODE = """\
@algorithm("toy", "play(toy)")
def play(toy):
    # 1. Take a toy.
    take(toy)
    # 2. Turn a toy.
    turn(toy)
"""


class Toys:
    """Steps, and what is to become of their mutants."""

    def __init__(self, code):
        self.code = code
        self.survivors = []
        self.alive = {"1"}
        self.jobs = None
        self.failure = None
        self.is_to_be_given_up = self.given_up = False
        self.why_given_up = KeyboardInterrupt()

    def run_mutants(self, plans, root, tell, *, jobs, all_tests):
        self.jobs = jobs
        self.tests = [plan.tests for plan in plans]
        self.own = [plan.own for plan in plans]
        if self.failure:
            raise self.failure
        for plan in plans:
            if self.given_up:
                raise self.why_given_up
            self.given_up = self.is_to_be_given_up
            survived = plan.mutant.places[0].number in self.alive
            tell(Verdict(plan.mutant, survived, "" if survived else "test_a", 1.25))


@pytest.fixture
def toys(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = tmp_path / "src" / "house" / "toys.py"
    code.parent.mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    code.write_text(CODE)
    toys = Toys(code)
    steps = places([read_source(code, "house.toys")])
    coverage = StepCoverage((Run(step, True, ("test_a",)) for step in steps), [code])
    monkeypatch.setattr(spec_mutate, "places", lambda: steps)
    monkeypatch.setattr(spec_mutate, "read_coverage", lambda *_: coverage)
    monkeypatch.setattr(spec_mutate, "source_folder", lambda: code.parent)
    monkeypatch.setattr(spec_mutate, "run_mutants", toys.run_mutants)
    monkeypatch.setattr(spec_mutate, "read_survivors", lambda: toys.survivors)
    return toys


def run(*arguments):
    return CliRunner().invoke(spec.app, ["mutate", *arguments])


def test_a_step_that_nobody_misses(toys, monkeypatch):
    times = iter([100.0, 102.4])
    monkeypatch.setattr(spec_mutate, "perf_counter", lambda: next(times))
    done = run("--jobs", "3")
    assert done.exit_code == 1
    assert done.stdout == "src/house/toys.py:3: play(toy) 1: taken out, and no test fails\n"
    assert "younger than the data" in done.stderr
    assert "2 mutants, 1 survivor, 1 without a reason; 2 s\n" in done.stderr
    assert toys.jobs == 3


def test_a_survivor_with_a_reason(toys):
    toys.survivors = [Survivor("play(toy)", "1", "it is light", 1)]
    done = run()
    assert done.exit_code == 0
    assert "no test fails; it is light" in done.stdout
    assert toys.jobs >= 1


def test_a_reason_that_is_not_needed(toys):
    toys.alive = set()
    toys.survivors = [Survivor("play(toy)", "1", "it is light", 7)]
    done = run()
    assert done.exit_code == 0
    assert "A test notices play(toy) 1 now; remove its reason (line 7)." in done.stderr


def test_json(toys):
    done = run("--json")
    assert done.exit_code == 1
    data = json.loads(done.stdout)
    assert [(each["steps"], each["survived"], each["noticed_by"]) for each in data] == [
        (["1"], True, ""),
        (["2"], False, "test_a"),
    ]


def test_json_names_each_requirement_that_shares_a_comment(toys, monkeypatch):
    toys.code.write_text("# § toys-1, -2. Toys are tidy.\nTIDY = True\n")
    steps = places([read_source(toys.code, "house.toys")])
    monkeypatch.setattr(spec_mutate, "places", lambda: steps)
    [data] = json.loads(run("--json").stdout)
    assert data["steps"] == ["§ toys-1", "§ toys-2"]


@pytest.mark.parametrize("name", ["play", "play(toy)", "toys", "house.toys"])
def test_only_some(toys, name):
    assert run("--algorithm", name).exit_code == 1


def test_no_such_algorithm(toys):
    done = run("--algorithm", "sleep")
    assert done.exit_code == 2
    assert "no algorithm or module 'sleep'" in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    ("failure", "code", "message"),
    [
        (
            FailingTests("1 failed"),
            2,
            "1 failed\nThe tests fail on the unchanged code; mend that first; 0 of 2 mutants were"
            " tried.\n",
        ),
        (KeyboardInterrupt(), 130, "Interrupted after 0 of 2 mutants."),
    ],
)
def test_a_run_that_does_not_come_to_its_end(toys, failure, code, message):
    toys.failure = failure
    done = run()
    assert done.exit_code == code
    assert message in done.stderr


def test_what_was_found_before_it_was_given_up_is_kept(toys):
    toys.is_to_be_given_up = True
    done = run("--json")
    assert done.exit_code == 130
    assert [each["steps"] for each in json.loads(done.stdout)] == [["1"]]
    assert "Interrupted after 1 of 2 mutants." in done.stderr


def test_without_a_checkout_there_are_no_tests_to_run(toys, tmp_path):
    (tmp_path / "tests").rmdir()
    done = run()
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path} has no folder of tests; the command needs a checkout.\n"


def test_without_data_the_tests_of_the_algorithm_run(toys, tmp_path, monkeypatch):
    def no_data(*_):
        raise NoData("there is no such file")

    monkeypatch.setattr(spec_mutate, "read_coverage", no_data)
    done = run()
    assert "The tests of each algorithm run until then" in done.stderr
    assert toys.tests == [(), ()]
    assert toys.own == [(), ()]


def test_what_becomes_of_each_mutant_is_recorded(toys, tmp_path, monkeypatch):
    record = tmp_path / "record.json"
    done = run("--record", str(record))
    assert done.exit_code == 1
    assert f"Wrote {record}: 2 mutants are new in it." in done.stderr.replace("\n", " ")
    commit, entries = read_record(record)
    assert commit == ""
    assert [(each["module"], each["steps"], each["noticed_by"]) for each in entries] == [
        ("toys", ["1"], ""),
        ("toys", ["2"], "test_a"),
    ]


def test_what_was_recorded_before_the_tests_failed_is_kept(toys, tmp_path):
    toys.is_to_be_given_up, toys.why_given_up = True, FailingTests("1 failed")
    record = tmp_path / "record.json"
    assert run("--record", str(record)).exit_code == 2
    assert [each["steps"] for each in read_record(record)[1]] == [["1"]]


def test_only_what_is_new(toys, tmp_path):
    record = tmp_path / "record.json"
    toys.alive = set()

    def number_of_new():
        done = run("--record", str(record), "--only-new")
        assert done.exit_code == 0
        return len(toys.tests)

    assert number_of_new() == 2
    assert number_of_new() == 0
    toys.code.write_text(CODE.replace("turn(toy)", "turn(toy, 2)"))
    assert number_of_new() == 1
    toys.code.write_text(CODE.replace("Turn a toy.", "Turn the toy."))
    assert number_of_new() == 1
    assert number_of_new() == 0


def test_a_survivor_is_tried_again_as_long_as_no_reason_is_known(toys, tmp_path):
    record = tmp_path / "record.json"
    assert run("--record", str(record)).exit_code == 1
    assert run("--record", str(record), "--only-new").exit_code == 1
    assert len(toys.tests) == 1
    toys.survivors = [Survivor("play(toy)", "1", "it is light", 1)]
    assert run("--record", str(record), "--only-new").exit_code == 0
    assert toys.tests == []
    assert [each["reason"] for each in read_record(record)[1]] == ["it is light", ""]


def test_only_new_needs_a_record(toys):
    done = run("--only-new")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "name the file with --record" in done.stderr


def test_nothing_to_go_by(toys, monkeypatch):
    def no_data(*_):
        raise NoData("there is no such file")

    def fault():
        raise IndexFault(toys.code, 3, "not TOML")

    monkeypatch.setattr(spec_mutate, "read_coverage", no_data)
    assert run("--data", "coverage").exit_code == 2
    monkeypatch.setattr(spec_mutate, "read_survivors", fault)
    done = run()
    assert (done.exit_code, done.stdout) == (1, "src/house/toys.py:3: not TOML\n")
