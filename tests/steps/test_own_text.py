"""A standard's own text beside the steps: what is shown, and what is marked."""

import pytest

from support.games import COOK, COOKING, TEXT, whole_index
from whatwg_websockets.steps.grammar import Mark
from whatwg_websockets.steps.index import read_index
from whatwg_websockets.steps.matching import OtherStandard, standards_of
from whatwg_websockets.steps.own_text import OwnText, OwnWords
from whatwg_websockets.steps.pairing import How
from whatwg_websockets.steps.upstream import read_upstream
from whatwg_websockets.steps.view import StepView


@pytest.fixture
def own(tmp_path):
    """Make the text of the Games, of a source that may differ from what was indexed."""
    index = whole_index(read_upstream(TEXT))
    (tmp_path / "games.toml").write_text(index, encoding="utf-8")
    (tmp_path / "cooking.toml").write_text(COOKING, encoding="utf-8")
    standards = read_index(tmp_path)
    games = next(each for each in standards if each.id == "games")

    def own(text: str = TEXT) -> OwnText:
        return OwnText("games.bs", games, read_upstream(text), standards)

    return own


def algorithm(own: OwnText, name: str):
    [found] = [each for each in own.standard.algorithms if each.name == name]
    return found


def step(*numbers: str, is_requirement: bool = False) -> StepView:
    number = ", ".join(f"§ {each}" if is_requirement else each for each in numbers)
    return StepView(number, numbers, "Words.", Mark.CARRIED_OUT, 1, 0, None, ())


PLAY = "play(toy, how)"


def test_each_step_has_its_words(own):
    text = own()
    words = text.steps(algorithm(text, PLAY))
    assert words["1"] == OwnWords("1", "If toy is a box, then open it.")
    assert words["2.1"].text == "Run. And jump."
    assert all(each.how is None for each in words.values())
    assert not text.changes(algorithm(text, PLAY))


def test_a_case_stands_in_front_of_what_it_means(own):
    text = own()
    words = text.steps(algorithm(text, PLAY))
    assert words["3b"].text == "If toy is a ball: Throw it:"
    assert words["3a"].text == "If this's mood is CALM (0); If toy is broken: Do nothing."


def test_bullets_have_a_line_each(own):
    text = own()
    words = text.steps(algorithm(text, PLAY))
    assert words["4"].text.splitlines() == [
        "Return (x, toy) with:",
        "• one hand,",
        "• the other hand.",
    ]


def test_a_folded_step_has_the_words_of_those_below_it(own, tmp_path):
    path = tmp_path / "games.toml"
    own_text = own()
    hash_ = algorithm(own_text, PLAY).steps["2"]
    found = own_text.upstream.algorithm("dom-game-play", PLAY)
    assert found is not None
    folded = found.folded(["2"]).steps["2"]
    lines = path.read_text(encoding="utf-8").replace(hash_, folded.hash, 1).splitlines()
    lines = [line for line in lines if not line.startswith('"2.')]
    text = "\n".join(lines).replace("\nintroduction", '\nfolded = ["2"]\nintroduction', 1)
    path.write_text(text, encoding="utf-8")
    [games] = [each for each in read_index(tmp_path) if each.id == "games"]
    text_now = OwnText("games.bs", games, read_upstream(TEXT))
    words = text_now.steps(algorithm(text_now, PLAY))["2"]
    assert words.how is None
    assert words.text.startswith('If how is "fast":\nRun. And jump.\n')


def test_other_words_are_marked(own):
    text = own(TEXT.replace(" |how| is ", " |how| was "))
    words = text.steps(algorithm(text, PLAY))
    assert words["2"] == OwnWords("2", 'If how was "fast":', How.CHANGED)
    assert text.changes(algorithm(text, PLAY)) == {How.CHANGED: 1}


def test_a_step_that_moved_says_where_it_is(own):
    text = own(TEXT.replace(" 1. Tidy up.\n", ""))
    words = text.steps(algorithm(text, "the game ends"))
    assert words["1"] == OwnWords("", "", How.WENT)
    assert words["2"].number == "1"
    assert words["2"].how is How.MOVED


def test_a_step_that_another_algorithm_has_now_is_found_there(own):
    smile = " <li><p>Smile.\n"
    newer = TEXT.replace(smile, "", 1).replace(" 1. Tidy up.\n", " 1. Smile.\n 1. Tidy up.\n")
    text = own(newer)
    words = text.steps(algorithm(text, "win"))
    assert words["1"] == OwnWords("1 of the game ends", "Smile.", How.MOVED)


def test_steps_that_are_new_stand_behind_the_others(own):
    text = own(TEXT.replace(" 1. Tidy up.\n", " 1. Tidy up.\n 1. Breathe.\n"))
    words = text.steps(algorithm(text, "the game ends"))
    assert list(words)[-1] == "+2"
    assert words["+2"] == OwnWords("2", "Breathe.", How.CAME)


def test_an_algorithm_that_the_text_does_not_have(own):
    begin = TEXT.index('<div algorithm="win">')
    text = own(TEXT[:begin])
    win = algorithm(text, "win")
    assert {each.how for each in text.steps(win).values()} == {How.WENT}
    assert text.introduction(win) is None


def test_the_introduction(own):
    words = own().introduction(algorithm(own(), PLAY))
    assert words == OwnWords("", "The play(toy, how) method steps are:")
    newer = own(TEXT.replace("method steps are", "method steps were"))
    words = newer.introduction(algorithm(newer, PLAY))
    assert words is not None
    assert words.how is How.CHANGED


def test_a_sentence_without_a_number(own):
    text = own()
    [mood] = [each for each in text.standard.requirements if each.id == "games-mood"]
    assert text.sentence(mood) == OwnWords("", 'Initially it must be "calm" (e.g. Quiet).')
    newer = own(TEXT.replace("{{Mood/calm}}", "{{Mood/wild}}"))
    assert newer.sentence(mood) == OwnWords("", "", How.WENT)


def test_what_stands_beside_a_comment(own):
    text = own()
    play = algorithm(text, PLAY)
    both = text.beside(play, step("3", "3a"))
    assert [number for number, _ in both] == ["3", "3a"]
    assert text.beside(play, step("99")) == []
    sentences = text.beside(play, step("games-mood", "rfc1-1", is_requirement=True))
    assert [(number, words.how) for number, words in sentences] == [("", None)]


def test_the_source_of_a_standard_is_recognised(own, tmp_path):
    standards = read_index(tmp_path / "none") or list(read_index(own().standard.path.parent))
    assert [each.id for each in standards_of(read_upstream(TEXT), standards)] == ["games"]
    assert [each.id for each in standards_of(read_upstream(COOK), standards)] == ["cooking"]


def test_a_source_of_another_standard_is_refused(own):
    problem = (
        r'is not the text of "Games", but that of "Cooking"; give the text that'
        r" https://games.example/ shows"
    )
    with pytest.raises(OtherStandard, match=problem):
        own(COOK)
