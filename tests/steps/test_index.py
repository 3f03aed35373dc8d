"""The reader of the index of the standards: what it returns, and how it points to what is wrong."""

from datetime import date
from pathlib import Path

import pytest

from whatwg_websockets.steps import index
from whatwg_websockets.steps.index import read_index, read_standard
from whatwg_websockets.steps.toml_file import IndexFault

HEAD = """\
[standard]
id = "toys"
title = "Toys Standard"
url = "https://toys.example/"
version = "1"
date = 2026-01-02
"""

PLAY = """
[[algorithm]]
anchor = "toy-play"
name = "play(toy)"
section = "1.1"
kind = "method"

[algorithm.steps]
"1" = "0123456789ab"
"2.1" = "ba9876543210"
"""

RULE = """
[[requirement]]
id = "toys-tidy"
anchor = "tidy"
section = "2"
kind = "MUST"
gist = "Everything goes back into its box."
hash = "00000000000f"
"""


def written(folder: Path, text: str, name: str = "toys.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def fault_of(path: Path) -> IndexFault:
    with pytest.raises(IndexFault) as raised:
        read_standard(path)
    assert raised.value.path == path
    assert str(raised.value) == f"{path}:{raised.value.line}: {raised.value.problem}"
    return raised.value


def test_a_standard_is_read(tmp_path):
    standard = read_standard(written(tmp_path, HEAD + PLAY + RULE))
    assert (standard.id, standard.title, standard.version) == ("toys", "Toys Standard", "1")
    assert standard.date == date(2026, 1, 2)
    assert standard.is_carried_out
    [play] = standard.algorithms
    assert (play.standard, play.anchor, play.name) == ("toys", "toy-play", "play(toy)")
    assert (play.section, play.kind, play.line) == ("1.1", "method", 8)
    assert play.url == "https://toys.example/#toy-play"
    assert list(play.steps) == ["1", "2.1"]
    [rule] = standard.requirements
    assert (rule.id, rule.kind, rule.hash) == ("toys-tidy", "MUST", "00000000000f")
    assert (rule.gist, rule.line) == ("Everything goes back into its box.", 18)
    assert rule.url == "https://toys.example/#tidy"


def test_a_requirement_of_an_rfc_has_no_hash(tmp_path):
    text = HEAD + RULE.replace('hash = "00000000000f"\n', "")
    assert read_standard(written(tmp_path, text)).requirements[0].hash is None


def test_a_standard_may_say_that_it_is_not_carried_out(tmp_path):
    standard = read_standard(written(tmp_path, HEAD + 'status = "draft"\n'))
    assert standard.status == "draft"
    assert not standard.is_carried_out


def test_a_draft_has_its_commit_in_its_label(tmp_path):
    standard = read_standard(written(tmp_path, HEAD))
    draft = read_standard(written(tmp_path, HEAD + 'draft = "pull request 7"\n'))
    assert draft.draft == "pull request 7"
    assert draft.is_carried_out
    assert draft.label == f"{standard.title} (draft at {standard.version[:7]})"
    assert standard.label == standard.title


def test_tables_may_be_written_inline(tmp_path):
    text = 'standard = { id = "t", title = "T", url = "u", version = "1", date = 2026-01-02 }\n'
    text += 'requirement = [{ id = "r", anchor = "a", section = "1", kind = "MUST", gist = "g" }]'
    [requirement] = read_standard(written(tmp_path, text)).requirements
    assert (requirement.id, requirement.line) == ("r", 1)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (HEAD + "nonsense\n", 7, "not TOML"),
        (HEAD + 'x = "', 7, "not TOML"),
        ("", 1, "no [standard] table"),
        ("standard = 1\n", 1, "no [standard] table"),
        ("# toys\n" + HEAD.replace('title = "Toys Standard"\n', ""), 2, "'title'"),
        (HEAD.replace('"1"', "1"), 5, "'version' is missing here, or is not a text"),
        (HEAD.replace("2026-01-02", '"today"'), 6, "not a date"),
        (HEAD + "status = 1\n", 7, "'status'"),
        ("algorithm = 1\n" + HEAD, 1, "[[algorithm]]"),
        (HEAD + "[algorithm]\nanchor = 1\n", 1, "[[algorithm]]"),
        ("requirement = [1]\n" + HEAD, 1, "[[requirement]]"),
        (HEAD + PLAY + PLAY, 18, "twice"),
        (HEAD + PLAY.replace('name = "play(toy)"\n', "") + PLAY, 8, "'name'"),
        (HEAD + PLAY + PLAY.replace('"play(toy)"', '"b"').replace('"1.1"', "1"), 21, "'section'"),
        (HEAD + PLAY.replace('"2.1"', '"2.I"') + PLAY, 16, '"2.I" is not the number of a step'),
        (HEAD + PLAY.replace('"0123456789ab"', '"0"') + PLAY, 15, "'0' is not a hash"),
        (HEAD + PLAY.replace('"2.1"', "2.1"), 16, "in quotes"),
        (HEAD + PLAY.replace('"2.1" =', '"2" = {} #'), 8, "in quotes"),
        (
            HEAD + PLAY.split("[algorithm.steps]")[0],
            8,
            "'steps' is missing here, or is not a table",
        ),
        (HEAD + RULE.replace("toys-tidy", "toys tidy"), 9, "can be in no comment"),
        (HEAD + RULE.replace("00000000000f", "00000000000g"), 14, "is not a hash"),
        (HEAD + RULE.replace('"00000000000f"', "12"), 14, "12 is not a hash"),
    ],
)
def test_a_fault_points_to_its_line(tmp_path, text, line, problem):
    fault = fault_of(written(tmp_path, text))
    assert problem in fault.problem
    assert fault.line == line


def test_a_file_that_is_not_utf_8(tmp_path):
    path = tmp_path / "toys.toml"
    path.write_bytes(b"\xff")
    assert "not UTF-8" in fault_of(path).problem


def test_the_index_is_all_files_of_a_folder(tmp_path):
    written(tmp_path, HEAD + PLAY, "b.toml")
    written(tmp_path, HEAD.replace('"toys"', '"boxes"'), "a.toml")
    written(tmp_path, "no TOML", "README.md")
    assert [standard.id for standard in read_index(tmp_path)] == ["boxes", "toys"]


def test_two_files_cannot_have_one_id(tmp_path):
    written(tmp_path, HEAD, "a.toml")
    written(tmp_path, HEAD, "b.toml")
    with pytest.raises(IndexFault, match=r"b\.toml:1: 'toys' is another file's id"):
        read_index(tmp_path)


def test_the_id_of_a_requirement_is_unique_in_all_files(tmp_path):
    written(tmp_path, HEAD + RULE, "a.toml")
    written(tmp_path, HEAD.replace('"toys"', '"boxes"') + RULE, "b.toml")
    with pytest.raises(IndexFault, match=r"b\.toml:8: the id 'toys-tidy' is taken"):
        read_index(tmp_path)


def test_the_project_s_own_index_can_be_read():
    for standard in read_index():
        assert standard.path.parent == index.spec_folder()


def test_an_installed_package_has_its_index_inside(tmp_path, monkeypatch):
    package = tmp_path / "src" / "whatwg_websockets" / "steps"
    package.mkdir(parents=True)
    monkeypatch.setattr(index, "__file__", str(package / "index.py"))
    assert index.spec_folder() == tmp_path / "spec"
    (package / "spec").mkdir()
    assert index.spec_folder() == package / "spec"


def test_what_only_a_whole_standard_has(tmp_path):
    path = tmp_path / "a.toml"
    head = '[standard]\nid="a"\ntitle="A"\nurl="u"\nversion="1"\ndate=2026-01-02\n'
    table = '[[algorithm]]\nanchor="b"\nname="c"\nsection="1"\nkind="d"\n'
    path.write_text(
        f'{head}informative = ["0123456789ab"]\n{table}introduction = "ba9876543210"\nsteps={{}}\n'
    )
    standard = read_standard(path)
    assert standard.informative == {"0123456789ab"}
    assert standard.algorithms[0].introduction == "ba9876543210"
    path.write_text(f"{head}{table}steps={{}}\n")
    standard = read_standard(path)
    assert standard.informative is None
    assert standard.algorithms[0].introduction is None


@pytest.mark.parametrize("key", ['informative = ["x"]', 'informative = "x"'])
def test_hashes_of_informative_sentences_are_checked(tmp_path, key):
    path = tmp_path / "a.toml"
    path.write_text(
        f'[standard]\nid="a"\ntitle="A"\nurl="u"\nversion="1"\ndate=2026-01-02\n{key}\n'
    )
    with pytest.raises(IndexFault) as fault:
        read_standard(path)
    assert fault.value.line == 7


def test_only_steps_that_are_there_can_be_folded(tmp_path):
    path = tmp_path / "a.toml"
    head = '[standard]\nid="a"\ntitle="A"\nurl="u"\nversion="1"\ndate=2026-01-02\n'
    table = '[[algorithm]]\nanchor="b"\nname="c"\nsection="1"\nkind="d"\n'
    steps = 'folded=["%s"]\n[algorithm.steps]\n"1"="0123456789ab"\n'
    path.write_text(head + table + steps % "1")
    assert read_standard(path).algorithms[0].folded == {"1"}
    path.write_text(head + table + steps % "2")
    with pytest.raises(IndexFault) as fault:
        read_standard(path)
    assert fault.value.line == 12


def test_the_hash_of_an_introduction_is_checked(tmp_path):
    path = tmp_path / "a.toml"
    head = '[standard]\nid="a"\ntitle="A"\nurl="u"\nversion="1"\ndate=2026-01-02\n'
    table = (
        '[[algorithm]]\nanchor="b"\nname="c"\nsection="1"\nkind="d"\nintroduction="no"\nsteps={}\n'
    )
    path.write_text(head + table)
    with pytest.raises(IndexFault) as fault:
        read_standard(path)
    assert fault.value.line == 12
