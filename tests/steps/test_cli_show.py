"""`whatwg-websockets spec list` and `spec show`."""

import os

import pytest
from coverage import CoverageData
from rich.console import Console
from typer.testing import CliRunner

from support.toys import CODE, INDEX
from whatwg_websockets.cli import spec, spec_list, spec_show

MORE = """
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

PLAY = '''\
@algorithm("toy-play", "play(toy)")
def play(toy):
    """Play with a toy that is not
    too small.

    Long.

    Args:
        toy: the toy.
    """
    check(toy)
    # 1. Take a toy.
    take(toy)
    # 2. Turn a toy.
    # 2.1. Turn a toy to the left.
    turn(toy)
    # 3a. (a ball) Throw it.
    if toy:
        throw(toy)
    # § toys-tidy. Back it goes.
    sleep()


@algorithm("toy-play", "play(toy): again")
def again():
    """Again."""
    # 3b. n/a: there are no dolls.


@algorithm("toy-sleep", "asleep")
def sleep():
    """Sleep."""


def main():
    play(1)
'''


@pytest.fixture
def full(house):
    """A house with everything in it."""
    position = "---\ntitle: Whose turn?\nwhere: [toy-play]\n---\n"
    house.write({"toys/play.py": PLAY, "spec/toys.toml": INDEX + MORE})
    house.write({"spec/positions/turn.md": position})
    house.write({"tests/test_play.py": 'def test_play():\n    "#toy-play"\n'})
    return house


def lines_of(done):
    return [line.rstrip() for line in done.stdout.splitlines()]


def test_an_algorithm_on_a_narrow_terminal(full):
    done = full.run("show", "play", columns=80)
    assert done.exit_code == 0
    assert lines_of(done) == [
        "play(toy)",
        "Toys Standard, section 1.1, method",
        "https://toys.example/#toy-play",
        "",
        "toys/play.py:1",
        "",
        "Play with a toy that is not too small.",
        "",
        "Long.",
        "",
        '    1 @algorithm("toy-play", "play(toy)")',
        "    2 def play(toy):",
        "    11 check(toy)",
        "",
        "1. Take a toy.",
        "    13 take(toy)",
        "",
        "2. Turn a toy.",
        "",
        "  2.1. Turn a toy to the left.",
        "    16 turn(toy)",
        "",
        "3a. (a ball) Throw it.",
        "    18 if toy:",
        "    19     throw(toy)",
        "",
        "§ toys-tidy",
        "  Back it goes.",
        "    21 sleep()",
        "",
        "toys/play.py:24  again",
        "",
        "Again.",
        "",
        '    24 @algorithm("toy-play", "play(toy): again")',
        "    25 def again():",
        "",
        "3b. n/a  there are no dolls.",
        "",
        "Called by",
        "  play.main",
        "",
        "Calls",
        "  asleep",
        "",
        "Positions",
        "  Whose turn?  spec/positions/turn.md",
        "",
        "Tests",
        "  tests/test_play.py::test_play",
    ]


def test_on_a_wide_terminal_the_code_is_beside_the_steps(full):
    done = full.run("show", "play", columns=160)
    lines = [" ".join(line.split()) for line in lines_of(done)]
    assert 'Play with a toy that is not too small. 1 @algorithm("toy-play", "play(toy)")' in lines
    assert "1. Take a toy. 13 take(toy)" in lines
    assert "2.1. Turn a toy to the left. 16 turn(toy)" in lines
    assert "asleep play.sleep" in lines


@pytest.mark.parametrize("columns", [40, 80, 99, 100, 160])
def test_it_fits_the_terminal(full, columns):
    for name in ("play", "asleep"):
        assert max(map(len, lines_of(full.run("show", name, columns=columns)))) <= columns
    assert max(map(len, lines_of(full.run("list", columns=columns)))) <= columns


@pytest.mark.parametrize("columns", [40, 100])
def test_code_that_does_not_fit_is_folded(full, columns):
    call = "a_function_with_a_name_" * 5
    full.write({"toys/play.py": PLAY.replace("take(toy)", f"{call}(toy)")})
    text = "".join(full.run("show", "play", columns=columns).stdout.split())
    assert "…" not in text
    assert call[:-1] in text.replace("1.Takeit.", "")


def record(house, lines_by_test):
    """Write what `make test` would have left behind, in the working directory."""
    code = house.source / "play.py"
    os.utime(code, (1, 1))
    data = CoverageData()
    for test, lines in lines_by_test.items():
        data.set_context(test)
        data.add_lines({str(code): lines})
    data.write()
    data.close()


def test_the_tests_that_ran_a_step_are_below_its_words(full):
    record(full, {"tests/a.py::test_a": [13, 16], "tests/b.py::test_b": [13]})
    lines = lines_of(full.run("show", "play"))
    first = lines.index("1. Take a toy.")
    assert lines[first + 1 : first + 3] == ["   tests/b.py::test_b", "   tests/a.py::test_a"]
    assert lines[lines.index("  2.1. Turn a toy to the left.") + 1] == "       tests/a.py::test_a"
    assert "Tests" not in lines
    assert "  tests/test_play.py::test_play" not in lines


@pytest.mark.parametrize("text", ['def test_play():\n    "#toy-play"\n', '"""#toy-play"""\n'])
def test_those_that_name_the_anchor_come_first(full, text):
    full.write({"tests/test_play.py": text})
    record(full, {"tests/a.py::test_a": [13], "tests/test_play.py::test_play": [13, 16]})
    lines = lines_of(full.run("show", "play"))
    assert lines[lines.index("1. Take a toy.") + 1] == "   tests/test_play.py::test_play"


def test_of_many_tests_the_first_are_named(full):
    record(full, {f"tests/a.py::test_{number}": [13] for number in range(5)})
    lines = lines_of(full.run("show", "play"))
    first = lines.index("1. Take a toy.")
    assert lines[first + 1 : first + 5] == [
        "   tests/a.py::test_0",
        "   tests/a.py::test_1",
        "   tests/a.py::test_2",
        "   and 2 more",
    ]


@pytest.mark.parametrize("columns", [40, 100, 160])
def test_the_names_of_tests_stay_whole(full, columns):
    name = "test_" + "that_is_long_" * 15
    full.write({"tests/test_play.py": f'def {name}():\n    "#toy-play"\n'})
    lines = lines_of(full.run("show", "play", columns=columns))
    assert lines[-2:] == ["Tests", f"  tests/test_play.py::{name}"]
    record(full, {f"tests/test_play.py::{name}": [13, 21]})
    lines = lines_of(full.run("show", "play", columns=columns))
    assert lines.count(f"   tests/test_play.py::{name}") == 1
    assert lines.count(f"  tests/test_play.py::{name}") == 1
    assert f"tests/test_play.py::{name}" in lines_of(full.run("show", "toys-tidy"))


def test_what_was_recorded_of_an_older_file_is_not_told(full):
    record(full, {"tests/a.py::test_a": [13]})
    os.utime(full.source / "play.py")
    os.utime(".coverage", (2, 2))
    lines = lines_of(full.run("show", "play"))
    assert "   tests/a.py::test_a" not in lines
    assert lines[lines.index("Tests") + 1] == "  tests/test_play.py::test_play"


def test_a_requirement(full):
    full.write({"tests/test_tidy.py": 'def test_tidy():\n    "#tidy"\n'})
    full.write({"spec/positions/tidy.md": "---\ntitle: How soon?\nwhere: [tidy]\n---\n"})
    assert lines_of(full.run("show", "toys-tidy")) == [
        "toys-tidy",
        "Toys Standard, section 2, requirement",
        "https://toys.example/#tidy",
        "",
        "Everything goes back into its box.",
        "",
        "toys/play.py:20  play(toy)",
        "Back it goes.",
        "    21 sleep()",
        "",
        "Positions",
        "  How soon?  spec/positions/tidy.md",
        "",
        "Tests",
        "  tests/test_tidy.py::test_tidy",
    ]


def test_the_tests_that_ran_the_code_of_a_requirement(full):
    record(full, {"tests/a.py::test_a": [21]})
    lines = lines_of(full.run("show", "toys-tidy"))
    assert lines[lines.index("Back it goes.") + 1] == "tests/a.py::test_a"
    assert "Tests" not in lines


def test_a_requirement_that_nothing_meets(full):
    full.write({"toys/play.py": PLAY.replace("    # § toys-tidy. Back it goes.\n", "")})
    assert "No code meets it." in lines_of(full.run("show", "toys-tidy"))


def test_a_requirement_that_cannot_be_met(full):
    full.write({"toys/play.py": PLAY.replace("    # § toys-tidy. Back it goes.\n", "")})
    full.write({"toys/tidy.py": '"""Tidy."""\n\n# § toys-tidy. n/a: there is no box.\n'})
    lines = lines_of(full.run("show", "toys-tidy"))
    assert lines[lines.index("toys/tidy.py:3") + 1] == "n/a  there is no box."


def test_several_requirements_and_steps_that_share_a_comment(full):
    code = PLAY.replace("§ toys-tidy. Back", "§ toys-tidy, -soon. Back")
    code = code.replace(
        "    # 2. Turn a toy.\n    # 2.1. Turn a toy to the left.\n    turn(toy)\n", ""
    )
    code = code.replace("3b. n/a: there are no dolls.", "2-2.1. not built: nobody turns yet.")
    full.write({"toys/play.py": code})
    lines = lines_of(full.run("show", "play"))
    assert lines[lines.index("§ toys-tidy, -soon") + 1] == "  Back it goes."
    assert "2-2.1. not built  nobody turns yet." in lines
    assert "Without a comment: 3b" in lines
    assert "Back it goes." in lines_of(full.run("show", "toys-tidy"))


def test_a_requirement_that_is_not_built(full):
    full.write({"toys/play.py": PLAY.replace("    # § toys-tidy. Back it goes.\n", "")})
    full.write({"toys/tidy.py": "# § toys-tidy. not built: there is no box yet.\n"})
    lines = lines_of(full.run("show", "toys-tidy"))
    assert lines[lines.index("toys/tidy.py:1") + 1] == "not built  there is no box yet."


def test_a_slip_of_the_pen_in_an_id(full):
    done = full.run("show", "toys-tydi")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "no algorithm or requirement is called 'toys-tydi'; write one of these:",
        "  'toys-tidy'  (toys 2)",
    ]


def test_what_is_missing_is_said(house):
    house.write({"spec/toys.toml": INDEX + MORE})
    house.write({"toys/play.py": CODE.replace("    # 1. Take a toy.\n", "")})
    assert "Without a comment: 1" in lines_of(house.run("show", "play"))
    assert "No function carries it out." in lines_of(house.run("show", "asleep"))


def test_what_is_not_built_says_why(house):
    not_built = 'status = "not built"\nreason = "Nobody is tired."\n\n[algorithm.steps]'
    index = INDEX.replace("[algorithm.steps]", not_built, 1)
    house.write({"spec/toys.toml": index, "toys/play.py": ""})
    lines = lines_of(house.run("show", "play"))
    assert "not built  Nobody is tired." in lines
    assert "Its steps are 1, 2, 2.1, 3a, 3b." in lines


def test_the_anchor_is_a_link(full, monkeypatch):
    class Terminal(Console):
        def __init__(self, **options):
            super().__init__(force_terminal=True, color_system="standard", **options)

    monkeypatch.setattr(spec_show, "Console", Terminal)
    monkeypatch.setattr(spec_list, "Console", Terminal)
    text = full.run("show", "play").stdout
    assert ";https://toys.example/#toy-play\x1b\\" in text
    assert f";{(full.source / 'play.py').as_uri()}\x1b\\" in text
    assert ";https://toys.example/#toy-play\x1b\\" in full.run("list").stdout


def test_the_list(full):
    lines = [" ".join(line.split()) for line in lines_of(full.run("list"))]
    assert lines == [
        "",
        "Toys Standard",
        "1.1 play(toy) toy-play",
        "1.3 new Sleep() toy-sleep",
        "1.3 asleep toy-sleep",
        "2 Everything goes back into its box. toys-tidy",
    ]


OTHERS = """
[standard]
id = "{id}"
title = "{title}"
url = "https://{id}.example/"
version = "1"
date = 2026-01-02
"""


def test_an_anchor_of_the_list_stays_whole(full):
    anchor = "toy-sleep-" + "on-and-on-" * 8
    index = INDEX + MORE.replace('"toy-sleep"', f'"{anchor}"')
    full.write({"spec/toys.toml": index, "toys/play.py": CODE})
    lines = lines_of(full.run("list", columns=40))
    assert lines[2:7] == [
        "1.1  play(toy)  toy-play",
        "1.3  new Sleep()",
        f"     {anchor}",
        "1.3  asleep",
        f"     {anchor}",
    ]


def test_the_list_begins_with_what_a_reader_meets_first(full):
    names = {"zoo": "Zoo", "dom": "DOM", "websockets": "WebSockets", "rfc6455": "Protocol"}
    for id_, title in names.items():
        full.write({f"spec/{id_}.toml": OTHERS.format(id=id_, title=title)})
    lines = lines_of(full.run("list"))
    there = [line.strip() for line in lines if line.strip() in {*names.values(), "Toys Standard"}]
    assert there == ["WebSockets", "Protocol", "DOM", "Toys Standard", "Zoo"]


@pytest.mark.parametrize("id_", ["toys", "Toys"])
def test_the_list_of_one_standard(full, id_):
    full.write({"spec/zoo.toml": OTHERS.format(id="zoo", title="Zoo")})
    lines = [" ".join(line.split()) for line in lines_of(full.run("list", "--standard", id_))]
    assert "1.1 play(toy) toy-play" in lines
    assert "Zoo" not in lines


def test_the_list_of_a_standard_that_is_not_there(full):
    full.write({"spec/zoo.toml": OTHERS.format(id="zoo", title="Zoo")})
    done = full.run("list", "--standard", "tools")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "the index has no standard 'tools'; it has toys, zoo\n"


def test_a_draft_is_called_one(full):
    index = full.index / "toys.toml"
    text = index.read_text(encoding="utf-8").replace("date =", 'draft = "a draft"\ndate =', 1)
    index.write_text(text, encoding="utf-8")
    assert "Toys Standard (draft at 1)" in lines_of(full.run("list"))[1]
    for name in ("play", "toys-tidy"):
        assert "Toys Standard (draft at 1), section" in full.run("show", name).stdout


def test_a_name_of_more_than_one(full):
    done = full.run("show", "toy-sleep")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "more than one algorithm is called 'toy-sleep'; write one of these:",
        "  'new Sleep()'  (toys 1.3 new Sleep())",
        "  'asleep'  (toys 1.3 asleep)",
    ]


def test_others_of_the_same_name_are_named(full):
    other = MORE.replace('"new Sleep()"', '"Play"').replace('"toy-sleep"', '"toy-game"', 1)
    full.write({"spec/toys.toml": INDEX + other, "toys/play.py": CODE})
    lines = lines_of(full.run("show", "toy-play"))
    assert lines[lines.index("Others of this name") + 1 :] == ["  'toy-game'  (toys 1.3 Play)"]
    lines = lines_of(full.run("show", "Play"))
    assert lines[lines.index("Others of this name") + 1 :] == ["  'toy-play'  (toys 1.1 play(toy))"]


def test_a_slip_of_the_pen(full):
    done = full.run("show", "toy-plya")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "no algorithm or requirement is called 'toy-plya'; write one of these:",
        "  'toy-play'  (toys 1.1 play(toy))",
    ]


def test_the_number_of_a_section(full):
    assert lines_of(full.run("show", "1.1"))[0] == "play(toy)"
    assert lines_of(full.run("show", "2"))[0] == "toys-tidy"
    done = full.run("show", "1.3", columns=20)
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "more than one entry of the index is in section 1.3; write one of these:",
        "  'new Sleep()'  (toys 1.3 new Sleep())",
        "  'asleep'  (toys 1.3 asleep)",
    ]


def test_an_unknown_name(full):
    done = full.run("show", "xyz")
    assert done.exit_code == 2
    assert " ".join(done.stderr.split()) == (
        "no algorithm or requirement is called 'xyz'; `whatwg-websockets spec list` names them all"
    )


def test_an_index_that_cannot_be_read(full):
    full.write({"spec/toys.toml": "\nx"})
    assert full.run("show", "play").exit_code == 1
    assert full.run("list").stdout.startswith("spec/toys.toml:2: not TOML")


def test_folders_may_be_named_from_the_working_directory(full):
    options = ["--index", "spec", "--code", "toys"]
    done = CliRunner(env={"TERM": "dumb"}).invoke(spec.app, ["show", "play", *options])
    assert done.exit_code == 0
    assert "toys/play.py:1" in lines_of(done)


def test_the_project_s_own_index_is_the_default(monkeypatch, full):
    monkeypatch.setattr(spec_show, "spec_folder", lambda: full.index)
    monkeypatch.setattr(spec_show, "read", lambda index, code: ([], []))
    library, requirements = spec_show.read_library(None, None)
    assert library.standards == []
    assert "toys-tidy" not in requirements
