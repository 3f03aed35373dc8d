"""The grammar of step comments: what they name, and their marks."""

import pytest

from whatwg_websockets.steps.grammar import (
    BRANCH,
    NAMES_SEVERAL_STEPS,
    REQUIREMENT_COMMENT,
    STEP_COMMENT,
    Mark,
    begins_a_comment,
    mark_of,
    numbers_in,
)


@pytest.mark.parametrize(
    ("kind", "line", "number", "text"),
    [
        (STEP_COMMENT, "# 1. Take a toy.", "1", "Take a toy."),
        (STEP_COMMENT, "    # 3a.1b. Take a toy.", "3a.1b", "Take a toy."),
        (STEP_COMMENT, "# 8.5-8.10. n/a: no toy.", "8.5-8.10", "n/a: no toy."),
        (STEP_COMMENT, "# 2-4. n/a: no toy.", "2-4", "n/a: no toy."),
        (STEP_COMMENT, "# 3a-3c.2. not built: no toy.", "3a-3c.2", "not built: no toy."),
        (REQUIREMENT_COMMENT, "# § toys-tidy. Toys are.", "toys-tidy", "Toys are."),
        (
            REQUIREMENT_COMMENT,
            "    # § rfc6455-7.4.1-1, -2, -4. 1005, 1006 and 1015 are too low.",
            "rfc6455-7.4.1-1, -2, -4",
            "1005, 1006 and 1015 are too low.",
        ),
        (REQUIREMENT_COMMENT, "# § toys-a, games-b. Toys are.", "toys-a, games-b", "Toys are."),
        (REQUIREMENT_COMMENT, "# § toys-1 to -9. n/a: no toy.", "toys-1 to -9", "n/a: no toy."),
    ],
)
def test_a_comment(kind, line, number, text):
    found = kind.fullmatch(line)
    assert (found["number"], found["text"]) == (number, text)
    assert begins_a_comment(line)


@pytest.mark.parametrize(
    "line",
    [
        "# 1 Take a toy.",
        "# 1.Take a toy.",
        "#1. Take a toy.",
        "# 1, 2. Take a toy.",
        "# 1-2-3. Take a toy.",
        "# 1 - 2. Take a toy.",
        "# -2. Take a toy.",
        "# a. Take a toy.",
        "# § toys-tidy",
        "# §toys-tidy. Toys are.",
        "# § toys-1 and -2. Toys are.",
        "# § toys-1 to -3, -5. Toys are.",
        "# § toys-1,-2. Toys are.",
        "take(toy)  # 1. Take a toy.",
    ],
)
def test_what_is_no_comment_of_a_step(line):
    assert not begins_a_comment(line)


@pytest.mark.parametrize(
    ("written", "numbers", "is_range"),
    [
        ("3a", ("3a",), False),
        ("8.5-8.10", ("8.5", "8.10"), True),
        ("3a-3c.2", ("3a", "3c.2"), True),
        ("toys-tidy", ("toys-tidy",), False),
        ("rfc6455-4.1-23, -24", ("rfc6455-4.1-23", "rfc6455-4.1-24"), False),
        ("toys-1, -3, games-5.2-1, -2", ("toys-1", "toys-3", "games-5.2-1", "games-5.2-2"), False),
        ("rfc6455-4.1-7 to -10", ("rfc6455-4.1-7", "rfc6455-4.1-10"), True),
        ("rfc6455-4.1-7 to rfc6455-4.1-10", ("rfc6455-4.1-7", "rfc6455-4.1-10"), True),
        ("websockets-onopen, -onclose", ("websockets-onopen", "websockets-onclose"), False),
        ("-24", ("-24",), False),
    ],
)
def test_what_it_names(written, numbers, is_range):
    assert numbers_in(written) == (numbers, is_range)


@pytest.mark.parametrize(
    ("text", "mark", "words"),
    [
        ("Do it.", Mark.CARRIED_OUT, "Do it."),
        ("n/age is a word.", Mark.CARRIED_OUT, "n/age is a word."),
        ("Not builtin, but made.", Mark.CARRIED_OUT, "Not builtin, but made."),
        ("n/a: there is no page.", Mark.NOT_APPLICABLE, "there is no page."),
        ("N/A there is no page.", Mark.NOT_APPLICABLE, "there is no page."),
        ("n/a (no page): really.", Mark.NOT_APPLICABLE, "(no page): really."),
        ("n/a:", Mark.NOT_APPLICABLE, ""),
        ("n/a", Mark.NOT_APPLICABLE, ""),
        ("not built: no store is kept.", Mark.NOT_BUILT, "no store is kept."),
        ("Not built: no store is kept.", Mark.NOT_BUILT, "no store is kept."),
        ("(a ball) not built: no ball flies.", Mark.NOT_BUILT, "(a ball) no ball flies."),
    ],
)
def test_the_marks(text, mark, words):
    assert mark_of(text) == (mark, words)


@pytest.mark.parametrize(
    ("number", "is_branch"),
    [("3", False), ("3a", True), ("2.1b", True), ("3a.1", False), ("toys-tidy", False)],
)
def test_the_number_of_a_branch(number, is_branch):
    assert bool(BRANCH.fullmatch(number)) is is_branch


@pytest.mark.parametrize(
    ("line", "is_meant"),
    [
        ("# 1, 2. Take a toy.", True),
        ("    # 2.1, 2.2 and 3a. Take a toy.", True),
        ("# 1 - 2. n/a: no toy.", True),
        ("# 1\u20132. n/a: no toy.", True),
        ("# 1 to 3. n/a: no toy.", True),
        ("# 1-2-3. n/a: no toy.", True),
        ("# 1-3. n/a: no toy.", True),
        ("# 1. Take a toy.", False),
        ("# 1, 2 or more toys are taken.", False),
        ("# 32,768 bytes.", False),
        ("# § toys-1, -2. Toys are.", False),
    ],
)
def test_what_is_meant_for_several_steps(line, is_meant):
    assert bool(NAMES_SEVERAL_STEPS.match(line)) is is_meant
