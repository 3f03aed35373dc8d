"""The debt: it excuses comments by what they name and say, wherever they are, and only shrinks."""

import pytest

from support.toys import CODE
from whatwg_websockets.steps.comments import read_sources
from whatwg_websockets.steps.debt import (
    Debt,
    Entry,
    balance,
    key_of,
    read_debt,
    shrunk,
    write_debt,
)
from whatwg_websockets.steps.index import read_index
from whatwg_websockets.steps.toml_file import IndexFault

OF_TODAY = 339
"""How many comments may break the grammar: whoever mends some lowers it, and nobody raises it."""

OLD = CODE.replace("Take it.", "take it.").replace("Back it goes.", "and back,")

STEP = "toy-play 1 e70bcb4f"
REQUIREMENT = "§ toys-tidy 69396e26"


def owing(house, code, *keys):
    """Hold code against a debt; return the lines owed, the new ones, and the needless entries."""
    house.write({"toys/play.py": code})
    entries = tuple(Entry(key, line) for line, key in enumerate(keys, 1))
    found = balance(read_sources(house.source), Debt(house.index / "debt.toml", entries))
    return (
        [fault.line for fault in found.owed],
        [fault.line for fault in found.new],
        [entry.line for entry in found.needless],
    )


def keys_of(house, code):
    house.write({"toys/play.py": code})
    [source] = [each for each in read_sources(house.source) if each.functions]
    steps = [key_of(each, source.functions[0].anchor) for each in source.functions[0].steps]
    return [*steps, *(key_of(each, "§") for each in source.requirements)]


def test_without_debt_every_fragment_is_new(house):
    assert owing(house, CODE) == ([], [], [])
    assert owing(house, OLD) == ([], [8, 18], [])


def test_what_is_in_the_debt_is_owed(house):
    assert owing(house, OLD, REQUIREMENT, STEP) == ([8, 18], [], [])


def test_the_words_make_the_key_and_the_place_does_not(house):
    first, *_, last = keys_of(house, OLD)
    assert (first, last) == (STEP, REQUIREMENT)
    moved = "\n\n" + OLD.replace("# 1. take it.", "# 1. take\n    #    it.")
    assert keys_of(house, moved) == keys_of(house, OLD)
    first, *_ = keys_of(house, OLD.replace("take it.", "take it out."))
    assert first.startswith("toy-play 1 ")
    assert first != STEP


def test_a_comment_moves_to_another_module_with_its_debt(house):
    house.write({"toys/box.py": "# § toys-tidy. and back,\n"})
    assert owing(house, CODE, REQUIREMENT) == ([1], [], [])


def test_another_text_is_new_and_leaves_its_entry_behind(house):
    code = OLD.replace("take it.", "take it out.")
    assert owing(house, code, STEP, REQUIREMENT) == ([18], [8], [1])


def test_a_mended_comment_leaves_its_entry_behind(house):
    assert owing(house, CODE, STEP, REQUIREMENT) == ([], [], [1, 2])


def test_two_that_say_the_same_need_two_entries(house):
    twice = OLD.replace("# § toys-tidy. and back,", "# § toys-tidy. and back,\n" * 2)
    assert owing(house, twice, STEP, REQUIREMENT) == ([8, 18], [19], [])
    assert owing(house, twice, STEP, REQUIREMENT, REQUIREMENT) == ([8, 18, 19], [], [])
    assert owing(house, OLD, STEP, REQUIREMENT, REQUIREMENT) == ([8, 18], [], [3])


def test_strays_are_faults_already(house):
    assert owing(house, "# 1. a stray\n") == ([], [], [])


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (
            "Take it.",
            "take it",
            "the comment of step 1 is not a whole sentence: it does not begin with a capital"
            " letter, a figure, or a name in quotation marks and does not end with a full stop;"
            " name the subject, begin with a capital letter and end with a full stop",
        ),
        (
            "there are no dolls.",
            "nor are there dolls.",
            "the reason of step 3b is not a whole sentence: it leans on something said before with"
            " its first word 'nor'; name the subject and end with a full stop",
        ),
        (
            "Back it goes.",
            "Back.",
            "the comment of requirement toys-tidy is not a whole sentence: it is not more than one"
            " word; name the subject, begin with a capital letter and end with a full stop",
        ),
    ],
)
def test_it_is_said_what_is_wrong_and_what_to_do(house, before, after, problem):
    house.write({"toys/play.py": CODE.replace(before, after)})
    [fault] = balance(read_sources(house.source), Debt(house.index)).new
    assert fault.problem == problem


def test_it_is_written_one_line_an_entry_in_order_and_read_again(house):
    path = house.index / "debt.toml"
    write_debt(Debt(path, (Entry("b 2 1", 0), Entry("b 10 1", 0), Entry("a 1 1", 0))))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[-5:] == [
        "comments = [",
        '    "a 1 1",',
        '    "b 10 1",',
        '    "b 2 1",',
        "]",
    ]
    debt = read_debt(house.index)
    first = len(lines) - 3
    assert debt.entries == (
        Entry("a 1 1", first),
        Entry("b 10 1", first + 1),
        Entry("b 2 1", first + 2),
    )
    assert [standard.id for standard in read_index(house.index)] == ["toys"]


def test_the_lines_of_entries_in_any_form(house):
    text = """comments = ["a 1 1",\n"a 1 1", "b 1 1",\n'c 1 1']\n"""
    house.write({"spec/debt.toml": text})
    assert [entry.line for entry in read_debt(house.index).entries] == [1, 2, 2, 1]


def test_an_empty_debt(house):
    path = house.index / "debt.toml"
    write_debt(Debt(path))
    assert read_debt(house.index) == Debt(path)


def test_no_debt(house):
    assert read_debt(house.index) == Debt(house.index / "debt.toml")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("comments = [", "not TOML: "),
        ("", "'comments' is missing here, or is no list of texts; write one"),
        ("comments = 1", "'comments' is missing here"),
        ("comments = [1]", "'comments' is missing here"),
    ],
)
def test_a_debt_that_cannot_be_read(house, text, problem):
    house.write({"spec/debt.toml": text})
    with pytest.raises(IndexFault) as raised:
        read_debt(house.index)
    assert raised.value.problem.startswith(problem)


def test_it_shrinks_and_never_grows(house):
    house.write({"toys/play.py": OLD})
    debt = Debt(house.index / "debt.toml", (Entry("gone 1 1", 1), Entry(STEP, 2)))
    left = shrunk(debt, read_sources(house.source))
    assert left == Debt(debt.path, (Entry(STEP, 2),))


def test_that_of_this_project_shrinks():
    assert len(read_debt().entries) <= OF_TODAY
