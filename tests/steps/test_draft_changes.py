"""The changes of a draft: stored as numbers and hashes, compared with the index, and printed."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from support.toys import INDEX
from whatwg_websockets.cli import spec
from whatwg_websockets.steps.check import check
from whatwg_websockets.steps.draft_changes import (
    DraftChange,
    Target,
    as_toml,
    faults_of_changes,
    read_draft_changes,
)
from whatwg_websockets.steps.index import read_index
from whatwg_websockets.steps.pairing import How
from whatwg_websockets.steps.passages import hash_of
from whatwg_websockets.steps.toml_file import IndexFault

TEXT = """\
<pre class=metadata>
Title: Toys Standard
</pre>

# Toys # {{#toys}}

<div algorithm="play(toy)">
To <dfn id="toy-play">play</dfn> with {whom}:

{steps}
</div>
{more}
"""

NOW = " 1. Take the toy.\n 1. Turn it.\n 1. Put it back.\n"

LANDED = " 1. Take the toy with both hands.\n"

TURN = """
<div algorithm="turn">
To <dfn>turn</dfn>:

 1. Turn it.
 1. Say that it goes back.
</div>
"""

HEAD = INDEX.partition("[[algorithm]]")[0]


def steps(*texts: str) -> str:
    return "".join(f'"{number}" = "{hash_of(text)}"\n' for number, text in enumerate(texts, 1))


STANDARD = (
    HEAD
    + '[[algorithm]]\nanchor = "toy-play"\nname = "play(toy)"\nsection = "1.1"\nkind = "method"\n'
    + f'introduction = "{hash_of("To play with a toy:")}"\n\n'
    + "[algorithm.steps]\n"
    + steps("Take the toy.", "Turn it.", "Put it back.")
)

DRAFT = (
    HEAD.replace('"toys"', '"toys-draft"').replace("date =", 'draft = "pull request 7"\ndate =')
    + '[[algorithm]]\nanchor = "turn"\nname = "turn"\nsection = "2"\nkind = "algorithm"\n\n'
    + "[algorithm.steps]\n"
    + steps("Turn it.", "Say that it goes back.")
)

CODE = """\
@algorithm("toy-play", "play(toy)")
def play(toy):
    # 1. The toy is taken.
    take(toy)
    # 2. The toy is turned.
    turn(toy)
    # 3. The toy is put back.
    put_back(toy)


@algorithm("turn", "turn")
def turn(toy):
    # 1. The toy is turned.
    toy.turn()
    # 2. Somebody is told.
    tell(toy)
"""

WORDS = {
    "1": 'words = "The toy needs \\"hands\\"."',
    "3": 'kin = "turn#2"\nwords = "Nothing is put back by itself."',
}


@pytest.fixture
def toys(house):
    """A standard, a draft of what is to become of it, and the code of both."""
    house.write(
        {
            "spec/toys.toml": STANDARD,
            "spec/toys-draft.toml": DRAFT,
            "toys/play.py": CODE,
            "draft.bs": TEXT.format(whom="your toy", steps=LANDED, more=TURN),
            "now.bs": TEXT.format(whom="a toy", steps=NOW, more=""),
        }
    )
    return house


@pytest.fixture
def written(toys):
    """The same, with the changes as the command and a person have written them."""
    done = make(toys, "--write")
    assert (done.exit_code, done.stdout) == (0, "")
    path = toys.index / "toys-draft.changes.toml"
    text = path.read_text(encoding="utf-8")
    for step, words in WORDS.items():
        text = text.replace(f'step = "{step}"\n', f'step = "{step}"\n{words}\n')
    path.write_text(text, encoding="utf-8")
    return toys


def make(house, *options: str):
    house.source = house.folder / "toys"
    index = ["index", str(house.folder / "draft.bs"), "--standard", "toys"]
    return run(house, *index, "--changes-by", "toys-draft", *options)


def run(house, *arguments: str):
    runner = CliRunner(env={"COLUMNS": "80", "TERM": "dumb", "FORCE_COLOR": None})
    return runner.invoke(spec.app, [*arguments, "--index", str(house.index)])


def drift(house, *arguments: str):
    return run(house, "drift", "--standard", "toys", "--code", str(house.source), *arguments)


def test_the_changes_are_numbers_and_hashes(written):
    [changes] = read_draft_changes(written.index)
    assert (changes.standard, changes.version) == ("toys", "1")
    assert (changes.draft, changes.draft_version) == ("toys-draft", "1")
    assert changes.changes == (
        DraftChange(
            How.CHANGED,
            "toy-play",
            "play(toy)",
            "1",
            Target("toy-play", "1"),
            hash_of("Take the toy with both hands."),
            words='The toy needs "hands".',
        ),
        DraftChange(
            How.MOVED, "toy-play", "play(toy)", "2", Target("turn", "1"), hash_of("Turn it.")
        ),
        DraftChange(
            How.WENT,
            "toy-play",
            "play(toy)",
            "3",
            None,
            "",
            kin=Target("turn", "2"),
            words="Nothing is put back by itself.",
        ),
    )
    text = changes.path.read_text(encoding="utf-8")
    assert as_toml(changes).count("\n") == text.count("\n")
    for words in ("Take", "Turn", "Put"):
        assert words not in text


def test_what_a_person_wrote_stays(written):
    before = read_draft_changes(written.index)
    assert make(written, "--write").exit_code == 0
    assert read_draft_changes(written.index) == before
    assert make(written).stdout == as_toml(before[0])


def test_they_agree_with_the_index(written):
    standards = read_index(written.index)
    assert list(faults_of_changes(standards, read_draft_changes(written.index))) == []
    assert run(written, "check", "--code", str(written.source)).exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('draft = "toys-draft"', 'draft = "dolls"', "the index has no standard 'dolls'"),
        ('draft_version = "1"', 'draft_version = "0"', "makes them anew"),
        ('step = "2"', 'step = "9"', "'play(toy)' has no step 9; write one that it has"),
        ('"turn#1"', '"turn#9"', "the draft has no step 9 at 'turn'; write one that it has"),
        ('"turn#2"', '"twist#2"', "the draft has no step 2 at 'twist'; write one that it has"),
        ('"turn#1"', '"turn#2"', "the draft's step has another hash; make the changes anew"),
        ("Nothing is put back by itself.", "and back", "'words' is not a whole sentence: it leans"),
        ('words = "Nothing is put back by itself."', "", "'words' is missing; say what"),
        (
            f'hash = "{hash_of("Turn it.")}"',
            f'hash = "{hash_of("Turn.")}"',
            "a step that moves keeps its words",
        ),
    ],
)
def test_what_is_wrong_with_them_is_a_fault(written, old, new, problem):
    path = written.index / "toys-draft.changes.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    report = check(read_index(written.index), [], drafts=read_draft_changes(written.index))
    faults = [each for each in report.faults if each.path == path]
    assert problem in " ".join(each.problem for each in faults)
    assert run(written, "check", "--code", str(written.source)).exit_code == 1


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('how = "moved"', 'how = "flew"', "'flew' is not a change of a step"),
        ('"turn#1"', '"turn"', "'turn' is not the number of a step"),
        (hash_of("Turn it."), "turn", "'turn' is not a hash"),
        ('name = "play(toy)"', "", "'name' is missing here"),
        ("[changes]", "[other]", "'changes' is missing here"),
    ],
)
def test_what_cannot_be_read_points_to_its_line(written, old, new, problem):
    path = written.index / "toys-draft.changes.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(IndexFault, match=problem):
        read_draft_changes(written.index)
    source = str(written.source)
    for done in (
        drift(written, "--draft", "toys-draft"),
        run(written, "check", "--code", source),
        make(written),
    ):
        assert done.exit_code == 1
        assert problem in " ".join(done.output.split())


def test_they_are_told_without_a_text(written):
    done = drift(written, "--draft", "toys-draft")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "1.1 play(toy)  https://toys.example/#toy-play",
        "  changed: step 1",
        '    The toy needs "hands".',
        "    see toys/play.py:3",
        "  moved: step 2, which becomes step 1 of turn",
        "    see toys/play.py:5",
        "  went: step 3, much like step 2 of turn",
        "    Nothing is put back by itself.",
        "    see toys/play.py:7",
        "",
        "If Toys Standard (draft at 1) landed: 1 changed, 1 went, 1 moved.",
    ]


def test_a_step_that_comes_is_told(written):
    [changes] = read_draft_changes(written.index)
    came = DraftChange(
        How.CAME, "toy-play", "play(toy)", "", Target("toy-play", "3"), "0" * 12, words="Rest now."
    )
    went = replace(changes.changes[0], how=How.WENT, now=None, hash="", words="Nothing is taken.")
    changes.path.write_text(as_toml(replace(changes, changes=(came, went))), encoding="utf-8")
    lines = drift(written, "--draft", "toys-draft").stdout.splitlines()
    assert lines[1:3] == ["  came: step 3", "    Rest now."]
    assert lines[3] == "  went: step 1"


def test_drift_says_what_would_come_if_a_draft_landed(written):
    done = drift(written, "--source", str(written.folder / "now.bs"))
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-2:] == [
        "No drift in the Toys Standard since 1 (2026-01-02).",
        "If Toys Standard (draft at 1) landed: 1 changed, 1 went, 1 moved;"
        " `whatwg-websockets spec drift --draft toys-draft` lists them.",
    ]


@pytest.mark.parametrize(
    ("standard", "problem"),
    [
        ("toys", "the changes of a draft 'dolls' are not kept; write 'toys-draft'"),
        (
            "toys-draft",
            "the index has no draft that would change this standard; leave --draft out",
        ),
    ],
)
def test_a_draft_that_is_not_known(written, standard, problem):
    done = run(written, "drift", "--standard", standard, "--draft", "dolls")
    assert done.exit_code == 2
    assert done.stderr == f"{problem}\n"


def test_the_changes_of_our_own_draft_are_those_of_its_index():
    [changes] = read_draft_changes()
    assert changes.draft == "websocketstream-draft"
    assert list(faults_of_changes(read_index(), [changes])) == []
    moved = {each.now for each in changes.changes if each.how is How.MOVED}
    assert Target("get-a-url-record", "2") in moved


def test_changes_are_not_made_from_the_text_of_another_standard(toys):
    toys.write({"draft.bs": "<h2>Cook</h2><p>To <dfn>cook</dfn>:<ol><li>Stir.</ol>"})
    done = make(toys)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f'{toys.folder / "draft.bs"} is not the text of "Toys Standard"')
    assert len(done.stderr.splitlines()) == 1
