"""The reader of a standard's own text, on a small standard of the project's own."""

from pathlib import Path

import pytest

from whatwg_websockets.steps.passages import hash_of, normalise, sentences_of
from whatwg_websockets.steps.upstream import read_upstream

DATA = Path(__file__).parent / "data"


@pytest.fixture(params=["games.bs", "games.html"])
def games(request):
    return read_upstream((DATA / request.param).read_text(encoding="utf-8"))


def metadata(text: str) -> str:
    return f"<pre class=metadata>\nTitle: T\n</pre>\n\n# S # {{#s}}\n\n{text}"


def steps_of(upstream, anchor):
    (found,) = [each for each in upstream.algorithms if each.anchor == anchor]
    return {number: step.text for number, step in found.steps.items()}


def test_the_title(games):
    assert games.title == "Games"


def test_algorithms_have_what_introduces_them(games):
    found = [(each.anchor, each.name, each.first.section) for each in games.algorithms]
    assert found == [
        ("dom-game-play", "play(toy, how)", "2.1"),
        ("the-game-is-over", "the game ends", "2.1"),
        ("winning", "win", "2.1"),
        ("lose", "lose", "3"),
    ]
    introduction = games.algorithms[1].introduction
    assert [each.text for each in introduction] == ["When the game ends, everybody must do so:"]


def test_steps_substeps_and_branches(games):
    assert steps_of(games, "dom-game-play") == {
        "1": "If toy is a box, then open it.",
        "2": 'If how is "fast":',
        "2.1": "Run. And jump.",
        "2.1.1": "Higher.",
        "2.2": "Stop.",
        "3": "Run the first matching steps from the following list:",
        "3a": "If this's mood is CALM (0) If toy is broken Do nothing.",
        "3b": "If toy is a ball Throw it:",
        "3b.1": "Up.",
        "3b.2": "Down.",
        "3c": "Otherwise",
        "3c.1": "Give up.",
        "4": "Return (x, toy) with: one hand, the other hand.",
    }
    assert steps_of(games, "the-game-is-over") == {
        "1": "Tidy up.",
        "2": "Go home, without: noise, mud.",
    }


def test_two_lists_in_a_step_are_numbered_as_one(games):
    assert steps_of(games, "winning") == {
        "1": "Smile.",
        "2": 'Say "thanks", unless:',
        "2a": "nobody lost",
        "2a.1": "Laugh.",
        "2b": "all lost Cry.",
        "2.1": "Bow.",
        "2.2": "Leave.",
    }


def test_an_algorithm_of_cases_alone(games):
    assert steps_of(games, "lose") == {"1a": "a draw Shake hands."}


def test_sentences_have_the_nearest_anchor(games):
    assert [(each.section, each.anchor, each.text) for each in games.sentences] == [
        (
            "2.1",
            "game-interface",
            "interface Game: EventTarget { attribute sequence<DOMString> players; };",
        ),
        ("2.1", "game-mood", "Each Game has a mood, which is a Mood."),
        ("2.1", "game-mood", 'Initially it must be "calm" (e.g. Quiet).'),
        ("2.1", "game-mood", "It can be:"),
        ("2.1", "dom-game-calm", "CALM (numeric value 0) Nothing happens."),
        ("2.1", "dom-game-wild", "WILD (numeric value 1) Everything happens."),
        ("2.1", "dom-game-play", "The play(toy, how) method steps are:"),
        ("2.1", "game-interface", "Whoever plays outside, must not do so in the rain."),
        ("2.1", "game-interface", "(A drizzle is fine.)"),
        ("2.1", "game-interface", "Snow is fine."),
        ("2.1", "game-interface", "The mood getter steps are to return this's mood."),
        ("2.1", "the-game-is-over", "When the game ends, everybody must do so:"),
        ("2.1", "winning", "Who wins must follow these steps:"),
        ("2.1", "game-interface", "Each of these must be there:"),
        ("2.1", "dom-game-onover", "onover over"),
        ("2.1", "game-interface", "It must not be: late, nor loud. Never."),
        ("3", "losing", "Losers must smile."),
        (
            "3",
            "lose",
            "To lose a Round, given a round and a toy, take the first appropriate set of steps"
            " from the following list:",
        ),
    ]


def test_the_source_and_the_page_have_the_same_hashes():
    source, page = (
        read_upstream((DATA / name).read_text(encoding="utf-8"))
        for name in ("games.bs", "games.html")
    )
    assert [each.hashes for each in source.algorithms] == [each.hashes for each in page.algorithms]
    assert [each.hash for each in source.sentences] == [each.hash for each in page.sentences]


def test_lines_are_those_of_the_source():
    text = (DATA / "games.bs").read_text(encoding="utf-8")
    lines = text.splitlines()
    upstream = read_upstream(text)
    for algorithm in upstream.algorithms:
        for step in algorithm.steps.values():
            assert step.text.split()[0] in " ".join(lines[step.line - 1 : step.line + 1])
    (onover,) = [each for each in upstream.sentences if each.anchor == "dom-game-onover"]
    assert "onover" in lines[onover.line - 1]


def test_an_algorithm_is_found_by_its_anchor_and_name(games):
    assert games.algorithm("dom-game-play", "play").name == "play(toy, how)"
    assert games.algorithm("nowhere", "play") is None


def test_an_algorithm_that_is_a_sentence_has_one_step(games):
    found = games.algorithm("game-mood", "mood")
    assert list(found.steps) == ["1"]
    assert found.first.text.startswith("Each Game has a mood, which is a Mood. Initially it must")
    assert found.hashes == {"1": hash_of(found.first.text)}


def test_names_tell_apart_what_has_the_same_anchor():
    upstream = read_upstream(
        metadata(
            "<div algorithm=one>\nWhen it rains:\n\n1. Run.\n</div>\n\n"
            "<div algorithm=two id=sun>\nWhen the sun shines:\n1. Walk.\n</div>\n\n"
            "<div algorithm=three id=sun>\nWhen the sun shines:\n1. Rest.\n</div>\n"
        )
    )
    assert upstream.algorithm("s", "one").first.text == "Run."
    assert upstream.algorithm("sun", "three").first.text == "Rest."
    assert upstream.algorithm("sun", "four") is None


def test_an_anchor_around_the_best_one_will_do():
    upstream = read_upstream(
        metadata(
            "<div id=around algorithm>\n"
            "A <dfn>walk</dfn> has a <dfn>pace</dfn>.\n\nIt goes on:\n\n1. Walk.\n</div>\n"
        )
    )
    assert upstream.algorithms[0].anchors == ("walk", "pace", "around")
    assert upstream.algorithm("around", "walk") is upstream.algorithms[0]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{Game/play(a, b)|playing}} on", "playing on"),
        ("{{Game/play(a, b)}}", "play(a, b)"),
        ("{{Game/play()!!argument}}", "play()"),
        ("{{Game}}", "Game"),
        ("[=Game/a/b=] and [=c\n d=]", "b and c d"),
        ("[=Game/mood|moods=]", "moods"),
        ("[$Round$], [:rule:] and [^a/b^]", "Round, rule and b"),
        ("<{a/href}>", "href"),
        ("|x|'s |long\n name|", "x's long name"),
        ("a *b* **c** d*e*f", "a b c d*e*f"),
        (
            "see [the map](https://x.example/) here [[!RFC9999]] [[HTML inline]].",
            "see the map here.",
        ),
        ("\\[[Value]] and \\[[Get]]", "[[Value]] and [[Get]]"),
        ("`code`, \\``bytes`\\`", "code, bytes"),
        ("it\u2019s \u201cit\u201d &mdash; a&nbsp;b", 'it\'s "it" \u2014 a b'),
    ],
)
def test_references_are_words(source, words):
    assert read_upstream(metadata(source)).sentences[0].text == words


@pytest.mark.parametrize(
    ("dfn", "anchor"),
    [
        ("<dfn id=x>y</dfn>", "x"),
        ("<dfn>take a Walk</dfn>", "take-a-walk"),
        ("<dfn for=A>b c</dfn>", "a-b-c"),
        ('<dfn for="A,B" attribute>c</dfn>', "dom-a-c"),
        ("<dfn method for=A>b(|c|)</dfn>", "dom-a-b"),
        ('<dfn constructor for=A lt="A(b)|A()">new A(|b|)</dfn>', "dom-a-a"),
        ("<dfn event for=A>b</dfn>", "eventdef-a-b"),
        ('<dfn enum-value for=A>"b"</dfn>', "dom-a-b"),
        ("<dfn abstract-op>Do(|x|)</dfn>", "abstract-opdef-do"),
        ("<dfn interface>WebThing</dfn>", "webthing"),
    ],
)
def test_anchors_that_bikeshed_makes(dfn, anchor):
    assert read_upstream(metadata(f"A {dfn}.")).sentences[0].anchor == anchor


def test_lists_that_are_not_steps_of_anything_are_numbered_too():
    upstream = read_upstream(metadata("1. One.\n\n- two\n- three\n\n: four\n:: five"))
    assert [each.anchors for each in upstream.algorithms] == [("s",)]
    assert [each.text for each in upstream.sentences] == ["two three", "four five"]


def test_lists_of_another_kind_and_of_another_depth_begin_anew():
    upstream = read_upstream(
        metadata("1. One.\n- two\n1. Three.\n  1. Four.\n     2. Five.\n   6. Six.\n 7. Seven.\n")
    )
    assert [list(each.steps) for each in upstream.algorithms] == [
        ["1"],
        ["1", "1.1", "1.1.1", "1.1.2", "1.2"],
    ]


def test_a_list_with_letters_has_them():
    upstream = read_upstream(
        metadata(
            "To <dfn>a</dfn>:\n\n1. One:\n  <ol type=a>\n   <li>Aha.\n   <li>Oho:\n"
            "     1. Oh.\n     2. Ho.\n   <li>Ehe:<ol type=a><li>E.</ol>\n  </ol>\n\n1. Two.\n"
        )
    )
    assert steps_of(upstream, "a") == {
        "1": "One:",
        "1a": "Aha.",
        "1b": "Oho:",
        "1b.1": "Oh.",
        "1b.2": "Ho.",
        "1c": "Ehe:",
        "1c.1": "E.",
        "2": "Two.",
    }


def test_items_outside_of_a_list_are_no_list():
    upstream = read_upstream(metadata("To <dfn>a</dfn>:\n\n1. One.\n\n<hr>\n<li>Two.\n"))
    assert steps_of(upstream, "a") == {"1": "One."}


def test_elements_inside_of_items():
    upstream = read_upstream(
        metadata(
            "1. One\n   <div>\n   - a\n   </div>\n\n   b.\n\n</section>\n1. Two.\n"
            "<ol>\n 1. <p>x\n</ol>\n\n<aside>\n1. No.\n</aside>\n"
        )
    )
    assert [list(each.steps) for each in upstream.algorithms] == [["1", "2"], ["1"]]
    assert upstream.algorithms[0].first.text == "One a b."


def test_cases_inside_of_a_case_are_its_words():
    cases = "<dl class=switch><dt>a<dd><dl class=switch><div>-</div><dt>b<dd>c</dl></dl>"
    upstream = read_upstream(f"<h2 id=x>x</h2><ol><p>no<li>Do:{cases}</ol>")
    assert steps_of(upstream, "x") == {"1": "Do:", "1a": "a - b c"}


def test_end_tags_that_end_nothing():
    source = "1. a <span>b</a> c</i>\n1. <dfn>d <code>e</dfn> <a><q>f</q></a>\n"
    upstream = read_upstream(metadata(source))
    assert steps_of(upstream, "s") == {"1": "a b c", "2": "d e f"}


def test_idl_that_is_marked_up():
    source = metadata("<pre class=idl>\nA&lt;<dfn>b</dfn>> // c\n;</pre>")
    assert [each.text for each in read_upstream(source).sentences] == ["A<b>;"]


def test_terms_without_a_meaning_are_nothing():
    assert read_upstream("<h2>a</h2><dl><hr><dt>b<dd>c<dt>d</dl>").sentences[0].text == "b c"


def test_the_rest_of_a_section_that_is_left_out():
    source = "<h2 class=no-num>a</h2><div><pre class=idl>b</pre><h2>c</h2>d.</div><h3>e</h3>f."
    assert [(each.section, each.text) for each in read_upstream(source).sentences] == [
        ("1", "d."),
        ("1.1", "f."),
    ]


def test_a_heading_without_an_anchor_is_its_words():
    upstream = read_upstream("<pre class=metadata>\n</pre>\n## Two Words ##\n\nIt must.")
    assert upstream.title == ""
    assert (upstream.sentences[0].section, upstream.sentences[0].anchor) == ("0.1", "two-words")


@pytest.mark.parametrize(
    "text",
    ["", "Hello.", "<h2>Hello</h2>", "\x00\x01", "<ol><li>x</ol>", "<h2>a</h2><ol></ol><dl></dl>"],
)
def test_what_is_no_standard_has_no_algorithms(text):
    assert read_upstream(text).algorithms == ()


def test_more_cases_than_letters_are_not_told_apart():
    cases = "".join(f"<dt>{number}<dd>x" for number in range(30))
    upstream = read_upstream(f"<h2 id=a>A</h2><p>Go:<dl class=switch>{cases}</dl>")
    assert list(upstream.algorithms[0].steps)[-1] == "1z"


def test_normalised_words():
    assert normalise(" a \n b , c [WSP] . `d` [this] ( e )") == "a b, c. d [this] ( e)"


def test_the_ends_of_sentences():
    assert sentences_of('One, e.g. Two. "Three" is it? (Four.) 5 is odd. i.e. Five') == [
        "One, e.g. Two.",
        '"Three" is it?',
        "(Four.) 5 is odd. i.e. Five",
    ]


PIPE = metadata(
    """<div algorithm="pipe">
 <dfn abstract-op lt="Pipe" id="pipe">Pipe(|from|, |to|)</dfn> performs the following steps:

 1. Use |from|. The following constraints apply:
  * <strong>Water must flow:</strong> nothing may stop |to|. It should be fast.
  * <strong>Order:</strong> the following are applied.
   1. If |to| is full, [=stop=].
  * Some bullet of the step.
  * <dfn id="pipe-stop"><i>Stop</i></dfn>: this means to do this:
   1. Shut |to|.
    1. Turn the wheel.
 1. Return [=a new promise=].
</div>"""
)


def test_a_bullet_with_a_definition_and_steps_is_an_algorithm_of_its_own():
    upstream = read_upstream(PIPE)
    assert [each.anchor for each in upstream.algorithms] == ["pipe", "pipe-stop"]
    assert steps_of(upstream, "pipe") == {
        "1": "Use from. The following constraints apply: Order: the following are applied."
        " Some bullet of the step.",
        "1.1": "If to is full, stop.",
        "2": "Return a new promise.",
    }
    assert steps_of(upstream, "pipe-stop") == {"1": "Shut to.", "1.1": "Turn the wheel."}
    assert upstream.algorithms[1].name == "Stop"
    assert upstream.performed["pipe-stop"] == "Stop"
    introduction = upstream.algorithms[1].introduction
    assert [each.text for each in introduction] == ["Stop: this means to do this:"]


def test_a_constraint_of_a_step_is_a_sentence_of_its_own():
    upstream = read_upstream(PIPE)
    assert [(each.anchor, each.text) for each in upstream.sentences] == [
        ("pipe", "Pipe(from, to) performs the following steps:"),
        ("pipe", "Water must flow: nothing may stop to."),
        ("pipe", "It should be fast."),
    ]


def test_the_parts_of_what_a_step_makes_have_letters_if_they_have_steps():
    upstream = read_upstream(
        metadata(
            """<div algorithm>
 To <dfn>read</dfn>:

 1. Let |request| be a new request with the following items:
  : chunk steps, given |chunk|
  ::
   1. Give |chunk|.
   1. Go on.
  : close steps
  :: Do nothing.
 1. Let |pair| be a pair with these items:
  : left
  :: 1
  : right
  :: 2
</div>"""
        )
    )
    assert steps_of(upstream, "read") == {
        "1": "Let request be a new request with the following items:",
        "1a": "chunk steps, given chunk",
        "1a.1": "Give chunk.",
        "1a.2": "Go on.",
        "1b": "close steps Do nothing.",
        "2": "Let pair be a pair with these items: left 1 right 2",
    }


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Set |stream|.[=ReadableStream/[[state]]=] to 1.", "Set stream.[[state]] to 1."),
        ("It is the [$Controller/[[PullSteps]]$] contract.", "It is the [[PullSteps]] contract."),
        ("Perform ! [$ResetQueue$]([=this=]).", "Perform ! ResetQueue(this)."),
        ("Return |result|.\\[[Value]].", "Return result.[[Value]]."),
    ],
)
def test_internal_slots_are_words(source, words):
    assert [each.text for each in read_upstream(metadata(source)).sentences] == [words]
