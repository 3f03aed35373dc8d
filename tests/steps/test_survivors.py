import pytest

from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.mutants import mutants
from whatwg_websockets.steps.places import places
from whatwg_websockets.steps.survivors import Survivor, read_survivors, reason_for
from whatwg_websockets.steps.toml_file import IndexFault

CODE = """\
@algorithm("toy", "play(toy)")
def play(toy):
    # 1. Take a toy.
    take(toy)
    # 2. Look at it.
    repr(toy)
    # 3. Assert that it is a toy.
    assert toy
"""


@pytest.fixture
def toys(tmp_path):
    file = tmp_path / "play.py"
    file.write_text(CODE)
    return mutants(places([read_source(file, "toys.play")]))


def test_reasons(tmp_path, toys):
    file = tmp_path / "survivors.toml"
    assert read_survivors(file) == []
    file.write_text(
        '[[survivor]]\nalgorithm = "play(toy)"\nstep = "2"\nreason = "It only looks."\n'
    )
    (survivor,) = survivors = read_survivors(file)
    assert survivor == Survivor("play(toy)", "2", "It only looks.", 1)
    found = [reason_for(mutant, survivors) for mutant in toys]
    assert found[:2] == ["", "It only looks."]


def test_an_assertion_needs_no_entry(toys):
    assert reason_for(toys[2], []).startswith("The step is an assertion")
    written = Survivor("play(toy)", "3", "Nobody plays with another thing.", 1)
    assert reason_for(toys[2], [written]) == written.reason


def test_a_reason_for_one_of_several_requirements(tmp_path):
    file = tmp_path / "toys.py"
    file.write_text("# § toys-1, -2. Toys are tidy.\nTIDY = True\n")
    [mutant] = mutants(places([read_source(file, "toys")]))
    survivor = Survivor("toys", "§ toys-2", "It only looks.", 1)
    assert reason_for(mutant, [survivor]) == survivor.reason
    assert reason_for(mutant, [Survivor("toys", "§ toys-3", "It only looks.", 1)]) == ""


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("[[", 1, "not TOML"),
        ("[survivor]", 1, "'survivor' is not an array of tables"),
        ('\n[[survivor]]\nalgorithm = "a"\nstep = "1"\n', 2, "'reason' is missing"),
        ('\n[[survivor]]\nalgorithm = "a"\nstep = 1\n', 4, "'step' is missing here, or is not"),
        (
            '[[survivor]]\nalgorithm = ""\nstep = "1"\n',
            1,
            "a survivor needs 'algorithm' and 'step'",
        ),
        ('[[survivor]]\nalgorithm = "a"\nstep = "1"\nreason = "x"\n', 4, "a few words why"),
    ],
)
def test_reasons_that_cannot_be_read(tmp_path, text, line, problem):
    file = tmp_path / "survivors.toml"
    file.write_text(text)
    with pytest.raises(IndexFault, match=problem) as caught:
        read_survivors(file)
    assert caught.value.line == line


def test_the_reasons_of_this_project():
    steps = {(place.algorithm, number) for place in places() for number in place.numbers}
    for survivor in read_survivors():
        assert (survivor.algorithm, survivor.step) in steps


def test_only_assertions_of_a_standard_are_mutants_without_an_assertion():
    """An assertion for the type checker stands above the comment of the step that needs it."""
    for mutant in [each for each in mutants(places()) if each.lacks_an_assertion]:
        assert any("Assert" in place.comment.text for place in mutant.places), mutant.where
