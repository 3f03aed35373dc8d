import os
import sys

import pytest
from coverage import CoverageData

from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.coverage import NoData, read_coverage, recorded_tests
from whatwg_websockets.steps.places import places

CODE = """\
@algorithm("toy", "play(toy)")
def play(toy):
    # 1. Take a toy.
    take(
        toy,
    )
    # 2. n/a: it is not wound up.
    # 3. Turn a toy.
    turn(toy)
    # 4. Leave it.


# § toy-tidy. Back it goes.
BOX = 1
"""


class Recorded:
    """A file with steps, and the data of tests that ran them."""

    def __init__(self, folder):
        self.code = folder / "toys.py"
        self.code.write_text(CODE)
        self.file = folder / ".coverage"
        self.places = places([read_source(self.code, "toys")])

    def write(self, **lines_by_context):
        data = CoverageData(str(self.file))
        for context, lines in lines_by_context.items():
            data.set_context("" if context == "nobody" else context)
            data.add_lines({str(self.code): lines})
        data.write()
        data.close()
        os.utime(self.code, (1, 1))


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Recorded(tmp_path)


def test_which_steps_ran_and_under_which_tests(recorded):
    recorded.write(nobody=[2, 14], test_b=[4, 5], test_a=[5])
    coverage = read_coverage(recorded.file, recorded.places)
    assert [(run.place.number, run.ran, run.tests) for run in coverage.runs] == [
        ("1", True, ("test_a", "test_b")),
        ("3", False, ()),
        ("4", None, ()),
        ("§ toy-tidy", True, ()),
    ]
    assert [run.place.number for run in coverage.missing] == ["3"]
    assert [coverage.tests_of(place.comment) for place in recorded.places] == [
        ("test_a", "test_b"),
        (),
        (),
        (),
        (),
    ]
    assert coverage.stale == []


def test_what_is_not_built_cannot_run_and_several_requirements_run_as_one(recorded):
    recorded.code.write_text(
        CODE.replace("2. n/a:", "2. not built:").replace("§ toy-tidy.", "§ toy-tidy, -clean.")
    )
    recorded.places = places([read_source(recorded.code, "toys")])
    recorded.write(test_a=[4, 14])
    runs = read_coverage(recorded.file, recorded.places).runs
    assert [run.place.number for run in runs] == ["1", "3", "4", "§ toy-tidy, -clean"]


def test_the_tests_that_are_about_a_step_more_than_others_come_first(recorded):
    recorded.write(test_a=[4, 9], test_b=[4], test_c=[4])
    sources = [read_source(recorded.code, "toys")]
    (step, _, other, *_) = sources[0].functions[0].steps
    tests_of = recorded_tests(sources)
    assert tests_of(step) == ("test_b", "test_c", "test_a")
    assert tests_of(other) == ("test_a",)
    assert recorded_tests(sources, recorded.file)(other) == ("test_a",)


def test_where_nothing_was_recorded_nothing_is_told(recorded):
    sources = [read_source(recorded.code, "toys")]
    assert recorded_tests(sources)(sources[0].functions[0].steps[0]) == ()
    recorded.write(test_a=[4])
    os.utime(recorded.code)
    os.utime(recorded.file, (2, 2))
    assert recorded_tests(sources)(sources[0].functions[0].steps[0]) == ()


def test_code_that_is_younger_than_the_data(recorded):
    recorded.write(test_a=[4, 9])
    os.utime(recorded.code)
    os.utime(recorded.file, (2, 2))
    assert read_coverage(steps=recorded.places).stale == [recorded.code]


def test_those_of_this_project(recorded):
    recorded.write(test_a=[4])
    assert len(read_coverage().runs) > 300


def test_there_is_no_data(recorded, monkeypatch):
    with pytest.raises(NoData, match=r"^\.coverage: there is no such file; `make test`"):
        read_coverage()
    recorded.file.write_text("no data")
    with pytest.raises(NoData, match="not a data file"):
        read_coverage()
    recorded.file.unlink()
    recorded.write(nobody=[1])
    with pytest.raises(NoData, match="which tests ran"):
        read_coverage()
    monkeypatch.setitem(sys.modules, "coverage", None)
    with pytest.raises(NoData, match="not installed"):
        read_coverage()
