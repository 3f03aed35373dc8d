"""The model of an algorithm that the terminal and the documentation render."""

import pytest

from support.toys import INDEX, heading
from whatwg_websockets.steps.comments import read_sources
from whatwg_websockets.steps.function_text import Code
from whatwg_websockets.steps.grammar import Mark
from whatwg_websockets.steps.index import read_index
from whatwg_websockets.steps.view import Library, NotFound, StepView

CARRIED_OUT = Mark.CARRIED_OUT

CODE = '''\
"""1.1 play(toy)."""


class Child:
    @other
    @algorithm("toy-play", "play(toy)")
    def play(self, toy):
        """Play with it."""
        assert toy

        # 1. Take a toy.
        # § toys-tidy. It comes from
        # its box.
        self.take(toy)

        # 2. Turn a toy.
        if toy:
            # 2.1. Turn a toy to the left.
            turn(toy)
        # 3b. n/a: there are no dolls.
        return leave


def turn(toy): ...


@algorithm("toy-play", "play(toy): leave")
def leave():
    # 9. Not in the index.
    pass


@algorithm("toy-rest", "rest()")
def rest():
    """Rest."""

    return Child().play(None)


@algorithm("unknown", "unknown")
def unknown():
    pass
'''

REST = """
[[algorithm]]
anchor = "toy-rest"
name = "rest()"
section = "1.2"
kind = "method"
[algorithm.steps]

[[algorithm]]
anchor = "toy-sleep"
name = "new Sleep()"
section = "1.3"
kind = "constructor"
[algorithm.steps]
"1" = "0123456789ab"

[[algorithm]]
anchor = "toy-sleep"
name = "asleep"
section = "1.3"
kind = "getter"
[algorithm.steps]
"""

POSITION = """\
---
title: "Whose turn is it?"
where:
  - toy-play
  - 'tidy'
asked: 2026-01-02
---

# Another heading
"""


@pytest.fixture
def library(house):
    house.write({"toys/play.py": CODE, "spec/toys.toml": INDEX + REST})
    house.write({"spec/positions/turn.md": POSITION})
    house.write({"tests/test_play.py": '"""https://toys.example/#toy-play"""\n'})

    def library(**more):
        return Library(read_index(house.index), read_sources(house.source), **more)

    return library


def test_an_algorithm(library, house):
    everything = library(positions=house.index / "positions", tests=house.folder / "tests")
    view = everything.view(everything.find("play(toy)"))
    assert view.standard.title == "Toys Standard"
    assert (view.algorithm.section, view.anchor) == ("1.1", "toy-play")
    assert view.missing == ("3a",)
    assert [each.qualified_name for each in view.callers] == ["rest"]
    assert view.callees == ()
    assert view.tests == ("tests/test_play.py",)
    assert [position.title for position in view.positions] == ["Whose turn is it?"]
    play, leave = view.functions
    assert (play.module, play.qualified_name, play.part) == ("toys.play", "Child.play", "")
    assert (play.path, play.line) == (house.source / "play.py", 5)
    assert play.docstring == "Play with it."
    assert play.signature == Code(
        5, '@other\n@algorithm("toy-play", "play(toy)")\ndef play(self, toy):'
    )
    assert play.preparation == Code(9, "    assert toy")
    assert play.steps == (
        StepView("1", ("1",), "Take a toy.", CARRIED_OUT, 11, 0, None, ()),
        StepView(
            *("§ toys-tidy", ("toys-tidy",), "It comes from its box.", CARRIED_OUT, 12, 0),
            *(Code(14, "    self.take(toy)"), ()),
        ),
        StepView("2", ("2",), "Turn a toy.", CARRIED_OUT, 16, 0, Code(17, "    if toy:"), ()),
        StepView(
            *("2.1", ("2.1",), "Turn a toy to the left.", CARRIED_OUT, 18, 1),
            *(Code(19, "        turn(toy)"), ()),
        ),
        StepView(
            *("3b", ("3b",), "there are no dolls.", Mark.NOT_APPLICABLE, 20, 0),
            *(Code(21, "    return leave"), ()),
        ),
    )
    assert (leave.part, leave.docstring, leave.preparation) == ("leave", "", None)
    assert leave.signature == Code(27, '@algorithm("toy-play", "play(toy): leave")\ndef leave():')


SHARED = '''\
@algorithm("toy-play", "play(toy)")
def play(toy):
    """Play."""
    # 1. Take a toy.
    # § toys-tidy, -new. Toys are tidy.
    take(toy)
    # 2-3a. n/a: there is no room to turn in.
    # 3b. not built: no doll sits yet.
'''


def test_a_range_and_requirements_that_share_a_comment(library, house):
    house.write({"toys/play.py": SHARED})
    everything = library()
    view = everything.view(everything.find("play(toy)"))
    assert view.missing == ()
    [play] = view.functions
    assert [(each.number, each.numbers, each.is_requirement) for each in play.steps] == [
        ("1", ("1",), False),
        ("§ toys-tidy, -new", ("toys-tidy", "toys-new"), True),
        ("2-3a", ("2", "2.1", "3a"), False),
        ("3b", ("3b",), False),
    ]
    assert [(each.mark, each.text) for each in play.steps[2:]] == [
        (Mark.NOT_APPLICABLE, "there is no room to turn in."),
        (Mark.NOT_BUILT, "no doll sits yet."),
    ]


def test_a_range_is_as_deep_as_its_first_step(library, house):
    house.write({"toys/play.py": SHARED.replace("2-3a", "2.1-3a").replace("1. T", "1-2. T")})
    everything = library()
    [play] = everything.view(everything.find("play(toy)")).functions
    assert [each.depth for each in play.steps] == [0, 0, 1, 0]


def test_a_function_without_steps(library):
    everything = library()
    view = everything.view(everything.find("rest"))
    [rest] = view.functions
    assert rest.steps == ()
    assert rest.preparation == Code(37, "    return Child().play(None)")
    assert [each.qualified_name for each in view.callees] == ["Child.play"]
    assert (view.tests, view.positions, view.missing) == ((), (), ())


def test_a_function_on_one_line(library, house):
    house.write({"toys/play.py": '@algorithm("toy-rest", "rest()")\ndef rest(): "Rest."\n'})
    everything = library()
    [rest] = everything.view(everything.find("rest")).functions
    assert rest.signature == Code(1, '@algorithm("toy-rest", "rest()")\ndef rest(): "Rest."')
    assert rest.preparation is None


def test_an_algorithm_that_nobody_carries_out(library):
    everything = library()
    view = everything.view(everything.find("asleep"))
    assert view.functions == ()


def test_the_tests_that_ran_a_step(library):
    everything = library(tests_of=lambda comment: [f"test_{comment.number}"])
    play, _ = everything.view(everything.find("play")).functions
    assert play.steps[0].tests == ("test_1",)


@pytest.mark.parametrize(
    "query",
    [
        "play(toy)",
        "toy-play",
        "#toy-play",
        "https://toys.example/#toy-play",
        "play",
        "Child.play",
        "leave",
        "PLAY(toy)",
    ],
)
def test_an_algorithm_is_found_by(library, query):
    assert library().find(query).name == "play(toy)"


OWN = (
    heading("websockets", "WebSockets Standard")
    + """
[[algorithm]]
anchor = "socket-play"
name = "play(message)"
section = "1"
kind = "method"

[algorithm.steps]
"""
)


def test_of_several_standards_the_websockets_standard_is_meant(library, house):
    house.write({"spec/own.toml": OWN})
    everything = library()
    assert everything.find("play").anchor == "socket-play"
    assert everything.find("play(message)").anchor == "socket-play"
    assert everything.find("play(toy)").anchor == "toy-play"
    assert everything.find("leave").anchor == "toy-play"


FAMILY = """
[[algorithm]]
anchor = "toy-stop"
name = "stop()"
section = "1.4"
kind = "method"
[algorithm.steps]

[[algorithm]]
anchor = "toy-stop-at"
name = "stop(place)"
section = "1.4"
kind = "method"
[algorithm.steps]

[[algorithm]]
anchor = "toy-go"
name = "go(place)"
section = "1.4"
kind = "method"
[algorithm.steps]

[[algorithm]]
anchor = "toy-go-on"
name = "go(place, how)"
section = "1.4"
kind = "method"
[algorithm.steps]
"""


def test_empty_parentheses_stand_for_any_parameters(library, house):
    house.write({"spec/own.toml": OWN, "spec/toys.toml": INDEX + REST + FAMILY})
    everything = library()
    assert everything.find("play()").anchor == "socket-play"
    assert everything.find("rest()").anchor == "toy-rest"
    assert everything.find("stop()").anchor == "toy-stop"
    with pytest.raises(NotFound) as raised:
        everything.find("go()")
    assert [each.name for each in raised.value.candidates] == ["go(place)", "go(place, how)"]


METHODS = """\
from toys.play import Child


class Box:
    def __init__(self):
        nap()
        self.play()

    def play(self):
        return Child.play(self)

    def shake(self):
        return Child.play(self)


class Sleep:
    def __init__(self):
        nap()


@algorithm("toy-sleep", "new Sleep()")
def nap(): ...
"""


def test_a_method_that_calls_the_algorithm_of_its_name_is_found(library, house):
    house.write({"toys/box.py": METHODS})
    everything = library()
    for query in ("Box.play", "box.Box.play", "BOX.play", "play.leave"):
        assert everything.find(query).name == "play(toy)"
    assert everything.find("box.Sleep.__init__").name == "new Sleep()"
    for query in ("Box.shake", "box.Box.__init__"):
        with pytest.raises(NotFound):
            everything.find(query)


def test_algorithms_of_the_same_name_and_what_finds_each(library, house):
    house.write({"spec/own.toml": OWN.replace("socket-play", "play").replace("play(m", "Play(m")})
    everything = library()
    toy, own = everything.find("play(toy)"), everything.find("play")
    assert everything.namesakes(toy) == [own]
    assert everything.namesakes(own) == [toy]
    assert everything.namesakes(everything.find("asleep")) == []
    for algorithm in everything.standards[0].algorithms + everything.standards[1].algorithms:
        assert everything.find(everything.query_for(algorithm)) == algorithm


def test_a_constructor_is_found_by_its_class(library):
    assert library().find("Sleep").name == "new Sleep()"


@pytest.mark.parametrize(
    ("query", "candidates", "is_ambiguous", "message"),
    [
        ("toy-sleep", ["new Sleep()", "asleep"], True, "more than one algorithm is called"),
        ("plya", ["play(toy)", "rest()"], False, "no algorithm is called 'plya'"),
        ("sleep(", ["new Sleep()", "asleep"], False, "no algorithm"),
        ("toys.example/", [], False, "no algorithm"),
        ("xyz", [], False, "no algorithm is called 'xyz'"),
        ("", [], False, "no algorithm is called ''"),
    ],
)
def test_what_is_not_found(library, query, candidates, is_ambiguous, message):
    with pytest.raises(NotFound, match=message) as raised:
        library().find(query)
    assert sorted(each.name for each in raised.value.candidates) == sorted(candidates)
    assert raised.value.is_ambiguous == is_ambiguous


BRANCHES = '''\
@algorithm("toy-play", "play(toy)")
def play(toy):
    """Play."""
    with toy:
        # 1. Take a toy.
        if toy:
            # 2. Look.
            look = toy.look
            if (
                look
                and toy
            ):  # or not
                # 2.1. Say so.
                say("so:")
            else:
                # 3a. Do not.
                pass
    # 3b. In other cases:
    match toy:
        case 1:
            # 9. One.
            return {1:
                2}
'''


def test_the_head_of_a_block_belongs_to_the_step_that_it_leads_to(house, library):
    house.write({"toys/play.py": BRANCHES})
    everything = library()
    [play] = everything.view(everything.find("play(toy)")).functions
    assert play.preparation is None
    assert [(each.number, each.lead, each.code) for each in play.steps] == [
        ("1", Code(4, "    with toy:"), Code(6, "        if toy:")),
        ("2", None, Code(8, "            look = toy.look")),
        (
            "2.1",
            Code(
                9,
                "            if (\n                look\n                and toy\n"
                "            ):  # or not",
            ),
            Code(14, '                say("so:")'),
        ),
        ("3a", Code(15, "            else:"), Code(17, "                pass")),
        ("3b", None, Code(19, "    match toy:")),
        ("9", Code(20, "        case 1:"), Code(22, "            return {1:\n                2}")),
    ]


def test_no_line_is_lost_and_none_is_there_twice():
    everything = Library(read_index(), read_sources())
    for standard in everything.standards:
        for function in (
            function
            for algorithm in standard.algorithms
            for function in everything.view(algorithm).functions
        ):
            codes = [function.signature, function.preparation]
            codes += [code for step in function.steps for code in (step.lead, step.code)]
            lines = [
                line
                for code in codes
                if code
                for line in range(code.first_line, code.first_line + code.text.count("\n") + 1)
            ]
            assert lines == sorted(set(lines)), function.qualified_name
            text = function.path.read_text().split("\n")
            left = {*range(function.line, max(lines))} - {*lines}
            first = function.signature.first_line + function.signature.text.count("\n") + 1
            docstring = {*range(first, first + function.docstring.count("\n") + 2)}
            code = [text[line - 1] for line in left - docstring]
            assert [line for line in code if line.strip() and line.strip()[0] not in '#"'] == []


def test_the_prose_of_a_docstring(house, library):
    docstring = "Play\n    with it.\n\n    Long.\n\n    Args:\n        toy: it.\n    "
    house.write({"toys/play.py": CODE.replace("Play with it.", docstring)})
    everything = library()
    play, _ = everything.view(everything.find("play(toy)")).functions
    assert play.prose == "Play with it.\n\nLong."
