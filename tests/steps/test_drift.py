"""Drift: what changed in a standard, and which code to look at."""

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from support.games import CODE, TEXT, whole_index
from support.toys import heading
from whatwg_websockets.steps.comments import read_sources
from whatwg_websockets.steps.drift import drift
from whatwg_websockets.steps.index import read_index, read_standard
from whatwg_websockets.steps.matching import OtherStandard
from whatwg_websockets.steps.pairing import compare
from whatwg_websockets.steps.upstream import read_upstream
from whatwg_websockets.steps.words_by_hash import WordsByHash

UPSTREAM = Path(
    os.environ.get("WHATWG_UPSTREAM") or Path(__file__).parents[3] / "shared" / "upstream"
)
"""Where the standards' own texts may be: they are not in the repository."""


@pytest.fixture
def games(tmp_path):
    """Compare a text of the small standard with the index of the original."""
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / "play.py").write_text(CODE)
    (tmp_path / "games.toml").write_text(whole_index(read_upstream(TEXT)))
    standard = read_standard(tmp_path / "games.toml")
    sources = read_sources(tmp_path / "games")
    return lambda text: [
        (
            str(each.how),
            each.what,
            each.name,
            each.text,
            [place.line for place in each.places],
        )
        for each in drift(standard, read_upstream(text), sources)
    ]


def changed(*replacements: tuple[str, str]) -> str:
    text = TEXT
    for old, new in replacements:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def test_nothing_changed(games):
    assert games(TEXT) == []


def test_reformatting_and_relinking_are_no_change(games):
    assert (
        games(
            changed(
                ("[=toys/box|box=], <!-- a comment --> then", "<a href=#b>box</a>,\n    then"),
                (
                    "Whoever plays <a href=https://toys.example/>outside</a>",
                    "Whoever plays outside",
                ),
                ("    It has two lines.", "    It has two long lines."),
                ("# Introduction #", "# Introduction! #"),
            )
        )
        == []
    )


def test_a_changed_step_names_its_comment(games):
    assert games(changed((" |how| is ", " |how| was "))) == [
        ("changed", "step 2", "play(toy, how)", 'If how was "fast":', [8])
    ]


def test_a_changed_step_of_a_part(games):
    ((how, what, _, _, lines),) = games(changed(("* one hand,", "* no hand,")))
    assert (how, what, lines) == ("changed", "step 4", [15])


def test_a_changed_step_of_a_range(games, tmp_path):
    code = CODE.replace("    # 2.1. Off.\n", "    # 2.1-2.2. n/a: nobody runs.\n")
    code = code.replace("# § games-mood. Calm.", "# § games-rain, -mood. Calm and inside.")
    (tmp_path / "games" / "play.py").write_text(code)
    standard = read_standard(tmp_path / "games.toml")
    text = read_upstream(changed(("Higher", "Lower"), ("{{Mood/calm}}", "{{Mood/wild}}")))
    step, mood = drift(standard, text, read_sources(tmp_path / "games"))
    assert (step.what, [place.line for place in step.places]) == ("step 2.1.1", [9])
    assert (mood.what, [place.line for place in mood.places]) == ("games-mood", [25])


def test_a_new_step_moves_those_behind_it(games):
    assert games(changed((" 1. If |how|", " 1. Breathe.\n\n 1. If |how|"))) == [
        ("came", "step 2", "play(toy, how)", "Breathe.", [4, 13]),
        ("moved", "step 2, now step 3", "play(toy, how)", 'If how is "fast":', [8]),
        ("moved", "step 2.1, now step 3.1", "play(toy, how)", "Run. And jump.", [9]),
        ("moved", "step 2.1.1, now step 3.1.1", "play(toy, how)", "Higher.", [4, 13]),
        ("moved", "step 2.2, now step 3.2", "play(toy, how)", "Stop.", [4, 13]),
        *[
            ("moved", f"step 3{rest}, now step 4{rest}", "play(toy, how)", text, [4, 13])
            for rest, text in [
                ("", "Run the first matching steps from the following list:"),
                ("a", "If this's mood is CALM (0); If toy is broken: Do nothing."),
                ("b", "If toy is a ball: Throw it:"),
                ("b.1", "Up."),
                ("b.2", "Down."),
                ("c", "Otherwise:"),
                ("c.1", "Give up."),
            ]
        ],
        (
            "moved",
            "step 4, now step 5",
            "play(toy, how)",
            "Return (x, toy) with: • one hand, • the other hand.",
            [15],
        ),
    ]


def test_a_step_that_went_to_another_algorithm(games):
    text = changed((" 1. Tidy up.\n", ""), (" <li><p>Smile.\n", " <li><p>Smile.\n <li>Tidy up.\n"))
    (first, second, *_) = games(text)
    assert first[:4] == ("moved", "step 1, now step 2 of win", "the game ends", "Tidy up.")
    assert second[:3] == ("moved", "step 2, now step 1", "the game ends")


def test_a_step_that_went(games):
    ((how, what, name, text, lines),) = games(
        changed((" 2. Go home, without:\n    - noise,\n    - mud.\n", ""))
    )
    assert (how, what, name, text, lines) == ("went", "step 2", "the game ends", "", [])


def test_a_changed_introduction(games):
    assert games(changed(("play(|toy|, |how|)</dfn> method", "play(|toy|, |how|)</dfn> call"))) == [
        (
            "changed",
            "the introduction",
            "play(toy, how)",
            "The play(toy, how) call steps are:",
            [4, 13],
        )
    ]


def test_an_algorithm_that_came_and_one_that_went(games):
    text = changed(("<p id=winning>Who wins", "<p id=losing>Who loses"), ('algorithm="win"', ""))
    assert [each[:4] for each in games(text)] == [
        ("went", "the algorithm", "win", ""),
        ("came", "the algorithm", "", "Smile."),
    ]


def test_an_algorithm_without_an_anchor_is_found_by_its_introduction(games):
    text = changed(("<p id=winning>", "<p>"), ('algorithm="win"', ""), ("Smile.", "Laugh."))
    assert games(text) == [
        ("moved", "the anchor, now #game-interface", "win", "Laugh.", []),
        ("changed", "step 1", "win", "Laugh.", []),
    ]


def test_an_anchor_that_has_another_name(games):
    assert games(changed(("<p id=winning>", "<p id=victory>"))) == [
        ("moved", "the anchor, now #victory", "win", "Smile.", [])
    ]


def test_a_requirement_at_another_anchor(games):
    sentence = 'Initially\nit must be "{{Mood/calm}}" (e.g. Quiet). '
    text = changed((sentence, ""), ("<hr>\n", f"<hr>\n\n<p id=moods>{sentence}\n"))
    assert games(text) == [
        (
            "moved",
            "games-mood, now at #moods",
            "",
            'Initially it must be "calm" (e.g. Quiet).',
            [25],
        )
    ]


def test_requirements(games):
    text = changed(("{{Mood/calm}}", "{{Mood/wild}}"), ("must not\ndo so in the rain. ", "rests. "))
    ways = [
        ("changed", "games-mood", "", 'Initially it must be "wild" (e.g. Quiet).', [25]),
        ("changed", "games-rain", "", "Whoever plays outside, rests.", [27]),
    ]
    assert games(text) == ways


def test_a_requirement_in_a_changed_introduction(tmp_path):
    upstream = read_upstream(TEXT)
    (sentence,) = upstream.algorithms[0].introduction
    table = f"""
[[requirement]]
id = "games-steps"
anchor = "{sentence.anchor}"
section = "{sentence.section}"
kind = "requirement"
gist = "The method has steps."
hash = "{sentence.hash}"
"""
    (tmp_path / "games.toml").write_text(whole_index(upstream) + table)
    standard = read_standard(tmp_path / "games.toml")
    newer = read_upstream(
        changed(("play(|toy|, |how|)</dfn> method", "play(|toy|, |how|)</dfn> call"))
    )
    assert [(each.how, each.what) for each in drift(standard, newer, [])] == [
        ("changed", "the introduction"),
        ("changed", "games-steps"),
    ]


PROSE = """
<h2>Prose</h2>
<p>The <dfn id=amount>amount</dfn> is the number of bytes that were sent. It counts no frames.
<p>The <dfn id=rest>rest</dfn> is what was not sent.
"""


def indexed_prose(folder):
    upstream = read_upstream(PROSE)
    whole = upstream.algorithm("amount", "amount")
    amount, frames, rest = upstream.sentences
    tables = f"""
[[algorithm]]
anchor = "amount"
name = "amount"
section = "1"
kind = "getter"
[algorithm.steps]
"1" = "{whole.first.hash}"
"""
    gists = {"amount": "The amount is of bytes.", "frames": "Frames do not count.", "rest": "Wait."}
    for (id_, gist), sentence in zip(gists.items(), (amount, frames, rest), strict=True):
        tables += f"""
[[requirement]]
id = "prose-{id_}"
anchor = "{sentence.anchor}"
section = "1"
kind = "requirement"
gist = "{gist}"
hash = "{sentence.hash}"
"""
    (folder / "prose.toml").write_text(heading("prose", "Prose") + "informative = []\n" + tables)
    return read_standard(folder / "prose.toml"), upstream


@pytest.mark.parametrize("has_words", [False, True])
def test_a_sentence_of_an_algorithm_in_prose_that_is_a_requirement(tmp_path, has_words):
    standard, was = indexed_prose(tmp_path)
    now = read_upstream(PROSE.replace("bytes", "octets").replace("no frames", "frames, too"))
    older = WordsByHash(was, standard) if has_words else None
    changes = drift(standard, now, [], older=older)
    assert [(each.how, each.what, each.text) for each in changes] == [
        (
            "changed",
            "step 1",
            "The amount is the number of octets that were sent. It counts frames, too.",
        ),
        ("changed", "prose-amount", "The amount is the number of octets that were sent."),
        ("changed", "prose-frames", "It counts frames, too."),
    ]


def test_a_requirement_that_went_and_a_sentence_that_came(games):
    text = changed(('it must be "{{Mood/calm}}" (e.g. Quiet). It can be:', "it can be:"))
    text = text.replace("<hr>\n", "<hr>\n\nIt must shine.\n\nIt must shine.\n")
    found = [each[:4] for each in games(text)]
    assert found == [
        ("changed", "games-mood", "", "Initially it can be:"),
        ("went", "games-3", "", ""),
        ("came", "a sentence", "", "It must shine."),
    ]


def test_the_words_of_a_requirement_said_of_something_else_are_new(games):
    sentence = 'Initially it must be "{{Mood/calm}}" (e.g. Quiet).'
    text = TEXT.replace("<hr>\n", f"<hr>\n\nThe <dfn>twin</dfn> has a mood. {sentence}\n")
    assert [each[:2] + each[3:4] for each in games(text)] == [
        ("came", "a sentence", "The twin has a mood."),
        ("came", "a sentence", 'Initially it must be "calm" (e.g. Quiet).'),
    ]


def test_a_part_of_a_standard_is_not_asked_for_the_rest(tmp_path):
    text = whole_index(read_upstream(TEXT)).replace("informative = []\n", "")
    (tmp_path / "games.toml").write_text(text)
    newer = TEXT.replace("<hr>\n", "<hr>\n\nIt must shine.\n")
    assert drift(read_standard(tmp_path / "games.toml"), read_upstream(newer), []) == ()


def test_folded_steps_stand_for_what_is_below_them(tmp_path):
    upstream = read_upstream(TEXT)
    folded = upstream.algorithms[0].folded(["2", "3"])
    assert list(folded.steps) == ["1", "2", "3", "4"]
    index = whole_index(replace(upstream, algorithms=(folded, *upstream.algorithms[1:])))
    index = index.replace('kind = "method"', 'kind = "method"\nfolded = ["2", "3"]', 1)
    (tmp_path / "games.toml").write_text(index)
    standard = read_standard(tmp_path / "games.toml")

    def changes(old, new):
        return [each.what for each in drift(standard, read_upstream(TEXT.replace(old, new)), [])]

    assert changes("", "") == []
    assert changes("Higher.", "Lower.") == ["step 2"]
    moved = ["step 1", "step 2, now step 3", "step 3, now step 4", "step 4, now step 5"]
    assert changes(" 1. If |how|", " 1. Breathe.\n\n 1. If |how|") == ["step 2", *moved[1:]]


def test_an_algorithm_that_is_prose_is_found_by_its_words(tmp_path):
    upstream = read_upstream(TEXT)
    sentence = next(each for each in upstream.sentences if each.text.startswith("Whoever"))
    table = f"""
[[algorithm]]
anchor = "somewhere"
name = "rain"
section = "1"
kind = "algorithm"

[algorithm.steps]
"1" = "{sentence.hash}"
"""
    (tmp_path / "games.toml").write_text(whole_index(upstream) + table)
    assert drift(read_standard(tmp_path / "games.toml"), upstream, []) == ()


@pytest.mark.parametrize("text", ["<h2>Cooking</h2><p>To <dfn>cook</dfn>:<ol><li>Stir.</ol>", "x"])
def test_another_standard_is_refused(games, text):
    with pytest.raises(OtherStandard, match=r"is not the text of \"Games\"; give the text that"):
        games(text)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("a b c", "a b c", []),
        ("a b c", "b a c", ["moved 1 2", "moved 2 1"]),
        ("a b", "a x", ["changed 2 2"]),
        ("a b c", "a x y z c", ["changed 2 2", "came - 3", "moved 3 5", "came - 4"]),
        ("a b c d", "a x d", ["changed 2 2", "went 3 -", "moved 4 3"]),
        ("a b c d", "b x", ["went 1 -", "moved 2 1", "changed 3 2", "went 4 -"]),
        ("a b", "x a y", ["came - 1", "moved 1 2", "changed 2 3"]),
        ("a " * 12, "a " * 11, ["went 12 -"]),
    ],
)
def test_comparing_steps(old, new, changes):
    steps = [{str(n): word for n, word in enumerate(each.split(), 1)} for each in (old, new)]
    assert [f"{how} {a or '-'} {b or '-'}" for how, a, b in compare(*steps)] == changes


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (
            {"1": "Let base be the base.", "2": "Let url be the parsed url with base."},
            {"1": "Let url be the parsed url."},
            ["went 1 -", "changed 2 1"],
        ),
        (
            {"1": "Throw the ball."},
            {"1": "Take a toy.", "2": "Throw the red ball."},
            ["came - 1", "changed 1 2"],
        ),
        (
            {"1": "Throw it.", "2": "Catch it.", "3": "Rest."},
            {"1": "Catch it well.", "2": "Rest well."},
            ["went 1 -", "changed 2 1", "changed 3 2"],
        ),
        (
            {"1": "If red:", "1.1": "Throw the ball.", "2": "Rest."},
            {"1": "If blue:", "2": "Throw the red ball."},
            ["changed 1 1", "went 1.1 -", "changed 2 2"],
        ),
        ({"1": "", "2": ""}, {"1": "Throw."}, ["changed 1 1", "went 2 -"]),
        ({"3": ""}, {"1": "Throw.", "2": "Catch."}, ["came - 2", "changed 3 1"]),
    ],
)
def test_steps_that_were_replaced_are_paired_by_their_words(old, new, changes):
    hashes = [
        {number: f"{side}{number}" for number in each} for side, each in enumerate((old, new))
    ]
    found = compare(*hashes, old, new)
    assert [f"{how} {a or '-'} {b or '-'}" for how, a, b in found] == changes


def upstream_text(name: str) -> str:
    path = UPSTREAM / name
    if not path.is_file():
        pytest.skip(f"{path} is not there; WHATWG_UPSTREAM names its folder")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def websockets():
    """This project's index of the WebSockets Standard."""
    (standard,) = [each for each in read_index() if each.id == "websockets"]
    return standard


def test_the_index_is_that_of_the_standard_as_it_is(websockets):
    upstream = read_upstream(upstream_text("whatwg-websockets.bs"))
    assert drift(websockets, upstream, []) == ()


def test_the_index_of_the_draft_is_that_of_the_draft():
    (draft,) = [each for each in read_index() if each.id == "websocketstream-draft"]
    assert draft.is_carried_out
    assert draft.label == "WebSocketStream (draft at d5570f3)"
    upstream = read_upstream(upstream_text("whatwg-websockets-websocketstream-draft.bs"))
    assert drift(draft, upstream, []) == ()


def briefly(changes) -> list[tuple[str, str, str]]:
    return [(str(each.how), each.what, each.name) for each in changes]


CONSTRUCTOR = "new WebSocket(url, protocols)"


def moved(name: str, steps: dict[str, str], where: str = "") -> list[tuple[str, str, str]]:
    return [("moved", f"step {old}, now step {new}{where}", name) for old, new in steps.items()]


@pytest.mark.parametrize("has_words", [False, True])
def test_the_standard_before_the_http_schemes(websockets, has_words):
    """It knew neither a base URL nor http and https, and worded two steps in another way."""
    upstream = read_upstream(upstream_text("whatwg-websockets-before-http-schemes.bs"))
    older = None
    if has_words:
        older = WordsByHash(read_upstream(upstream_text("whatwg-websockets.bs")), websockets)
    changes = drift(websockets, upstream, read_sources(), older=older)
    assert briefly(changes) == [
        ("changed", "step 5", "obtain a WebSocket connection"),
        ("changed", "step 1", "establish a WebSocket connection"),
        ("went", "step 1", CONSTRUCTOR),
        ("changed", "step 2, now step 1", CONSTRUCTOR),
        *moved(CONSTRUCTOR, {"3": "2"}),
        ("went", "step 4", CONSTRUCTOR),
        ("went", "step 5", CONSTRUCTOR),
        *moved(CONSTRUCTOR, {str(number): str(number - 3) for number in range(6, 13)}),
        *moved(CONSTRUCTOR, {"12.1": "9.1"}),
    ]
    for change in changes:
        (place,) = change.places
        number = change.what.removeprefix("step ").partition(",")[0]
        comment = place.path.read_text(encoding="utf-8").split("\n")[place.line - 1]
        assert comment.strip().startswith(f"# {number}. ")


def test_the_http_schemes_as_they_came(tmp_path):
    before = read_upstream(upstream_text("whatwg-websockets-before-http-schemes.bs"))
    (tmp_path / "w.toml").write_text(whole_index(before, "w"))
    now = read_upstream(upstream_text("whatwg-websockets.bs"))
    assert briefly(drift(read_standard(tmp_path / "w.toml"), now, [])) == [
        ("changed", "step 5", "obtain a WebSocket connection"),
        ("changed", "step 1", "establish a WebSocket connection"),
        ("changed", "step 1", CONSTRUCTOR),
        ("came", "step 2", CONSTRUCTOR),
        *moved(CONSTRUCTOR, {"2": "3"}),
        *moved(CONSTRUCTOR, {"3": "6"}),
        ("came", "step 4", CONSTRUCTOR),
        *moved(CONSTRUCTOR, {"4": "7"}),
        ("came", "step 5", CONSTRUCTOR),
        *moved(CONSTRUCTOR, {str(number): str(number + 3) for number in range(5, 10)}),
        *moved(CONSTRUCTOR, {"9.1": "12.1"}),
    ]


def test_the_websocketstream_draft_changes_these_steps(websockets):
    upstream = read_upstream(upstream_text("whatwg-websockets-websocketstream-draft.bs"))
    changes = drift(websockets, upstream, read_sources())
    close = "close(code, reason)"
    to_get_a_url_record = {str(number): str(number - 1) for number in range(3, 8)}
    assert briefly(each for each in changes if each.how != "came") == [
        ("changed", "step 2", CONSTRUCTOR),
        *moved(CONSTRUCTOR, to_get_a_url_record, " of get a URL record"),
        *moved(CONSTRUCTOR, {str(number): str(number - 5) for number in range(8, 13)}),
        *moved(CONSTRUCTOR, {"12.1": "7.1"}),
        ("changed", "step 1", close),
        ("changed", "step 2", close),
        ("went", "step 2.1", close),
        *moved(close, {"2.2": "2.2"}, " of validate close code and reason"),
        ("changed", "step 3", close),
        *[("went", f"step 3{branch}", close) for branch in "abcd"],
        ("changed", "step 1b", "make disappear"),
    ]


def test_what_the_websocketstream_draft_adds(websockets):
    upstream = read_upstream(upstream_text("whatwg-websockets-websocketstream-draft.bs"))
    came = [each for each in drift(websockets, upstream, read_sources()) if each.how == "came"]
    assert [each.name for each in came if each.what == "the algorithm"] == [
        "new WebSocketStream(url, options)",
        "close(closeInfo)",
        "handle WebSocketStream connection establishment",
        "handle a WebSocketStream message",
        "handle WebSocketStream connection close",
        "write algorithm",
        "close using reason algorithm",
        "new WebSocketError(message, init)",
        "get a URL record",
        "validate close code and reason",
        "close the WebSocket",
    ]
    sentences = [each.url.partition("#")[2] for each in came if each.what == "a sentence"]
    assert Counter(sentences) == {
        "the-websocketstream-interface": 2,
        "websocketstream-url": 1,
        "websocketstream-opened-promise": 1,
        "websocketstream-closed-promise": 1,
        "websocketstream-readable-stream": 1,
        "websocketstream-writable-stream": 1,
        "websocketstream-was-ever-connected": 1,
        "websocketstream-handshake-aborted": 1,
        "websocketstream-ready-state": 3,
        "dom-websocketstream-url": 1,
        "dom-websocketstream-opened": 1,
        "dom-websocketstream-closed": 1,
        "feedback-to-websocket-stream-from-the-protocol": 1,
        "pull-bytes": 1,
        "cancel": 1,
        "close": 1,
        "abort": 1,
        "the-websocketevent-interface": 1,
        "websocketerror": 1,
        "websocketerror-closecode": 1,
        "websocketerror-reason": 1,
        "dom-websocketerror-closecode": 1,
        "dom-websocketerror-reason": 1,
        "common-algorithms": 1,
        "ping-and-pong-frames": 1,
    }
