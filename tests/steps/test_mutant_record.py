import pytest

from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.mutant_record import entries, read_record, write_record
from whatwg_websockets.steps.mutants import mutants
from whatwg_websockets.steps.mutate import Verdict
from whatwg_websockets.steps.places import places
from whatwg_websockets.steps.survivors import Survivor

CODE = """\
@algorithm("toy", "play(toy)")
def play(toy):
    # 1. Take the toy.
    take(toy)
    # 2. Look at the toy.
    repr(toy)
"""


class House:
    """A package with one module, and the record of its mutants."""

    def __init__(self, package):
        self.package = package
        self.record = package / "record.json"
        self.write(CODE)

    def write(self, code):
        path = self.package / "room" / "play.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code)
        self.places = places([read_source(path, "house.room.play")])
        self.mutants = mutants(self.places)

    def record_run(self, *survived, survivors=()):
        verdicts = [
            Verdict(mutant, survives, "" if survives else "test_a", 1.0)
            for mutant, survives in zip(self.mutants, survived, strict=False)
        ]
        found = entries(verdicts, self.package)
        write_record(self.record, "abc", found, self.places, survivors, self.package)
        return read_record(self.record)[1]


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def test_there_may_be_no_record(tmp_path):
    assert read_record(tmp_path / "record.json") == ("", [])


def test_an_entry_says_what_became_of_a_mutant(house):
    survivors = [
        Survivor("play(toy)", number, "A look changes nothing.", 1) for number in ("1", "2")
    ]
    first, second = house.record_run(False, True, survivors=survivors)
    assert first == {
        "module": "room/play",
        "algorithm": "play(toy)",
        "steps": ["1"],
        "what": "taken out",
        "survived": False,
        "noticed_by": "test_a",
        "reason": "",
        "code": first["code"],
    }
    assert second["reason"] == "A look changes nothing."
    assert read_record(house.record)[0] == "abc"


def test_a_new_verdict_takes_the_place_of_the_old_one(house):
    before = house.record_run(False, True)
    after = house.record_run(True)
    assert [each["survived"] for each in before] == [False, True]
    assert [each["survived"] for each in after] == [True, True]


def test_what_can_no_longer_be_made_is_taken_away(house):
    house.record_run(False, True)
    house.write(CODE.partition("    # 2.")[0])
    assert [each["steps"] for each in house.record_run()] == [["1"]]


def test_the_hash_is_of_the_statement_not_of_the_comment(house):
    before = [each["code"] for each in house.record_run(False, False)]
    house.write(CODE.replace("Take the toy", "Take a toy out of its box").replace("repr", "str"))
    after = [each["code"] for each in house.record_run(False, False)]
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_a_reason_that_is_found_later_is_written(house):
    assert [each["reason"] for each in house.record_run(True, False)] == ["", ""]
    survivors = [Survivor("play(toy)", number, "It is light.", 1) for number in ("1", "2")]
    after = house.record_run(survivors=survivors)
    assert [each["reason"] for each in after] == ["It is light.", ""]
