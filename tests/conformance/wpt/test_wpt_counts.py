"""How many subtests a page has: what is counted, and what a changed test may do."""

import json
import tomllib
from pathlib import Path

import pytest

from websocket_conformance.report import from_wpt
from websocket_conformance.report.expectations import Expectations
from websocket_conformance.report.from_wpt import PlayedWptPage
from websocket_conformance.wpt.answer import PageAnswer, Subtest
from websocket_conformance.wpt.checkout import Checkout
from websocket_conformance.wpt.counts import SubtestCounts, counted_in, known_counts, written

OWN = Checkout(Path(__file__).parent / "checkout")
FIRST = next(page for page in OWN.pages if page.id == "/websockets/echo.any.html?wss")
TWO = (Subtest("a", "PASS"), Subtest("b", "PASS"))


def played(*subtests: Subtest, count: int | None, status: str = "OK") -> PlayedWptPage:
    return PlayedWptPage(FIRST, PageAnswer(status, subtests=subtests), count)


@pytest.mark.parametrize(
    ("page", "verdicts", "asked"),
    [
        (played(*TWO, count=2), ["OK", "OK"], 2),
        (played(*TWO, count=None), ["OK", "OK"], 2),
        (played(*TWO, count=1), ["OK", "OK"], 2),
        (played(*TWO, count=5), ["FAILED", "OK", "OK"], 6),
        (played(count=3), ["FAILED"], 4),
        (played(count=3, status="CRASH"), ["FAILED"], 4),
        (played(count=None, status="PRECONDITION_FAILED"), ["UNIMPLEMENTED"], 1),
    ],
)
def test_fewer_subtests_than_were_counted_are_a_failure(page, verdicts, asked):
    results = from_wpt.results(page, Expectations())
    assert [str(result.verdict) for result in results] == verdicts
    assert from_wpt.asked(page, results) == asked


def test_the_reason_names_what_did_not_come():
    (whole, *_) = from_wpt.results(played(*TWO, count=161), Expectations())
    assert (whole.case, whole.reason) == (FIRST.id, "Only 2 of its 161 subtests came.")


def test_what_is_written_is_read_again():
    content = tomllib.loads(written("tests of today", OWN, {FIRST: 2}))
    counts = SubtestCounts(content["counted-from"], content["digests"], content["subtests"])
    assert counts.of(FIRST, OWN) == 2
    assert counts.remark([FIRST], OWN) == ""
    other = next(page for page in OWN.pages if page.file == FIRST.file and page is not FIRST)
    assert counts.of(other, OWN) is None


def test_a_test_that_has_changed_is_told_and_may_have_fewer():
    counts = SubtestCounts("tests of old", {FIRST.file: "0" * 12}, {FIRST.id: 7})
    assert counts.of(FIRST, OWN) is None
    assert counts.remark([FIRST], OWN) == (
        "The numbers of subtests were counted from tests of old. Of the 1 test here 1 are not as "
        "they were then, so the number of their subtests is not checked."
    )


def test_a_handler_that_is_gone_is_told_where_its_tests_are_known():
    known = {FIRST.file: OWN.digest(FIRST.file)}
    counts = SubtestCounts("tests of old", known, {FIRST.id: 7}, ["echo", "gone"])
    assert counts.lacking([FIRST], OWN) == (
        "The checkout does not have the WebSocket handlers gone, which tests of old has; tests "
        "that connect to them fail."
    )
    other = SubtestCounts("tests of old", {FIRST.file: "0" * 12}, {FIRST.id: 7}, ["gone"])
    assert other.lacking([FIRST], OWN) == ""
    assert SubtestCounts("", known, {FIRST.id: 7}, ["echo"]).lacking([FIRST], OWN) == ""


@pytest.mark.parametrize("part", ["common/a.js", "interfaces/b.idl", "interfaces/c.idl"])
def test_a_test_is_another_when_what_it_includes_has_changed(tmp_path, part):
    script = "// META: script=/common/a.js\n// META: script=gone.js\nidl_test([\"b\"], [ 'c' ], 0);"
    (tmp_path / "d.any.js").write_text(script)
    for file in ("common/a.js", "interfaces/b.idl", "interfaces/c.idl"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(file)
    before = Checkout(tmp_path).digest("d.any.js")
    assert Checkout(tmp_path).digest("d.any.js") == before
    (tmp_path / part).write_text("another")
    assert Checkout(tmp_path).digest("d.any.js") != before


def test_a_page_is_not_another_when_the_harness_has_changed(tmp_path):
    (tmp_path / "resources").mkdir()
    (tmp_path / "a.html").write_text("<script src=/resources/testharness.js></script>")
    before = Checkout(tmp_path).digest("a.html")
    (tmp_path / "resources" / "testharness.js").write_text("another")
    assert Checkout(tmp_path).digest("a.html") == before


def test_the_report_with_most_subtests_counts(tmp_path):
    for name, count in (("a", 1), ("b", 3), ("c", 2)):
        result = {"test": FIRST.id, "subtests": [{}] * count}
        other = {"test": "/elsewhere.html", "subtests": [{}]}
        (tmp_path / name).write_text(json.dumps({"results": [result, other]}))
    reports = sorted(tmp_path.iterdir())
    assert counted_in(reports, OWN) == {FIRST: 3}


def test_what_is_kept_is_well_formed():
    counts = known_counts()
    assert counts.counted_from
    assert all(count > 0 for count in counts.subtests.values())
