"""`whatwg-websockets spec check`: what it prints, and its exit status."""

import json

import pytest

from support.toys import CODE

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
        "§ algorithm where done not built n/a of",
        "Toys Standard",
        "1.1 play(toy) play 4 0 1 5",
        "requirements 1 module 1 0 0 1",
        "all 5 0 1 6",
        "5 of 5 steps and requirements are carried out, 100 %; 0 are not built. 1 more",
        "are n/a, each for its reason.",
        "Left out: Toys of Tomorrow (draft).",
    ]


TOMORROW = """\
[standard]
id = "tomorrow"
title = "Toys of Tomorrow"
url = "https://toys.example/draft/"
version = "d5570f3448ce"
date = 2026-01-02
draft = "pull request 7 of toys/toys"

[[requirement]]
id = "tomorrow-tidy"
anchor = "tidy"
section = "2"
kind = "requirement"
gist = "Everything goes back into its box by itself."
hash = "0123456789ab"
"""


def test_a_draft_is_called_one_wherever_it_is_counted(house):
    house.write({"spec/tomorrow.toml": TOMORROW})
    house.write({"toys/tomorrow.py": "# § tomorrow-tidy. not built: no toy can walk.\n"})
    done = house.run("check", columns=120)
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.output.splitlines() if line.strip()]
    assert "Toys of Tomorrow (draft at d5570f3)" in lines
    assert lines[-3:] == [
        "5 of 6 steps and requirements are carried out, 83 %; 1 are not built. 1 more are n/a,"
        " each for its reason.",
        "Of these, 0 of 1 are of a draft, which may still change: Toys of Tomorrow (draft at"
        " d5570f3), pull request 7 of",
        "toys/toys.",
    ]
    assert json.loads(house.run("check", "--json").stdout)["drafts"] == [
        {
            "standard": "tomorrow",
            "version": "d5570f3448ce",
            "total": {"carried_out": 0, "not_built": 1, "not_applicable": 0, "total": 1},
        }
    ]


def test_what_is_not_built_is_told_first(house):
    code = "".join(
        f"    # {number}. not built: nobody has built it yet.\n"
        for number in ("1", "2", "2.1", "3a")
    )
    mark = '@algorithm("toy-play", "play(toy)")\ndef play(toy):\n'
    house.write({"toys/play.py": f"{mark}{code}    # 3b. n/a: there are no dolls.\n    pass\n"})
    house.write({"toys/tidy.py": "# § toys-tidy. Back it goes.\n"})
    done = house.run("check")
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert "1.1 play(toy) play 0 4 1 5" in lines
    assert "all 1 4 1 6" in lines
    assert lines[-2:] == [
        "1 of 5 steps and requirements are carried out, 20 %; 4 are not built. 1 more are",
        "n/a, each for its reason.",
    ]


def test_comments_that_are_not_sentences(house):
    code = CODE.replace("Take a toy.", "take a toy.").replace("Back it goes.", "and back,")
    house.write({"toys/play.py": code})
    done = house.run("check")
    assert done.exit_code == 1
    assert [line[:47] for line in done.stdout.splitlines()] == [
        "toys/play.py:8: the comment of step 1 is not a ",
        "toys/play.py:18: the comment of requirement toy",
    ]
    assert done.stderr == "2 faults\n"


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
            # 1. n/a: there is nothing to take.
            # 2. n/a: there is nothing to turn.
            # 2.1. n/a: there is no left side.
            # 3a. n/a: there are no balls.
            # 3b. n/a: there are no dolls.
            pass
        # § toys-tidy. Back it goes.
    """
    house.write(
        {
            "toys/play.py": "",
            "toys/box/toy.py": code,
            "toys/b.py": "# § toys-tidy. The box takes toys.\n",
        }
    )
    done = house.run("check")
    assert "play(toy)" in done.output
    assert " box.toy " in done.output
    assert "2 modules" in done.output
    assert " box.toy.Toy.play " in house.run("check", columns=120).output


def test_faults_are_printed_one_a_line(house):
    house.write({"toys/play.py": "# 1. A stray.\n# § toys-tidy. Back it goes.\n"})
    done = house.run("check")
    assert done.exit_code == 1
    assert done.stdout == (
        "spec/toys.toml:8: no function carries out 'play(toy)'; mark one with @algorithm, or write"
        ' `status = "not built"` and the reason\n'
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
            "not_built": 0,
            "not_applicable": 1,
            "total": 5,
        }
    ]
    assert data["requirements"][0]["total"] == 1
    assert data["total"] == {
        "carried_out": 5,
        "not_built": 0,
        "not_applicable": 1,
        "total": 6,
    }
    assert data["left_out"] == [{"standard": "draft", "status": "draft"}]


def test_json_of_what_is_right(house):
    done = house.run("check", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["faults"] == []


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"spec/toys.toml": "\nx"}, "spec/toys.toml:2: not TOML"),
        (
            {"toys/play.py": "\nif"},
            "toys/play.py:2: the file is not valid Python: invalid syntax; mend it",
        ),
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
            "    # 1. Take a toy.\n    take(toy)\n    # 2. Turn a toy.\n",
            "    # 2. Turn a toy.\n    take(toy)\n    # 1. Take a toy.\n",
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
            " the code, or the reason behind `n/a: ` or `not built: `",
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
            "spec/toys.toml:17: '0' is not a hash of twelve hexadecimal digits;"
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
