"""`whatwg-websockets spec check`: what it prints, and its exit status."""

import json

import pytest

DRAFT = """\
[standard]
id = "draft"
title = "Toys of Tomorrow"
url = "https://toys.example/draft/"
version = "1"
date = 2026-01-02
status = "draft"
"""


def test_a_table_by_algorithm_and_the_total(house):
    house.write({"spec/draft.toml": DRAFT})
    done = house.run("check")
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.output.splitlines() if line.strip()]
    assert lines == [
        "§ algorithm where done n/a of",
        "Toys Standard",
        "1.1 play(toy) play 4 1 5",
        "requirements 1 module 1 0 1",
        "all 5 1 6",
        "6 of 6 steps and requirements, 100 %: 5 carried out, 1 n/a with a reason.",
        "Left out: Toys of Tomorrow (draft).",
    ]


@pytest.mark.parametrize("columns", [40, 80, 99, 100, 160])
def test_it_fits_the_terminal(house, columns):
    done = house.run("check", columns=columns)
    assert max(map(len, done.output.splitlines())) <= columns
    assert ("play.play" in done.output) is (columns >= 100)


def test_the_module_of_a_method(house):
    code = """\
    class Toy:
        @algorithm("toy-play", "play(toy)")
        def play(self):
            # 1. n/a: nothing to take.
            # 2. n/a: nothing to turn.
            # 2.1. n/a: nor to the left.
            # 3a. n/a: there are no balls.
            # 3b. n/a: there are no dolls.
            pass
        # § toys-tidy. Back.
    """
    house.write({"toys/play.py": "", "toys/box/toy.py": code, "toys/b.py": "# § toys-tidy. Too.\n"})
    done = house.run("check")
    assert "play(toy)" in done.output
    assert " box.toy " in done.output
    assert "2 modules" in done.output
    assert " box.toy.Toy.play " in house.run("check", columns=120).output


def test_faults_are_printed_one_a_line(house):
    house.write({"toys/play.py": "# 1. A stray.\n# § toys-tidy. Back.\n"})
    done = house.run("check")
    assert done.exit_code == 1
    assert done.stdout == (
        "spec/toys.toml:8: no function carries out 'play(toy)'; mark one with @algorithm\n"
        "toys/play.py:1: step 1 is outside of every function that is marked with @algorithm; mark"
        " the function, or take the number away\n"
    )
    assert done.stderr == "2 faults\n"


def test_one_fault_is_one(house):
    house.write({"toys/other.py": "# 1. A stray.\n"})
    assert house.run("check").stderr == "1 fault\n"


def test_json(house):
    house.write({"toys/other.py": "# 1. A stray.\n", "spec/draft.toml": DRAFT})
    done = house.run("check", "--json")
    assert done.exit_code == 1
    data = json.loads(done.stdout)
    [fault] = data["faults"]
    assert (fault["path"], fault["line"]) == ("toys/other.py", 1)
    assert fault["problem"].startswith("step 1 is outside")
    assert data["algorithms"] == [
        {
            "standard": "toys",
            "section": "1.1",
            "name": "play(toy)",
            "anchor": "toy-play",
            "where": ["toys.play.play"],
            "carried_out": 4,
            "not_applicable": 1,
            "total": 5,
        }
    ]
    assert data["requirements"][0]["total"] == 1
    assert data["total"] == {"carried_out": 5, "not_applicable": 1, "total": 6}
    assert data["left_out"] == [{"standard": "draft", "status": "draft"}]


def test_json_of_what_is_right(house):
    done = house.run("check", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["faults"] == []


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"spec/toys.toml": "\nx"}, "spec/toys.toml:2: not TOML"),
        ({"toys/play.py": "\nif"}, "toys/play.py:2: no Python: invalid syntax; mend the file"),
    ],
)
def test_what_cannot_be_read(house, files, problem):
    house.write(files)
    done = house.run("check")
    assert done.exit_code == 1
    assert done.stdout.startswith(problem)


@pytest.mark.parametrize(
    ("file", "before", "after", "line"),
    [
        (
            "toys/play.py",
            "    # 1. Take it.\n    take(toy)\n    # 2. Turn it.\n",
            "    # 2. Turn it.\n    take(toy)\n    # 1. Take it.\n",
            "toys/play.py:10: step 1 is below step 2, which comes after it in the standard;"
            " move it up",
        ),
        (
            "toys/play.py",
            "    # 3a. (a ball)",
            "    # 1. (a ball)",
            "toys/play.py:13: step 1 has a comment in toys/play.py:8 already; leave one",
        ),
        (
            "toys/play.py",
            '"play(toy)"',
            '"play(toys)"',
            "toys/play.py:6: no algorithm at 'toy-play' is called 'play(toys)'; call it"
            " 'play(toy)', or a part of it 'name: part'",
        ),
        (
            "toys/play.py",
            '"toy-play"',
            '"toy-plya"',
            "toys/play.py:6: the index has no algorithm at 'toy-plya'; write 'toy-play', or add it"
            " to the index",
        ),
        (
            "spec/toys.toml",
            '"3b" = ',
            '"3c" = "0123456789ab"\n"3b" = ',
            "toys/play.py:13: step 3c has no comment below here; write `# 3c. ` and the gist above"
            " the code, or `n/a: ` and the reason",
        ),
        (
            "spec/toys.toml",
            'name = "play(toy)"',
            "name = 1",
            "spec/toys.toml:10: 'name' is missing here, or is not a text; write one",
        ),
        (
            "spec/toys.toml",
            '"2.1" = "0123456789ab"',
            '"2.1" = "0"',
            "spec/toys.toml:17: '0' is no hash of twelve hexadecimal digits;"
            " `whatwg-websockets spec index` makes them",
        ),
        (
            "spec/toys.toml",
            '"2.1" = "0123456789ab"',
            '"2.1" =',
            "spec/toys.toml:17: not TOML: Invalid value (at line 17, column 8); mend the line",
        ),
    ],
)
def test_one_line_says_what_is_wrong_and_how_to_mend_it(house, file, before, after, line):
    path = house.folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
    done = house.run("check")
    assert done.exit_code == 1
    assert line in done.stdout.splitlines()


def test_an_index_without_files(house):
    (house.index / "toys.toml").unlink()
    done = house.run("check")
    assert done.exit_code == 1
    assert done.stdout == "spec:1: no TOML file is in this folder; name another with --index\n"
