"""The tables of docs/closing.md have the results of the program on the page."""

import re

import pytest

from support.apart import apart
from support.chapters import ROOT, ConsoleEvaluator, run_chapter
from whatwg_websockets.rfc6455.close_code import may_be_received

CHAPTER = ROOT / "docs" / "closing.md"
TEXT = CHAPTER.read_text(encoding="utf-8")

ROWS = {
    match[1]: tuple(cell.strip() for cell in match[2].split("|"))
    for match in re.finditer(r"^\| ([A-D]\d+) \| (.*\|.*\|.*\|.*) \|$", TEXT, re.MULTILINE)
}

TESTED = dict(re.findall(r"^\| ([A-D]\d+) \| (\{source\}.*) \|$", TEXT, re.MULTILINE))


@pytest.fixture(scope="module")
def seen() -> dict[str, tuple[str, str, str]]:
    return apart(run_chapter, CHAPTER, ConsoleEvaluator())["SEEN"]


def test_there_are_as_many_ways_as_the_chapter_says():
    assert len(ROWS) == 40
    assert "It can end in forty" in TEXT


def test_each_row_is_played_or_has_a_test(seen):
    assert ROWS.keys() == seen.keys() | TESTED.keys()
    assert not seen.keys() & TESTED.keys()


def test_each_row_that_is_played_says_what_is_seen(seen):
    for row, what in seen.items():
        _, page, states, wire = ROWS[row]
        page = page.replace("`", "")
        if row[0] != "A":
            page = f"open, {page}"
        states = states.replace("\N{NO-BREAK SPACE}", " ")
        assert (page, states, wire) == what, row


def test_each_test_that_is_named_exists():
    for tests in TESTED.values():
        for path, _, name in re.findall(r"`(tests/[\w/]+\.py)(::(\w+))?`", tests):
            text = (ROOT / path).read_text(encoding="utf-8")
            assert not name or f"def {name}(" in text, f"{path}::{name}"


def test_the_table_of_codes_says_of_each_code_whether_it_may_be_received():
    rows = re.findall(r"^\| \{close-code\}`(\d+)(?: to (\d+))?` \|.*\| (\w+)[^|]* \|$", TEXT, re.M)
    said = {
        code: word
        for first, last, word in rows
        for code in range(int(first), int(last or first) + 1)
    }
    assert said.keys() == set(range(65536))
    for code, word in said.items():
        assert word == ("reported" if may_be_received(code) else "failed"), code
