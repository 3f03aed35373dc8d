"""The index is closed: what a step links to is indexed, or left out with a reason."""

import json

import pytest

from support.toys import INDEX
from whatwg_websockets.steps.closure import algorithms_of
from whatwg_websockets.steps.index import read_index

LINKS = """\
[algorithm.links]
"1" = ["toys#toy-play", "toys#tidy"]
"2.1" = ["shelf#reach"]

[[requirement]]
"""

LINKED = INDEX.replace("[[requirement]]\n", LINKS).replace(
    "\n\n[algorithm.steps]", "\nlinked = 3\n\n[algorithm.steps]"
)

OUTSIDE = """\
[standards]
shelf = "https://shelf.example/"

[[outside]]
standard = "shelf"
reason = "Nobody here has a shelf."

[outside.algorithms]
reach = "reach for"
"""

NOT_BUILT = """
[[algorithm]]
anchor = "toy-mend"
name = "mend"
section = "1.2"
kind = "algorithm"
status = "not built"
reason = "There is no glue yet."
linked = 1

[algorithm.steps]
"1" = "0123456789ab"
"2" = "0123456789ab"

[algorithm.links]
"2" = ["shelf#reach"]
"""


@pytest.fixture
def linked(house):
    """Write an index with links, and what it leaves out."""
    house.write({"spec/toys.toml": LINKED, "spec/outside.toml": OUTSIDE})
    return house


def faults(house):
    done = house.run("check")
    return done.exit_code, done.stdout.splitlines()


def test_links_to_what_is_indexed_and_to_what_is_left_out(linked):
    done = linked.run("check")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "Outside: 1 algorithm, each for its reason."


def test_what_later_work_builds_is_said_beside_the_headline(linked):
    linked.write({"spec/outside.toml": OUTSIDE.replace('shelf."\n', 'shelf."\nlater = true\n')})
    done = linked.run("check")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    headline = next(number for number, line in enumerate(lines) if "steps and requirements" in line)
    told = " ".join(lines[headline:])
    assert "Not counted: the steps of 1 algorithm outside of the index that later work builds." in (
        " ".join(told.split())
    )
    data = json.loads(linked.run("check", "--json").stdout)
    assert data["outside"] == {"total": 1, "later": 1}


def test_what_an_rfc_asks_for_counts_as_an_algorithm_and_a_term_of_a_page_does_not():
    algorithms = algorithms_of(read_index())
    assert {"websockets#dom-websocket-close", "rfc6797#section-8.2"} <= algorithms
    assert "websockets#websocket-ready-state" not in algorithms


def test_later_is_true_or_false(linked):
    linked.write({"spec/outside.toml": OUTSIDE.replace('shelf."\n', 'shelf."\nlater = 1\n')})
    done = linked.run("check")
    assert done.exit_code != 0
    assert "outside.toml:7: 'later' is missing here, or is not true or false" in done.output


def test_without_links_nothing_need_be_left_out(house):
    assert house.run("check").exit_code == 0


def test_a_link_to_an_algorithm_that_is_nowhere(linked):
    linked.write({"spec/outside.toml": ""})
    assert faults(linked) == (
        1,
        [
            "spec/toys.toml:24: step 2.1 of 'play(toy)' links to shelf#reach, which is neither"
            " indexed nor left out; add it to its standard's file (`whatwg-websockets spec index"
            " PAGE --anchor reach` makes the table), or to outside.toml with the reason"
        ],
    )


def test_what_nobody_links_to_is_not_left_out(linked):
    linked.write({"spec/outside.toml": f'{OUTSIDE}climb = "climb"\n'})
    assert faults(linked) == (
        1,
        ["spec/outside.toml:10: no step of the index links to shelf#climb; take the line away"],
    )


def test_what_is_indexed_is_not_left_out(linked):
    more = '\n[[outside]]\nstandard = "toys"\nreason = "It is too loud."\n\n[outside.algorithms]\n'
    linked.write({"spec/outside.toml": f'{OUTSIDE}{more}toy-play = "play"\n'})
    assert faults(linked) == (
        1,
        [
            "spec/outside.toml:16: toys#toy-play is indexed, and so it is not outside; take the"
            " line away"
        ],
    )


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("Nobody here has a shelf.", "Shelf", "6: 'reason' has to say in a few words why; write"),
        ('reason = "Nobody here has a shelf."', "", "4: 'reason' is missing here, or is not a"),
        ('reach = "reach for"', "reach = 1", "9: 'reach' is missing here, or is not a text;"),
        ("[outside.algorithms]", "[outside.others]", "4: 'algorithms' is missing here, or is not"),
        ('"https://shelf.example/"', "1", "2: 'shelf' is missing here, or is not a text;"),
        ("[[outside]]", "[[[outside]]", "4: not TOML"),
    ],
)
def test_what_cannot_be_read(linked, before, after, found):
    assert OUTSIDE.count(before) == 1
    linked.write({"spec/outside.toml": OUTSIDE.replace(before, after)})
    code, lines = faults(linked)
    assert code == 1
    assert lines[0].startswith(f"spec/outside.toml:{found}")


def test_nothing_is_left_out_twice(linked):
    linked.write({"spec/outside.toml": OUTSIDE + OUTSIDE[OUTSIDE.index("\n[[") :]})
    assert faults(linked) == (
        1,
        ["spec/outside.toml:16: shelf#reach is there twice; leave one"],
    )


def test_an_algorithm_that_is_not_built_needs_no_function(linked):
    text = (linked.index / "toys.toml").read_text(encoding="utf-8")
    linked.write({"spec/toys.toml": text + NOT_BUILT})
    done = linked.run("check")
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert "1.2 mend 0 2 0 2" in lines
    assert lines[-3:-1] == [
        "5 of 7 steps and requirements are carried out, 71 %; 2 are not built. 1 more are",
        "n/a, each for its reason.",
    ]


def test_what_has_a_function_is_built(linked):
    text = (linked.index / "toys.toml").read_text(encoding="utf-8")
    mark = '@algorithm("toy-mend", "mend")\ndef mend():\n'
    code = f"{mark}    # 1. Take the glue.\n    # 2. Wait long.\n    0\n"
    linked.write({"spec/toys.toml": text + NOT_BUILT, "toys/mend.py": code})
    assert faults(linked) == (
        1,
        [
            "toys/mend.py:1: 'mend' has the status \"not built\" in the index; remove the status"
            " there, or the mark here"
        ],
    )


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ('"There is no glue yet."', '"Glue"', "39: 'reason' has to say in a few words why;"),
        ('reason = "There is no glue yet."\n', "", "33: 'reason' is missing here, or is not"),
        ('"not built"', '"broken"', "38: the status of an algorithm is 'not built'; write that"),
        (
            'linked = 1\n\n[algorithm.steps]\n"1" = "0123456789ab"\n"2" = "0123456789ab"\n\n'
            '[algorithm.links]\n"2" = ["shelf#reach"]\n',
            "\n[algorithm.steps]\n",
            "33: what is not built is counted by its steps; write them",
        ),
        ('"2" = ["', '"3" = ["', "47: there is no step '3' that could have links; take the"),
        ("shelf#reach", "reach", "47: 'reach' is not a link; write \"fetch#concept-fetch\""),
        ('["shelf#reach"]', "[1]", '47: 1 is not a link; write "fetch#concept-fetch"'),
        ('["shelf#reach"]', "1", "47: '2' is missing here, or is not an array; write one"),
        (
            "[algorithm.links]",
            "[algorithm.link]",
            "40: the steps of 'mend' have 0 links, and `linked`",
        ),
        ("linked = 1", "linked = 2", "40: the steps of 'mend' have 1 link, and `linked` says 2;"),
        ("linked = 1\n", "", "33: the steps of 'mend' have 1 link, and `linked` says 0; write"),
        ("linked = 1", "linked = '1'", "40: 'linked' is missing here, or is not a number; write"),
    ],
)
def test_what_is_wrong_in_a_table(linked, before, after, found):
    assert NOT_BUILT.count(before) == 1
    text = (linked.index / "toys.toml").read_text(encoding="utf-8")
    linked.write({"spec/toys.toml": text + NOT_BUILT.replace(before, after)})
    code, lines = faults(linked)
    assert code == 1
    assert lines[0].startswith(f"spec/toys.toml:{found}")
