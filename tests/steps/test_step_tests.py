import json
import os

import pytest
from coverage import CoverageData

from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.coverage import read_coverage
from whatwg_websockets.steps.places import places
from whatwg_websockets.steps.step_tests import RanBy, read_step_tests, write_step_tests

CODE = '''\
@algorithm("toy", "play(toy)")
async def play(toy):
    """Play."""
    # 1. Take the toy.
    take(toy)
    # 2. Turn the toy.
    turn(toy)
    # 3. Do nothing more.


# § toys-tidy. Put the toy back.
BOX = 1


@algorithm("toy", "rest()")
def rest():
    # 1. Sleep.
    # § toys-tidy. Put the toy back.
    sleep()
'''


class House:
    """A package with one module, the data of tests that ran it, and the record of these."""

    def __init__(self, package):
        self.package = package
        self.record = package / "record.json"
        self.code = package / "room" / "play.py"
        self.code.parent.mkdir()
        self.write(CODE)

    def write(self, code):
        self.code.write_text(code)
        os.utime(self.code, (1, 1))
        self.source = read_source(self.code, "house.room.play")
        self.play, self.rest = self.source.functions

    def tests(self, **lines_by_context):
        file = self.package / ".coverage"
        data = CoverageData(str(file))
        for context, lines in lines_by_context.items():
            data.set_context("" if context == "nobody" else context)
            data.add_lines({str(self.code): lines})
        data.write()
        data.close()
        coverage = read_coverage(file, places([self.source]))
        count = write_step_tests(self.record, "abc", coverage, self.package)
        record = read_step_tests(self.record)
        assert len(record.steps) == count
        return record


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def test_there_may_be_no_record(tmp_path):
    assert read_step_tests(tmp_path / "record.json") is None


def test_a_step_has_how_many_tests_ran_it_and_the_nearest(house):
    record = house.tests(
        test_a=[5, 7, 19],
        test_b=[5],
        test_c=[5, 7],
        test_d=[5, 7],
        **{"tests/room/test_play.py::test_e": [5, 7, 19]},
        nobody=[5],
    )
    assert record.commit == "abc"
    near = "tests/room/test_play.py::test_e"
    assert record.tested(house.play, "1", house.package) == RanBy(
        True, 5, (near, "test_b", "test_c")
    )
    assert record.tested(house.play, "2", house.package).nearest == (near, "test_c", "test_d")
    assert record.tested(house.rest, "§ toys-tidy", house.package).nearest == (near, "test_a")
    assert record.tested(house.play, "3", house.package) is None


def test_a_statement_that_did_not_run_or_ran_under_no_test_is_recorded_as_that(house):
    record = house.tests(nobody=[5], test_a=[19])
    assert record.tested(house.play, "1", house.package) == RanBy(True, 0, ())
    assert record.tested(house.play, "2", house.package) == RanBy(False, 0, ())


def test_comments_and_docstrings_do_not_make_a_record_old_but_code_does(house):
    record = house.tests(test_a=[5, 7, 19])
    assert record.is_of(house.play, house.package)
    house.write(CODE.replace("# 2. Turn the toy.", "# 2. Turn\n    # the toy over.\n"))
    assert record.is_of(house.play, house.package)
    house.write(CODE.replace('"""Play."""', '"""Play\n\n    with a toy.\n    """'))
    assert record.is_of(house.play, house.package)
    house.write(CODE.replace("    turn(toy)", "    turn(toy, 2)"))
    assert not record.is_of(house.play, house.package)
    assert record.is_of(house.rest, house.package)
    house.write(CODE.replace('"play(toy)"', '"play()"'))
    assert not record.is_of(house.play, house.package)


def test_the_record_has_a_line_for_each_thing(house):
    house.tests(test_a=[5, 7, 19])
    lines = house.record.read_text().splitlines()
    assert lines[:3] == ['{"commit": "abc",', '"tests": [', '"test_a"']
    assert '"room/play#rest()#1": {"count": 1, "nearest": [0]},' in lines
    assert set(json.loads("".join(lines))) == {"commit", "tests", "code", "steps"}
