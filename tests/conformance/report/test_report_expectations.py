"""Files of expectations: what they say, and what is wrong with those that say nothing."""

from pathlib import Path

import pytest

from websocket_conformance.errors import ReportError
from websocket_conformance.report.expectations import Expectations, load_expectations
from websocket_conformance.running.suites import wpt

ENTRY = """
[[expected]]
pages = ["/a.html?ws", "/a.html?wss"]
subtests = ["one", "two"]
status = "FAIL"
reason = "It is not built."
position = "set-cookie"
"""
POSITIONS = Path(__file__).parents[3] / "spec" / "positions"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "expected.toml"


def test_each_subtest_of_each_page_is_expected(file):
    file.write_text(ENTRY)
    expectations = load_expectations(file)
    assert len(expectations.places) == 4
    assert expectations.of("/a.html?wss", "two").told == "It is not built. See set-cookie."
    assert expectations.of("/a.html?wss") is None
    assert expectations.of("/b.html", "two") is None


def test_a_page_as_a_whole_is_expected(file):
    text = ENTRY.replace('subtests = ["one", "two"]\n', "").replace("FAIL", "CRASH")
    file.write_text(text)
    assert load_expectations(file).of("/a.html?ws").status == "CRASH"


def test_nothing_may_be_expected(file):
    file.write_text("# Nothing.\n")
    assert load_expectations(file) == Expectations()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[expected]", r"not valid TOML: .*\(at line 1, column 1[12]\)"),
        ("\xff", "not valid TOML"),
        ("[expected]", "expected: expected a list"),
        ("[[other]]", r"other: unknown; there are expected"),
        ("[[expected]]", r"expected\[0\]\.pages: is missing"),
        (ENTRY.replace("status", "state"), r"expected\[0\]\.(state: unknown|status: is missing)"),
        (
            ENTRY.replace('"FAIL"', '"PASS"'),
            r"expected\[0\]\.status: expected one of FAIL, TIMEOUT",
        ),
        (ENTRY.replace('"FAIL"', "7"), r"expected\[0\]\.status: expected a string"),
        (ENTRY.replace('"It is not built."', '""'), r"expected\[0\]\.reason: expected a value"),
        (
            ENTRY.replace('"/a.html?ws", "/a.html?wss"', ""),
            r"expected\[0\]\.pages: expected a value",
        ),
        (ENTRY.replace('["one", "two"]', '"one"'), r"expected\[0\]\.subtests: expected a list"),
        (ENTRY + ENTRY, r"expected\[1\]: an earlier table already names /a.html\?ws \| one"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(file, text, why):
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ReportError, match=f"expected.toml: {why}"):
        load_expectations(file)


def test_a_file_that_is_not_there_is_told(file):
    with pytest.raises(ReportError, match=r"expected\.toml: No such file"):
        load_expectations(file)


def test_what_is_expected_of_this_implementation_names_positions():
    """A position of ours, by the name of its file, or the URL of what is not carried out."""
    named = {each.position for each in wpt.expectations(None).places.values()}
    missing = [
        name
        for name in named
        if not name.startswith("https://") and not (POSITIONS / f"{name}.md").is_file()
    ]
    assert missing == []


def test_nothing_is_expected_of_others():
    assert wpt.expectations(None, "undici") == Expectations()
    assert wpt.expectations(None, "") == Expectations()
