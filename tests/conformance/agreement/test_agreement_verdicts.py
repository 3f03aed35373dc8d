from datetime import date
from pathlib import Path

import pytest

from agreement import verdicts
from agreement.bench import Testee as Player
from agreement.bench import bench, chosen, numbers, select
from agreement.broken import description, variants
from agreement.compare import (
    Difference,
    Explanation,
    differences,
    explanations,
    moved,
    sort_out,
)
from agreement.record import DIRECTORY, Recording, chunks, units
from agreement.verdicts import Outcome, Table
from websocket_conformance.autobahn.catalogue import CASES
from websocket_conformance.testees.driver import Task
from websocket_conformance.testees.driver import numbers as read_numbers

GOOD, BAD = Outcome("OK", "OK", 1000), Outcome("FAILED", "UNCLEAN", None)


def table() -> Table:
    made = Table({"testee": "somebody", "version": "1.2"})
    made.put(0, dict.fromkeys(["1.1.1", "1.1.2", "1.1.3", "2.1"], GOOD))
    made.put(2, {"1.1.1": GOOD, "1.1.2": GOOD, "2.1": BAD})
    return made


def test_an_outcome_is_written_and_read() -> None:
    assert str(GOOD) == "OK/OK/1000"
    assert str(BAD) == "FAILED/UNCLEAN/-"
    for outcome in (GOOD, BAD):
        assert Outcome.from_text(str(outcome)) == outcome


def test_a_table_is_written_in_ranges_and_read(tmp_path: Path) -> None:
    file = tmp_path / "somebody.tsv"
    verdicts.write(file, table())
    assert file.read_text().splitlines() == [
        "# testee: somebody",
        "# version: 1.2",
        "1.1.1 to 1.1.2\tOK/OK/1000\t-\tOK/OK/1000",
        "1.1.3\tOK/OK/1000",
        "2.1\tOK/OK/1000\t-\tFAILED/UNCLEAN/-",
    ]
    assert verdicts.read(file) == table()


def test_what_is_the_same_as_before_is_a_sign_only(tmp_path: Path) -> None:
    made = Table()
    for run in range(3):
        made.put(run, {"9.1.1": GOOD})
    verdicts.write(tmp_path / "x.tsv", made)
    assert (tmp_path / "x.tsv").read_text() == "9.1.1\tOK/OK/1000\t=\t=\n"
    assert verdicts.read(tmp_path / "x.tsv") == made


def test_a_table_knows_what_moved() -> None:
    assert table().settled() == {"1.1.1": GOOD, "1.1.2": GOOD, "1.1.3": GOOD}
    assert list(table().moved()) == ["2.1"]
    assert table().has(2, "2.1")
    assert not table().has(1, "2.1")
    assert not table().has(0, "13.7.18")


def test_a_difference_is_an_outcome_that_the_real_suite_never_had() -> None:
    ours = {"1.1.1": BAD, "1.1.2": GOOD, "2.1": BAD, "3.1": BAD}
    (found,) = differences("somebody", table(), ours)
    assert (found.case, found.theirs_in_words, found.ours) == ("1.1.1", "OK/OK/1000", BAD)


def test_differences_are_sorted_out() -> None:
    found = [
        Difference("somebody", case, frozenset({GOOD}), BAD) for case in ("1.1.1", "2.1", "2.2")
    ]
    known = [Explanation(("some*",), ("2.*",), "RFC 6455, 5.5", "It is so.", ("FAILED/*",))]
    open_ones, explained = sort_out(found, known)
    assert [difference.case for difference in open_ones] == ["1.1.1"]
    assert [(d.case, e.source) for d, e in explained] == [
        ("2.1", "RFC 6455, 5.5"),
        ("2.2", "RFC 6455, 5.5"),
    ]


def test_each_explanation_has_a_source_and_is_about_testees_of_the_bench() -> None:
    for explanation in explanations():
        assert explanation.source.startswith("RFC ")
        assert explanation.reason.endswith(".")
        for pattern in explanation.testees:
            assert chosen(bench().values(), [pattern]), pattern


def test_what_moves_between_rounds() -> None:
    assert moved([{"1": GOOD, "2": GOOD}, {"1": GOOD, "2": BAD}]) == {"2": {GOOD, BAD}}


def test_the_bench_has_enough_testees_and_says_what_each_is() -> None:
    testees = bench().values()
    assert sum(not testee.is_broken for testee in testees) == 9
    assert sum(testee.is_broken for testee in testees) >= 25
    for variant in variants().values():
        assert description(variant).endswith(".")


@pytest.mark.parametrize("testee", bench().values(), ids=lambda testee: testee.name)
def test_all_that_a_testee_plays_quickly_is_recorded(testee: Player) -> None:
    recorded = verdicts.read(DIRECTORY / f"{testee.name}.tsv")
    assert recorded.about["testee"] == testee.name
    quick = [case for case in testee.cases if int(case.partition(".")[0]) not in (9, 12, 13)]
    assert all(recorded.has(verdicts.RUNS - 1, case) for case in quick)
    assert set(recorded.rows) <= set(testee.cases)


def test_numbers_of_cases() -> None:
    assert numbers(["1.1.1", "1.1.2", "1.1.3", "2.1"]) == "1-3,17"
    assert list(read_numbers("1-3,17")) == [1, 2, 3, 17]
    assert [CASES[number - 1] for number in read_numbers(numbers(["13.7.18"]))] == ["13.7.18"]


def test_a_driver_reads_its_task() -> None:
    assert Task.from_arguments(["ws://h:1/", "me"]) == Task("ws://h:1", "me")
    assert Task.from_arguments(["ws://h:1", "me", "2-3", "4"]) == Task("ws://h:1", "me", (2, 3), 4)
    assert Task("ws://h:1", "a b").path("/runCase", case=7) == "/runCase?case=7&agent=a+b"


def test_slow_cases_are_played_by_themselves() -> None:
    (quick, jobs), *slow = chunks(select(["1.*", "9.1.*", "12.1.*"]))
    assert quick == list(select(["1.*"]))
    assert jobs > 1
    assert [case for cases, _ in slow for case in cases] == list(select(["9.1.*", "12.1.*"]))


def test_a_table_knows_the_days_on_which_it_grew(tmp_path: Path) -> None:
    grown = Table({"testee": "a"})
    assert grown.days == []
    for day in (date(2026, 11, 29), date(2026, 11, 24), date(2026, 11, 29)):
        grown.entered_on(day)
    grown.put(0, {"1.1.1": GOOD})
    verdicts.write(tmp_path / "a.tsv", grown)
    assert verdicts.read(tmp_path / "a.tsv").days == [date(2026, 11, 24), date(2026, 11, 29)]
    grown.clear()
    assert (grown.days, grown.rows, grown.about) == ([], {}, {"testee": "a"})


def test_every_record_says_when_it_was_made() -> None:
    assert all(verdicts.read(file).days for file in DIRECTORY.glob("*.tsv"))


def test_what_is_recorded_is_not_played_again() -> None:
    strict = bench()["strict"]
    tables = {"strict": Table()}
    recording = Recording(frozenset({"1.1.1", "1.1.2"}), 2, 1)
    tables["strict"].put(0, {"1.1.1": GOOD})
    left = units(recording, [strict], tables.__getitem__)
    assert [(unit.run, unit.cases) for unit in left] == [(0, ("1.1.2",)), (1, ("1.1.1", "1.1.2"))]
