"""The grammar of step comments: what they name, their marks, and what a sentence is."""

import pytest

from whatwg_websockets.steps.grammar import (
    BRANCH,
    REQUIREMENT_COMMENT,
    STEP_COMMENT,
    Mark,
    begins_a_comment,
    flaws,
    mark_of,
    numbers_in,
)

LEANS = "leans on something said before with its first word "
BEGINNING = "does not begin with a capital letter, a figure, or a name in quotation marks"
ONE_WORD = "is not more than one word"
NO_STOP = "does not end with a full stop"


@pytest.mark.parametrize(
    ("kind", "line", "number", "text"),
    [
        (STEP_COMMENT, "# 1. Take it.", "1", "Take it."),
        (STEP_COMMENT, "    # 3a.1b. Take it.", "3a.1b", "Take it."),
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
        "# 1 Take it.",
        "# 1.Take it.",
        "#1. Take it.",
        "# 1, 2. Take it.",
        "# 1-2-3. Take it.",
        "# 1 - 2. Take it.",
        "# -2. Take it.",
        "# a. Take it.",
        "# § toys-tidy",
        "# §toys-tidy. Toys are.",
        "# § toys-1 and -2. Toys are.",
        "# § toys-1 to -3, -5. Toys are.",
        "# § toys-1,-2. Toys are.",
        "take(toy)  # 1. Take it.",
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
    "text",
    [
        "The toy goes back into its box.",
        "The toy stops. Then it rests.",
        "1005 and 1006 are never sent.",
        "0.5 is cut off.",
        '"permessage-deflate" is offered.',
        "`close` takes the last branch.",
        "'ws' and 'wss' are the schemes.",
        "“ws” is a scheme.",
        "readyState stays OPEN.",
        "max_size is in bytes.",
        "close() was called.",
        "utf8 is the encoding.",
        "Ähnliches is kept.",
        "Iteration ends here.",
        'Sockets say "no."',
        "The toy rests (see `rest`.)",
        "n/a: the request has no body.",
        "n/a: Python has one kind of string.",
        'n/a: "no-store" is never set.',
        "not built: no store is kept yet.",
        "n/a:",
        "n/a: toys.",
    ],
)
def test_a_sentence_that_stands_alone(text):
    assert flaws(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nor 1006.", [LEANS + "'nor'"]),
        ("Nor is 1006 sent.", [LEANS + "'Nor'"]),
        ("and the toy", [LEANS + "'and'", NO_STOP]),
        ("So the toy rests.", [LEANS + "'So'"]),
        ("It rests.", [LEANS + "'It'"]),
        ("It's the toy.", [LEANS + "'It'"]),
        ("Their toys rest.", [LEANS + "'Their'"]),
        ("which is a toy.", [LEANS + "'which'"]),
        ("the toy rests.", [BEGINNING]),
        ("permessage-deflate is offered.", [BEGINNING]),
        ("ws: the scheme.", [BEGINNING]),
        ("(the toy) The toy rests.", [BEGINNING]),
        ("… and rests.", [BEGINNING]),
        ("The toy rests,", [NO_STOP]),
        ("The toy rests:", [NO_STOP]),
        ("Does the toy rest?", [NO_STOP]),
        ("Rests.", [ONE_WORD]),
        ("2.", [ONE_WORD]),
        ("rests", [BEGINNING, ONE_WORD, NO_STOP]),
        ("n/a: so no toy rests.", [LEANS + "'so'"]),
        ("n/a: it has no toy.", [LEANS + "'it'"]),
        ("n/a: which has no toy.", [LEANS + "'which'"]),
        ("n/a: the toy rests", [NO_STOP]),
        ("n/a: (in parallel) the toy rests.", [BEGINNING]),
        ("not built: nor is the box", [LEANS + "'nor'", NO_STOP]),
    ],
)
def test_a_fragment(text, found):
    assert flaws(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(a ball) The ball is thrown.", []),
        ("(a ball) The ball (or two) is thrown.", []),
        ("The ball is thrown.", []),
        ("(a ball) Its skin.", [LEANS + "'Its'"]),
        ("(a ball) the ball is thrown.", [BEGINNING]),
        ("(a ball)", [BEGINNING, ONE_WORD, NO_STOP]),
    ],
)
def test_a_branch_may_have_its_case_in_front(text, found):
    assert flaws(text, is_branch=True) == found
