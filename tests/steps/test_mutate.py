import os
import shutil
import signal
import threading
from dataclasses import replace

import pytest

from support.loops import DEADLINE
from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.coverage import Run, StepCoverage
from whatwg_websockets.steps.mutants import mutants
from whatwg_websockets.steps.mutate import (
    FailingTests,
    Judge,
    plan,
    run_mutants,
)
from whatwg_websockets.steps.places import places
from whatwg_websockets.steps.workshop import Interrupted, Workshop

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unmeasured")]

CODE = """\
def algorithm(anchor, name):
    return lambda function: function


@algorithm("toy", "play(toy)")
def play(toy):
    # 1. Take a toy.
    taken = [toy]
    # 2. Turn a toy.
    if toy == "car":
        taken.append("turned")
    # 3. Look at it.
    repr(taken)
    # 4. Put it back.
    return taken
"""

NEAR = """\
from toys.play import play

def test_play():
    assert play("car") == ["car", "turned"]

def test_something_else():
    pass
"""

FAR = """\
import os, threading
from toys.play import play

def test_returns():
    if play("ball") is None:
        if "STUCK" in os.environ:
            threading.Event().wait()
        assert False
"""


class Toys:
    """A checkout with steps and tests."""

    def __init__(self, root):
        self.root = root
        files = {
            "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
            "src/toys/__init__.py": "",
            "src/toys/play.py": CODE,
            "tests/test_play.py": NEAR,
            "tests/far/test_others.py": FAR,
            ".venv/python": "not copied",
            "results/bench.json": "not copied",
            "src/results/__init__.py": "",
        }
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        self.places = places([read_source(root / "src/toys/play.py", "toys.play")])
        self.mutants = mutants(self.places)

    def plans(self, *tests):
        """Plan to run some tests on each mutant."""
        coverage = StepCoverage(Run(each, True, tests) for each in self.places)
        plans = plan(self.mutants, coverage, self.root / "src" / "toys", self.root / "tests")
        return [replace(each, own=()) for each in plans]

    def run(self, plans, **options):
        """Return what survived of which mutant, by the step's number."""
        verdicts = []
        run_mutants(plans, self.root, verdicts.append, **options)
        return {
            verdict.mutant.places[0].number: verdict.noticed_by or verdict.survived
            for verdict in sorted(verdicts, key=lambda each: each.mutant.where)
        }


ALL = (
    "tests/far/test_others.py::test_returns",
    "tests/test_play.py::test_something_else",
    "tests/test_play.py::test_play",
)


@pytest.fixture
def toys(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    for name in [name for name in os.environ if name.startswith(("COV_", "COVERAGE_"))]:
        monkeypatch.delenv(name)
    # The toys need no other plugins, and each takes time whenever pytest begins.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "pytest_timeout,_hypothesis_pytestplugin")
    root = tmp_path / "checkout"
    yield Toys(root)
    assert os.listdir(tmp_path / "temporary") == []
    assert (root / "src/toys/play.py").read_text() == CODE


def test_the_nearest_tests_come_first(toys):
    (first, *_) = toys.plans(*ALL, "tests/toys/test_else.py::test_a")
    assert first.tests == (
        "tests/test_play.py::test_play",
        "tests/test_play.py::test_something_else",
        "tests/toys/test_else.py::test_a",
        "tests/far/test_others.py::test_returns",
    )


def test_what_is_noticed_and_what_is_not(toys):
    near = "tests/test_play.py::test_play"
    assert toys.run(toys.plans(*ALL), jobs=2) == {"1": near, "2": near, "3": True, "4": near}


def test_the_other_tests_are_run_on_what_survives(toys):
    nothing = "tests/test_play.py::test_something_else"
    plans = [each for each in toys.plans(nothing) if each.mutant.places[0].number == "4"]
    assert toys.run(plans) == {"4": True}
    assert toys.run(plans, all_tests=True) == {"4": "tests/far/test_others.py::test_returns"}


def test_tests_that_hang_have_noticed(toys, monkeypatch):
    monkeypatch.setenv("STUCK", "1")
    monkeypatch.setattr("whatwg_websockets.steps.mutate.PATIENCE", 3)
    # A machine that has much else to do takes longer than that to find that all is well before.
    monkeypatch.setattr(Judge, "make_sure", lambda *_: None)
    plans = [each for each in toys.plans(ALL[0]) if each.mutant.places[0].number == "4"]
    assert toys.run(plans) == {"4": False}


def test_tests_that_fail_as_it_is(toys):
    (toys.root / "tests/test_play.py").write_text("def test_play(): assert 0")
    with pytest.raises(FailingTests, match="1 failed"):
        toys.run(toys.plans("tests/test_play.py::test_play"))


def test_ctrl_c_leaves_nothing_behind(toys):
    def interrupt(verdict):
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(DEADLINE)

    with pytest.raises(KeyboardInterrupt):
        run_mutants(toys.plans(*ALL), toys.root, interrupt, jobs=2)


def test_a_workshop_in_which_nothing_runs_is_cleared_up(toys):
    with Workshop(toys.root) as workshop:
        assert (workshop.folder / "copy/tests/test_play.py").is_file()
    assert not workshop.folder.exists()


def test_a_workshop_that_is_stopped_runs_nothing(toys):
    with Workshop(toys.root) as workshop:
        assert not (workshop.folder / "copy/.venv").exists()
        assert not (workshop.folder / "copy/results").exists()
        assert (workshop.folder / "copy/src/results/__init__.py").exists()
        timer = threading.Timer(0.3, workshop.stop)
        timer.start()
        (workshop.folder / "copy/tests/test_play.py").write_text(
            "def test_play():\n    while True: pass\n"
        )
        with pytest.raises(Interrupted):
            workshop.run(["tests/test_play.py"], 60)
        timer.join()
        with pytest.raises(Interrupted):
            workshop.run(["tests/test_play.py"], 60)


def test_a_checkout_that_cannot_be_copied_twice(toys, tmp_path, monkeypatch):
    folders = tmp_path / "folders"
    folders.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folders))
    copy = shutil.copytree

    def copy_once(*arguments, **options):
        assert len(list(folders.iterdir())) == 1, "no room"
        return copy(*arguments, **options)

    monkeypatch.setattr("shutil.copytree", copy_once)
    with pytest.raises(AssertionError, match="no room"):
        run_mutants(toys.plans(*ALL), toys.root, print, jobs=2)
    assert not list(folders.iterdir())


def test_the_rest_of_the_tests_run_after_the_nearest(toys, monkeypatch):
    monkeypatch.setattr("whatwg_websockets.steps.mutate.NEAREST", 1)
    tests = ("tests/test_play.py::test_something_else", "tests/far/test_others.py::test_returns")
    plans = [each for each in toys.plans(*tests) if each.mutant.places[0].number == "4"]
    assert toys.run(plans) == {"4": "tests/far/test_others.py::test_returns"}


def test_the_tests_of_the_algorithm_run_though_only_others_are_recorded(toys):
    nothing = "tests/test_play.py::test_something_else"
    plans = [replace(each, own=("tests/test_play.py",)) for each in toys.plans(nothing)]
    noticed = toys.run([each for each in plans if each.mutant.places[0].number == "4"])
    assert noticed == {"4": "tests/test_play.py::test_play"}


def test_without_data_the_tests_of_the_algorithm_are_chosen(toys):
    package = toys.root / "src" / "toys"
    tests = toys.root / "tests"
    [first, *_] = plan(toys.mutants, StepCoverage([]), package, tests)
    assert (first.tests, first.own) == ((), ("tests/test_play.py",))
    (tests / "far/test_others.py").write_text("# https://toys.example/#toy\n" + FAR)
    [first, *_] = plan(toys.mutants, StepCoverage([]), package, tests)
    assert first.own == ("tests/test_play.py", "tests/far/test_others.py")


def test_without_data_the_tests_of_the_folder_run_too(toys):
    """The module toys.play stands in the folder toys of the folder src, as a room does."""
    (toys.root / "tests/toys").mkdir()
    [first, *_] = plan(toys.mutants, StepCoverage([]), toys.root / "src", toys.root / "tests")
    assert first.own == ("tests/toys",)


def test_on_a_mutant_without_an_assertion_only_the_nearest_tests_run(toys, monkeypatch):
    monkeypatch.setattr("whatwg_websockets.steps.mutate.NEAREST", 2)
    file = toys.root / "src/toys/play.py"
    file.write_text(CODE.replace("repr(taken)", "assert taken"))
    toys.places = places([read_source(file, "toys.play")])
    toys.mutants = mutants(toys.places)
    coverage = StepCoverage(Run(each, True, ALL) for each in toys.places)
    found = plan(toys.mutants, coverage, toys.root / "src" / "toys", toys.root / "tests")
    assert [(len(each.tests), each.own) for each in found] == [
        (3, ("tests/test_play.py",)),
        (3, ("tests/test_play.py",)),
        (2, ()),
        (3, ("tests/test_play.py",)),
    ]
    file.write_text(CODE)


def test_a_test_that_hangs_in_code_which_catches_everything_has_noticed(toys, monkeypatch):
    monkeypatch.setattr("whatwg_websockets.steps.workshop.TEST_TIMEOUT", 1)
    (toys.root / "tests/test_play.py").write_text(
        "from toys.play import play\n\n"
        "def test_play():\n"
        "    while play('ball') is None:\n"
        "        try:\n"
        "            while True: pass\n"
        "        except BaseException:\n"
        "            pass\n"
    )
    plans = [each for each in toys.plans(ALL[2]) if each.mutant.places[0].number == "4"]
    assert toys.run(plans) == {"4": False}
