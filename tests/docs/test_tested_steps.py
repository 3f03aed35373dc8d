"""The page of an algorithm lists the tests that ran each step."""

import pytest

pytest.importorskip("sphinx", reason="what the docs are made with is installed by: make test")

from support.toy_docs import FILES, TOYS, Built, words
from support.toys import House
from whatwg_websockets.steps.comments import read_sources
from whatwg_websockets.steps.coverage import Run, StepCoverage
from whatwg_websockets.steps.mutant_record import entries, write_record
from whatwg_websockets.steps.mutants import mutants
from whatwg_websockets.steps.mutate import Verdict
from whatwg_websockets.steps.places import places
from whatwg_websockets.steps.step_tests import write_step_tests
from whatwg_websockets.steps.survivors import Survivor

# Of Sphinx and of the parser of Markdown: theirs to mend.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]

LEFT = "test_play.py::TestTurn::test_left[a]"

TESTS = '''\
"""#toy-play"""


class TestTurn:
    def test_left(self):
        pass


def test_turn():
    pass
'''

PAGE = "standard/toys/play.html"


class RecordedHouse:
    """A house whose steps have records."""

    def __init__(self, folder):
        self.house = House(folder)
        self.house.write({**FILES, "docs/chapter.md": "# Chapter\n", "tests/test_play.py": TESTS})
        self.package = folder / "toys"
        self.records = folder / "docs/recordings"
        sources = read_sources(self.package)
        self.steps = {f"{place.algorithm} {place.number}": place for place in places(sources)}

    def record_tests(self, **tests):
        """Record which tests ran each step, by algorithm and number; None: it did not run."""
        runs = []
        for name, place in self.steps.items():
            names = tests.get(name, ())
            ran = names is not None if place.lines else None
            runs.append(Run(place, ran, tuple(names or ())))
        file = self.records / "step-tests.json"
        write_step_tests(file, "abc123", StepCoverage(runs), self.package)

    def record_mutants(self, survived=(), hanging=(), survivors=()):
        found = []
        for mutant in mutants(self.steps.values()):
            name = mutant.places[0].number
            noticed = (
                ""
                if name in (*survived, *hanging)
                else "tests/test_play.py::TestTurn::test_left[a]"
            )
            found.append(Verdict(mutant, name in survived, noticed, 1.0))
        record = entries(found, self.package)
        steps = list(self.steps.values())
        file = self.records / "mutants.json"
        write_record(file, "def456", record, steps, survivors, self.package)

    def built(self):
        built = Built(self.house, "html")
        assert built.warnings == ""
        return built

    def tested(self, built):
        """The folded text below each step, by the step's number."""
        found = {}
        for row in built.page(PAGE).find_class("step"):
            for details in row.find_class("tested"):
                step = details.getprevious()
                number = words(step.find_class("number")[0])
                found[number] = [words(each) for each in details]
        return found


@pytest.fixture
def house(tmp_path):
    return RecordedHouse(tmp_path)


def recorded_as_missing(built):
    return [words(each) for each in built.page(PAGE).find_class("recorded")]


def test_without_records_the_page_says_so_and_how_to_make_them(house):
    built = house.built()
    assert house.tested(built) == {}
    assert recorded_as_missing(built) == [
        "Which tests ran each step is not recorded; make test and then make keep-steps record it.",
        "What fails without each step is not recorded; make test and then make mutants record it.",
    ]
    assert not built.page("standard/toys/sleep-toy-sleep.html").find_class("recorded")


def test_a_step_links_to_the_tests_that_ran_it(house):
    near = "tests/test_play.py::test_turn"
    house.record_tests(
        **{
            "play(toy) 1": [near, "tests/test_play.py::TestTurn::test_left", "a", "b", "c"],
            "play(toy) 2": [near],
            "play(toy) 2.1": None,
        }
    )
    house.record_mutants()
    built = house.built()
    tested = house.tested(built)
    assert tested["1."][0] == "5 tests ran this step; a test fails without it"
    assert tested["1."][1] == ("test_play.py::TestTurn::test_left a b and 2 other tests") or tested[
        "1."
    ][1].endswith("and 2 other tests")
    assert tested["2."][:2] == [
        "1 test ran this step; a test fails without it",
        "test_play.py::test_turn",
    ]
    assert tested["2.1."][0] == "no test ran this step; a test fails without it"
    assert tested["3a."][:2] == [
        "runs at import; a test fails without it",
        "The statement runs when its module is imported, and under no single test.",
    ]
    assert built.links(PAGE)["test_play.py::test_turn"] == "../../source/tests/test_play.html#L-9"
    assert not recorded_as_missing(built)


def test_and_to_the_test_that_fails_without_it(house):
    house.record_mutants(
        survived=["2", "2.1"],
        hanging=["3a"],
        survivors=[Survivor("play(toy)", "2.1", "It asserts what `cannot` be.", 1)],
    )
    built = house.built()
    tested = house.tested(built)
    assert tested["1."] == [
        "a test fails without it",
        "Without the statement of this step and of § toys-tidy,"
        " test_play.py::TestTurn::test_left[a] fails.",
    ]
    assert tested["2."] == [
        "no test fails without it",
        "With the condition of this step turned round, no test fails, and no reason is recorded.",
    ]
    assert tested["2.1."][1] == (
        "Without the statement of this step, no test fails. It asserts what cannot be."
    )
    assert tested["3a."][1].endswith("a test hangs.")
    assert built.links(PAGE)[LEFT] == "../../source/tests/test_play.html#L-5"
    assert recorded_as_missing(built) == [
        "Which tests ran each step is not recorded; make test and then make keep-steps record it."
    ]


def test_records_that_are_older_than_the_code_are_called_that(house):
    house.record_tests(**{"play(toy) 1": ["a"], "play(toy) 2": ["a"], "rest() 1": ["a"]})
    house.record_mutants()
    house.house.write({"toys/play.py": TOYS.replace("    take(toy)", "    take(toy, 2)")})
    built = house.built()
    tested = house.tested(built)
    assert tested["1."] == [
        "changed since it was tried without it",
        "The statement has changed since it was tried without it, at commit def456.",
    ]
    assert tested["2."][0] == "a test fails without it"
    assert recorded_as_missing(built) == [
        "The code of this function has changed since it was recorded, at commit abc123, which"
        " tests ran its steps."
    ]


def test_in_a_chapter_an_algorithm_has_no_records(house):
    house.record_mutants()
    house.house.write({"docs/chapter.md": "# Chapter\n\n```{algorithm} play(toy)\n```\n"})
    assert not house.built().page("chapter.html").find_class("tested")


def test_what_the_tests_ran_is_shown_without_a_record_of_mutants(house):
    house.record_tests(**{"play(toy) 1": ["a"]})
    assert house.tested(house.built())["1."] == ["1 test ran this step", "a"]
