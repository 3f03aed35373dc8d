"""The HTML that the reading room builds from a small package of the tests."""

import sys
from pathlib import Path
from types import SimpleNamespace

import lxml.html
import pytest

pytest.importorskip("sphinx", reason="what the docs are made with is installed by: make test")


from reading_room.connections import read, rows_of
from reading_room.house import Room, line_of, slug
from reading_room.markdown import breakable
from reading_room.pages import md, pages_of_positions
from reading_room.sources import algorithms_of_lines
from support.toy_docs import FILES, MORE, OUTSIDE, RULES, TOYS, Built, words
from support.toys import INDEX, House
from whatwg_websockets.steps.grammar import numbers_in
from whatwg_websockets.steps.index import read_index
from whatwg_websockets.steps.view import NotFound

# Of Sphinx and of the parser of Markdown: theirs to mend.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]

ROOT = Path(__file__).parents[2]


@pytest.fixture
def build(tmp_path):
    house = House(tmp_path)
    house.write(FILES)

    def build(chapter: str = "", builder: str = "html", **files: str) -> Built:
        house.write({"docs/chapter.md": f"# Chapter\n\n{chapter}\n", **files})
        return Built(house, builder)

    build.folder = tmp_path  # type: ignore[attr-defined]
    return build


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """A built house, which tests read and do not change."""
    house = House(tmp_path_factory.mktemp("house"))
    house.write({**FILES, "docs/chapter.md": "# Chapter\n"})
    return Built(house, "html")


def test_an_algorithm_has_its_steps_beside_their_code(standing):
    assert standing.warnings == ""
    page = standing.page("standard/toys/play.html")
    rows = [
        tuple(words(each) for side in ("words", "code") for each in row.find_class(side))
        for row in page.find_class("step")
    ]
    assert rows == [
        ("Play with a toy.", '@algorithm("toy-play", "play(toy)") def play(toy): check(toy)'),
        ("1. Take it out. § toys 2 It was in its box.", "take(toy)"),
        ("2. Turn it.", "if toy:"),
        ("2.1. Turn it to the left.", "turn(toy)"),
        ("3b. n/a there are no dolls.",),
        ("", '@algorithm("toy-play", "play(toy): throw") def throw(toy): child = toy'),
        ("3a. (a ball) Throw it. § toys-unknown High.", "if child: throw_up(toy)"),
        ("9. Nothing.",),
        ("§ toys 2 n/a nobody is here.",),
        ("9. n/a nor there.",),
        ("9. At all.",),
    ]


def test_and_links_to_what_is_around_it(standing):
    links = standing.links("standard/toys/play.html")
    assert links["Toys Standard, 1.1"] == "https://toys.example/#toy-play"
    assert links["§ toys 2"] == "https://toys.example/#tidy"
    assert links["2.1."] == "#step-2-1"
    assert links["play.py:4"] == "../../source/toys/play.html#L-4"
    assert links["rest()"] == "rest.html"
    assert links["Whose turn is it?"] == "../../positions/turn.html"
    assert links["test_play.py"] == "../../source/tests/test_play.html"


def test_a_section_is_named_once_whatever_the_number_of_its_requirements(build):
    again = RULES.partition("[[requirement]]")[2].replace("rules-fair", "rules-fair-2")
    code = TOYS.replace("# § toys-unknown. High.", "# § rules-fair, rules-fair-2. High it flies.")
    built = build("", **{"toys/play.py": code, "spec/rules.toml": f"{RULES}[[requirement]]{again}"})
    page = built.page("standard/toys/play.html")
    shown = [words(each) for each in page.find_class("words")]
    assert "3a. (a ball) Throw it. § RFC 1 1 High it flies." in shown


def test_a_range_has_an_anchor_for_each_step_and_several_sentences_a_link_each(build):
    code = TOYS.replace("    # 2. Turn it.\n", "    # 2-2.1. not built: nobody turns it yet.\n")
    code = code.replace("        # 2.1. Turn it to the left.\n", "")
    code = code.replace("# § toys-unknown. High.", "# § toys-tidy, rules-fair. High it flies.")
    built = build("```{algorithm} play(toy)\n:steps: 2.1\n```", **{"toys/play.py": code})
    assert built.warnings == ""
    [play] = built.page("chapter.html").find_class("in-prose")
    range_ = "2-2.1. not built nobody turns it yet."
    assert [words(each) for each in play.find_class("words")] == [range_]
    page = built.page("standard/toys/play.html")
    assert {"step-2", "step-2-1"} <= {each.get("id") for each in page.iter()}
    links = built.links("standard/toys/play.html")
    assert links["2-2.1."] == "#step-2"
    assert {"§ toys 2", "§ RFC 1 1"} <= set(links)
    assert cells(built.page("standard/index.html"))[-1][3:] == ["3", "2", "1", "7"]
    assert cells(built.page("standard/toys/index.html"))[0][2:7] == ["2", "2", "1", "5", "2"]
    assert words(built.page("standard/rfc1/requirements.html")).endswith("play.py:26")


def test_one_that_nobody_has_written_yet_says_so(standing):
    page = standing.page("standard/toys/sleep-toy-sleep.html")
    assert "No function carries it out." in words(page)
    assert not page.find_class("surroundings")


def test_a_caller_that_is_no_algorithm_is_a_line_of_code(standing):
    links = standing.links("standard/toys/rest.html")
    assert links["play.evening"] == "../../source/toys/play.html#L-41"


def test_the_code_has_an_anchor_for_each_line(standing):
    assert 'id="L-35"' in standing.text("source/toys/play.html")
    page = lxml.html.fromstring(standing.text("source/tests/test_play.html"))
    assert page.findtext(".//h1") == "tests/test_play.py"
    assert next(page.iter("link")).get("href") == "../../_static/pygments.css"


def line(page, number):
    return page.get_element_by_id(f"L-{number}")


def test_a_line_leads_back_to_its_step_and_a_file_to_its_algorithms(standing):
    page = lxml.html.fromstring(standing.text("source/toys/play.html"))
    back = {
        number: [
            (each.text, each.get("href"), each.get("class"))
            for each in line(page, number).xpath("a[2]")
        ]
        for number in (1, 4, 11, 12, 14, 41)
    }
    play = "../../standard/toys/play.html"
    assert back == {
        1: [],
        4: [("play(toy)", play, "back first")],
        11: [("play(toy)", play, "back")],
        12: [("play(toy), step 1", f"{play}#step-1", "back")],
        14: [("play(toy), step 1", f"{play}#step-1", "back")],
        41: [],
    }
    assert line(page, 14).text_content().rstrip() == "14    take(toy)play(toy), step 1"
    assert words(page.find(".//header")) == (
        "The reading room toys/play.py This file carries out play(toy), rest()."
    )
    assert page.find_class("home")[0].get("href") == "../../index.html"
    page = lxml.html.fromstring(standing.text("source/tests/test_play.html"))
    assert words(page.find(".//header")) == (
        "The reading room tests/test_play.py This file tests play(toy)."
    )


def test_a_line_of_a_draft_that_is_not_carried_out_leads_nowhere(tmp_path):
    house = House(tmp_path)
    dolls = '@algorithm("doll-dress", "dress()")\ndef dress():\n    # 1. Dress.\n    dress()\n'
    house.write({**FILES, "toys/dolls.py": dolls})
    lines = algorithms_of_lines(Room(tmp_path, tmp_path / "toys"))
    assert lines[tmp_path / "toys/dolls.py"] == {}
    assert lines[tmp_path / "toys/play.py"][12].text == "play(toy), step 1"


def test_in_a_chapter_it_has_its_name_and_may_be_cut_short(build):
    built = build("```{algorithm} play(toy)\n:steps: 2\n```\n\n```{algorithm} rest\n:bare:\n```")
    assert built.warnings == ""
    play, rest = built.page("chapter.html").find_class("in-prose")
    assert [words(each) for each in play.find_class("words")] == [
        "2. Turn it.",
        "2.1. Turn it to the left.",
    ]
    assert words(play.find_class("algorithm-heading")[0]) == "play(toy) Toys Standard, 1.1 · method"
    assert [words(each) for each in rest.find_class("words")] == ["Rest."]
    assert not play.find_class("surroundings") + rest.find_class("surroundings")


def test_what_is_not_there_is_a_warning(build):
    wrong = [
        ("```{algorithm} plya\n```", "no algorithm is called 'plya'; write 'toy-play'"),
        ("```{algorithm} xyz\n```", "no algorithm is called 'xyz'; `whatwg-websockets spec list`"),
        ("{algorithm}`plya`", "no algorithm is called 'plya'; write 'toy-play'"),
        ("{algorithm}`sleep`", "more than one algorithm is called 'sleep'; write 'toy-sleep' or"),
        ("{algorithm}`dress()`", "no algorithm is called 'dress()'"),
        ("```{algorithm} play(toy)\n:steps: 4\n```", "play(toy) has no step 4; write one of"),
        ("{position}`turns`", "no position is called 'turns'; write 'turn'"),
        ("{position}`xyz`", "no position is called 'xyz' ["),
        ("{source}`play.py:pay`", "there is no 'play.py:pay'"),
        ("{source}`pay.py`", "there is no 'pay.py'"),
        ("```{timeline} two\n```", "no recording is called 'two'"),
    ]
    built = build("\n\n".join(f"## Part {n}\n\n{part}" for n, (part, _) in enumerate(wrong)))
    warnings = built.warnings.splitlines()
    assert len(warnings) == len(wrong)
    for line, (_, warning) in zip(warnings, wrong, strict=True):
        assert f": WARNING: {warning}" in line


def test_links_of_a_chapter(build):
    links = [
        ("{algorithm}`play`", "play(toy)", "standard/toys/play.html"),
        ("{algorithm}`games <toys/play>`", "games", "standard/toys/play.html"),
        ("{position}`turn`", "Whose turn is it?", "positions/turn.html"),
        ("{position}`that one <turn>`", "that one", "positions/turn.html"),
        ("[≠](../spec/positions/turn.md)", "≠", "positions/turn.html"),
        ("[all](../spec/positions/README.md)", "all", "positions/index.html"),
        ("{source}`play.py:play`", "play.py:play", "source/toys/play.html#L-4"),
        ("{source}`toys/play.py:7`", "toys/play.py:7", "source/toys/play.html#L-7"),
        ("{source}`the code <play.py>`", "the code", "source/toys/play.html"),
    ]
    built = build("\n\n".join(f"- {part}" for part, _, _ in links))
    assert built.warnings == ""
    found = [
        (each.text_content(), each.get("href")) for each in built.page("chapter.html").iter("a")
    ]
    wanted = [(text, target) for _, text, target in links]
    assert [each for each in found if each in wanted] == wanted


def test_what_the_reference_documents_links_to_its_code(build, monkeypatch):
    def play(): ...

    play.__module__ = "toys.play"
    monkeypatch.setitem(sys.modules, "toys", SimpleNamespace(play=play, other=play))
    names = "\n".join(f".. py:function:: {name}()\n" for name in ("play", "other", "unknown"))
    built = build(f"```{{eval-rst}}\n.. py:module:: toys\n\n{names}\n```")
    play, other, unknown = built.page("chapter.html").find_class("sig")
    assert play.find_class("source-link")[0].get("href") == "source/toys/play.html#L-4"  # type: ignore[attr-defined]
    assert not other.find_class("source-link") + unknown.find_class("source-link")


def cells(page) -> list[list[str]]:
    return [
        [words(cell) for cell in row.iter("td")]
        for row in page.iter("tr")
        if row.find("td") is not None
    ]


def test_the_indices_count_what_the_check_counts(standing):
    index = standing.page("standard/index.html")
    assert cells(index) == [
        ["Games Standard", "1", "", "0", "0", "0", "1"],
        ["RFC 1: Rules", "", "1", "0", "0", "0", "1"],
        ["Toys Standard", "4", "1", "5", "0", "1", "7"],
    ]
    assert "Watched, but not carried out: Dolls Standard (draft)." in words(index)
    assert cells(standing.page("standard/toys/index.html")) == [
        ["1.1", "play(toy)", "4", "", "1", "5", "2", "1", "1", "method"],
        ["1.2", "rest()", "", "", "", "", "", "", "", "feedback"],
        ["1.3", "sleep", "", "", "", "1", "", "", "", "getter"],
        ["", "sleep", "", "", "", "", "", "", "", "setter"],
    ]
    assert cells(standing.page("standard/toys/requirements.html")) == [
        [
            "2",
            "toys-tidy",
            "requirement",
            "Everything goes back into its box.",
            "play.py:13 play.py:30",
        ]
    ]
    assert "1 things" in words(standing.page("standard/rfc1/index.html"))
    assert not (standing.folder / "standard/games/requirements.html").exists()
    assert not (standing.folder / "standard/dolls").exists()


def test_a_draft_is_called_one_wherever_it_is_shown(build):
    draft = INDEX.replace("date =", 'draft = "pull request 7 of toys/toys"\ndate =', 1)
    built = build(**{"toys/play.py": TOYS, "spec/toys.toml": draft + MORE})
    label = "Toys Standard (draft at 1)"
    assert [label, "4"] in [row[:2] for row in cells(built.page("standard/index.html"))]
    toys = words(built.page("standard/toys/index.html"))
    assert toys.startswith(label)
    assert "This is a draft, pull request 7 of toys/toys, at commit 1." in toys
    assert f"{label}, 1.1" in words(built.page("standard/toys/play.html"))
    assert label in words(built.page("standard/toys/requirements.html"))


CHANGES = """\
[changes]
standard = "toys"
version = "1"
draft = "games"
draft_version = "1"

[[change]]
how = "changed"
anchor = "toy-play"
name = "play(toy)"
step = "1"
now = "1"
hash = "0123456789ab"
kin = "GAME#1"
words = "Both `hands` are needed."

[[change]]
how = "moved"
anchor = "toy-play"
name = "play(toy)"
step = "2"
now = "GAME#1"
hash = "0123456789ab"

[[change]]
how = "moved"
anchor = "toy-play"
name = "play(toy)"
step = "3b"
now = "3a"
hash = "0123456789ab"

[[change]]
how = "came"
anchor = "toy-rest"
name = "rest()"
now = "1"
hash = "0123456789ab"
words = "Whoever rests sits down first."

[[change]]
how = "went"
anchor = "toy-rest"
name = "rest()"
step = "9"
words = "Nobody says good night."
"""


def test_what_would_become_of_each_step_if_a_draft_landed(build):
    game = read_index(build.folder / "spec")[-3:]
    anchor = next(each.algorithms[0].anchor for each in game if each.id == "games")
    name = next(each.algorithms[0].name for each in game if each.id == "games")
    built = build(**{"spec/games.changes.toml": CHANGES.replace("GAME", anchor)})
    drift = built.page("standard/drift.html")
    assert [each.text for each in drift.iter("h1")] == ["If a draft landed"]
    rows = [[words(side) for side in row.find_class("words")] for row in drift.find_class("step")]
    assert [row for row in rows if row] == [
        [
            "1. Take it out. play.py:12",
            f"changed; much like step 1 of {name} Both hands are needed.",
        ],
        ["2. Turn it. play.py:15", f"moved to step 1 of {name} The words stay the same."],
        ["3b. there are no dolls. play.py:19", "moved to step 3a Only the number changes."],
        ["Today there is no such step.", "new as step 1 Whoever rests sits down first."],
        ["9.", "taken out Nobody says good night."],
    ]
    said = words(drift)
    assert "1 changed, 1 new, 1 taken out and 2 moved." in said
    assert "of 1 steps, is carried out already, for its own interfaces only." in said
    assert built.links("standard/index.html")["if a draft landed"] == "drift.html"
    watched = CHANGES.replace('draft = "games"', 'draft = "dolls"').replace("GAME", "doll-dress")
    built = build(**{"spec/games.changes.toml": watched})
    said = words(built.page("standard/drift.html"))
    assert "carried out already" not in said
    assert "moved to step 1 of dress()" in said
    link = "https://dolls.example/#doll-dress"
    assert built.links("standard/drift.html")["dress()"] == link, "it has no page of its own"


def test_without_a_draft_there_is_no_page_of_what_it_would_change(standing):
    assert not (standing.folder / "standard/drift.html").exists()


def test_the_marks_stand_on_pages_of_their_own(build):
    code = TOYS.replace("    # 2. Turn it.\n", "    # 2. not built: `nobody` turns it yet.\n")
    index = INDEX + MORE.replace(
        'kind = "getter"\n', 'kind = "getter"\nstatus = "not built"\nreason = "Nobody is tired."\n'
    )
    built = build(
        "A {mark}`not built` and a {mark}`lie`.",
        **{"toys/play.py": code, "spec/toys.toml": index, "spec/outside.toml": OUTSIDE},
    )
    assert built.warnings == ""
    marks = built.page("standard/marks.html")
    assert cells(marks) == [
        ["carried out", "4"],
        ["not built", "2"],
        ["n/a", "1"],
        ["1.1", "play(toy)", "2", "not built", "nobody turns it yet.", "play.py:15"],
        ["1.1", "play(toy)", "3b", "n/a", "there are no dolls.", "play.py:19"],
        ["1.1", "play(toy)", "9", "n/a", "nor there.", "play.py:31"],
        ["1.3", "sleep", "its one step", "not built", "Nobody is tired.", "index"],
        ["2", "", "Everything goes back into its box.", "n/a", "nobody is here.", "play.py:30"],
    ]
    tags = {each.text_content(): each.get("class").split() for each in marks.find_class("tag")}
    assert {name: classes[-1] for name, classes in tags.items()} == {
        "carried out": "mark-carried-out",
        "not built": "mark-not-built",
        "n/a": "mark-n-a",
    }
    assert cells(built.page("standard/not-built.html")) == [
        ["1.1", "play(toy)", "2", "nobody turns it yet.", "play.py:15"],
        ["1.3", "sleep", "its one step", "Nobody is tired.", "index"],
    ]
    outside = built.page("standard/outside.html")
    assert cells(outside) == [
        ["lie", "It is odd.", "not built"],
        ["climb, reach for", "Nobody here has a shelf.", ""],
    ]
    assert "Later work builds 1 of them." in words(outside)
    assert built.links("standard/outside.html")["climb"] == "https://shelf.example/#climb"
    sleep = words(built.page("standard/toys/sleep-toy-sleep.html"))
    assert sleep.endswith("not built Nobody is tired. Its steps are 1.")
    assert "A not built and a lie." in words(built.page("chapter.html"))


def test_a_position(standing):
    page = standing.page("positions/turn.html")
    assert words(page.find(".//h1")).startswith("Whose turn is it?")
    assert cells(page) == [
        ["About", "play(toy) dolls doll-dress games chess"],
        ["Code", "play.py:play"],
        ["Tests", "tests/test_play.py::test_turn"],
        ["Browsers", "Chromium 150 Firefox 99"],
        ["Page", "differs"],
        ["Wire", "same"],
        ["When", "not compared"],
        ["Not built", "not compared"],
    ]
    links = standing.links("positions/turn.html")
    assert links["play(toy)"] == "../standard/toys/play.html"
    assert links["dolls doll-dress"] == "https://dolls.example/#doll-dress"
    assert links["tests/test_play.py::test_turn"] == "../source/tests/test_play.html#L-4"
    assert links["the other"] == "other.html"


def test_the_list_of_positions_has_them_as_their_readme_groups_them(standing):
    page = standing.page("positions/index.html")
    assert [words(each)[:6] for each in page.iter("h2")] == ["Turns¶", "Others"]
    assert cells(page) == [
        [
            *("Whose turn is it?", "play(toy) dolls doll-dress games chess"),
            *("differs", "same", "not compared", "not compared"),
        ],
        ["The other", "go()", *["not compared"] * 4],
    ]


def test_a_recording(build):
    built = build("```{sequence} one\n```\n\n```{timeline} one\n```")
    assert built.warnings == ""
    page = built.page("chapter.html")
    rows = [(row.get("class").split()[1], words(row)) for row in page.find_class("row")]
    assert rows == [
        ("heads", "page connection server"),
        ("call", "play(toy)"),
        ("state", "CONNECTING"),
        ("out", "text, 2 bytes: 'it''s'"),
        ("state", "OPEN"),
        ("in", "Ping"),
    ]
    assert page.find(".//iframe").get("src") == "recordings/one.html"
    assert "sequenceDiagram" in page.find_class("highlight-text")[0].text_content()
    timeline = built.text("recordings/one.html")
    assert "toys/play.py:12" in timeline, "where the step is now"
    assert '"page": "../standard/toys/play.html"' in timeline
    assert 'id="docs"' not in timeline, "no chapter has the name of the recording"


def test_a_recording_leads_back_to_the_chapter_of_its_name(build):
    built = build(**{"docs/one.md": "# One & one\n\n```{timeline} one\n```\n"})
    timeline = built.text("recordings/one.html")
    assert '<a id="docs" href="../one.html" target="_top">← One &amp; one</a>' in timeline


def test_another_builder_has_the_words(build):
    built = build("{source}`play.py`\n\n```{timeline} one\n```\n", builder="text")
    assert built.warnings == ""
    assert "play.py" in built.text("chapter.txt")
    assert 'Take "it" out.' in built.text("standard/toys/play.txt")
    assert not (built.folder / "source").exists()


def test_what_has_changed_is_built_anew_and_nothing_else(build):
    def times() -> dict[str, int]:
        pages = (build.folder / "docs" / "standard").rglob("*.md")
        return {path.name: path.stat().st_mtime_ns for path in pages}

    build()
    before = times()
    (build.folder / "docs/positions/gone.md").write_text("# Gone\n")
    built = build(**{"toys/play.py": TOYS.replace("Turn it to the left.", "Turn it to the right.")})
    assert "Turn it to the right." in words(built.page("standard/toys/play.html"))
    assert times() == before
    assert not (build.folder / "docs/positions/gone.md").exists()


def test_where_nothing_has_changed_nothing_is_read_again(build):
    build()
    page = build.folder / "docs/_build/html/standard/toys/play.html"
    before = page.stat().st_mtime_ns
    Built(House(build.folder), "html")
    assert page.stat().st_mtime_ns == before


def test_a_build_that_fails_writes_no_pages(build, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("sphinx.builders.html.StandaloneHTMLBuilder.write_documents", fail)
    with pytest.raises(ZeroDivisionError):
        build()
    assert not (build.folder / "docs/_build/html/source").exists()


def test_the_line_of_a_name():
    module = (
        "import x\nA = 1\nB: int = 2\nclass C:\n    D = 1\n    async def e(self):\n        pass"
    )
    names = ("A", "B", "C", "C.D", "C.e", "e", "x", "C.f")
    assert [line_of(module, name) for name in names] == [2, 3, 4, 5, 6, 6, None, None]


def test_long_names_may_be_broken():
    assert breakable("ReadableStreamCancel(a_b)") == "Readable<wbr>Stream<wbr>Cancel(a\\_b)"
    assert breakable("sendBeacon()") == "sendBeacon()"


def test_names_in_urls_and_in_markdown():
    assert slug("append a request `Origin` header") == "append-a-request-origin-header"
    assert md("[a](b) `c` *d* _e_ <f> #g") == r"\[a\](b) \`c\` \*d\* \_e\_ \<f\> \#g"


# Our own house.


@pytest.fixture(scope="module")
def ours() -> Room:
    return Room(ROOT, ROOT / "src" / "whatwg_websockets")


def test_each_algorithm_of_ours_has_a_page_of_its_own(ours):
    assert len(set(ours.pages.values())) == len(ours.pages)
    first = ["websockets", "rfc6455", "rfc7692", "websocketstream-draft"]
    assert [each.id for each in ours.standards][:4] == first
    for algorithm, page in ours.pages.items():
        assert ours.algorithm(page.removeprefix("standard/")) is algorithm
    assert ours.pages[ours.algorithm("close(code, reason)")] == "standard/websockets/close"
    with pytest.raises(NotFound):
        ours.algorithm("websockets/closing")


def test_each_position_of_ours_has_a_page_and_code_that_is_there(ours):
    assert len(ours.positions) == len(list((ROOT / "spec/positions").glob("*.md"))) - 1
    assert len(dict(pages_of_positions(ours))) == len(ours.positions) + 1
    for position in ours.positions.values():
        for target in (*position.code, *position.tests):
            assert ours.place(target), f"{position.path.name}: {target}"


RECORDING = ROOT / "docs/recordings/one-connection.jsonl"


@pytest.mark.parametrize(
    "recording", sorted(RECORDING.parent.glob("*.jsonl")), ids=lambda path: path.stem
)
def test_a_recording_is_of_the_code_as_it_is(ours, recording):
    known = {
        (function.anchor, function.name, step.number)
        for source in ours.sources
        for function in source.functions
        for step in function.steps
    }
    for entry in read(recording):
        is_of_requirements = entry.number.startswith("§ ")
        step = (entry.anchor, entry.algorithm, entry.number)
        ids = numbers_in(entry.number[2:])[0] if is_of_requirements else ()
        is_known = step in known if entry.number and not is_of_requirements else True
        assert is_known, f"{step} is no more: make recording, and read its page again"
        assert set(ids) <= set(ours.requirements), f"{ids} are no more: make recording"


def test_the_recording_goes_as_the_page_tells_it(ours):
    rows = list(rows_of(ours, read(RECORDING)))
    assert [row.text for row in rows if row.kind == "state"] == [
        "CONNECTING",
        "OPEN",
        "CLOSING",
        "CLOSED",
    ]
    told = [row.text.partition(",")[0] for row in rows if row.kind in ("in", "out")]
    assert told == [
        "GET /room HTTP/1.1",
        "HTTP/1.1 101 Switching Protocols",
        *("Ping", "Pong", "text", "text", "Close", "Close"),
    ]
    kinds = [row.text for row in rows]
    pong = next(text for text in kinds if text.startswith("Pong, 6 bytes: ") and "there?" in text)
    assert kinds.index(pong) < kinds.index("OPEN")
    texts = [text for text in kinds if text.startswith("text, ")]
    assert [text.partition(":")[0] for text in texts] == [
        "text, 28 bytes, compressed",
        "text, 37 bytes, compressed",
    ]
    assert "hello, hello, hello" in texts[0]
    assert "you said: hello, hello, hello" in texts[1]
    events = [entry.text for entry in read(RECORDING) if entry.kind == "event"]
    assert [text.partition(":")[0] for text in events] == ["open", "message", "close"]
    amounts = {entry.state.buffered_amount for entry in read(RECORDING) if entry.state}
    assert amounts == {0, 38}


def test_the_picture_of_a_connection_leads_to_pages_and_says_what_it_shows(ours):
    picture = lxml.html.parse(ROOT / "docs/_diagrams/connection.html")
    chapters = {f"{path.stem}.html" for path in (ROOT / "docs").glob("*.md")}
    pages = chapters | {f"{page}.html" for page in ours.pages.values()}
    links = set(picture.xpath("//a/@href"))
    assert len(links) > 10
    assert links <= pages
    [svg] = picture.xpath("//svg")
    assert svg.get("aria-labelledby").split() == [
        each.get("id") for each in (*svg.xpath("title"), *svg.xpath("desc"))
    ]


def test_the_first_page_has_a_card_for_each_reader_and_hides_its_lists():
    text = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    assert text.count("{container} card\n") == 4
    assert text.count("```{toctree}\n:hidden:\n") == text.count("```{toctree}")
