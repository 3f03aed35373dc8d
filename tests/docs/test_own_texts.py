"""The standards' own texts stand beside the steps only in a build that has their sources."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import lxml.html
import pytest

pytest.importorskip("sphinx", reason="what the docs are made with is installed by: make test")

from sphinx.application import Sphinx

from reading_room.own_texts import NoTexts, files_in, read_texts
from support.games import CHANGES, CODE, COOK, COOKING, DATA, DRAFT, TEXT, whole_index
from support.in_chromium import chromium_or_skip
from whatwg_websockets.steps.index import read_index
from whatwg_websockets.steps.passages import hash_of
from whatwg_websockets.steps.upstream import read_upstream

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]

ROOT = Path(__file__).parents[2]

OWN = "If toy is a box, then open it."
"""Words that only the standard has."""

MORE = """

@algorithm("cook", "cook")
def cook():
    # 1. Stir the soup.
    stir()
"""


@pytest.fixture
def house(tmp_path):
    """A checkout of the Games, beside a folder of texts."""
    files = {
        "spec/games.toml": whole_index(read_upstream(TEXT)),
        "spec/cooking.toml": COOKING,
        "games/play.py": CODE + MORE,
        "docs/index.md": "# House\n\n```{toctree}\nstandard/index\npositions/index\n```\n",
        "texts/games.bs": TEXT,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def build(house: Path, texts: str = "", builder: str = "html") -> Path:
    """Build the pages, and return their folder."""
    docs = house / "docs"
    pages = docs / "_build" / builder
    app = Sphinx(
        docs,
        None,
        pages,
        docs / "_build" / "doctrees",
        builder,
        {
            "extensions": ["myst_parser", "reading_room"],
            "reading_room_root": str(house),
            "reading_room_package": "games",
            "reading_room_texts": texts and str(house / texts),
            "exclude_patterns": ["_build"],
            "myst_enable_extensions": ["colon_fence"],
            "html_theme": "basic",
        },
        status=None,
        warning=io.StringIO(),
    )
    app.build()
    return pages


def page(pages: Path, name: str):
    text = (pages / name).read_text(encoding="utf-8")
    [main] = lxml.html.fromstring(text).find_class("body")
    return main


def words(element) -> str:
    return " ".join(element.text_content().split())


def files_with(folder: Path, text: str) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    )


PLAY = "standard/games/play.html"


def test_each_step_has_the_standards_words_beside_ours(house):
    pages = build(house, "texts")
    play = page(pages, PLAY)
    pairs = [
        [words(side) for side in pair if "container" in side.get("class", "")]
        for pair in play.find_class("pair")
    ]
    assert ["1. Out of the box.", f"1. {OWN}"] in pairs
    assert ["2.1. Off.", "2.1. Run. And jump."] in pairs
    assert ["4. With both hands.", "4. Return (x, toy) with: • one hand, • the other hand."] in [
        [one, re.sub("with:•", "with: •", two).replace(",•", ", •")] for one, two in pairs
    ]
    [about] = play.find_class("about-text")
    assert words(about) == (
        "The text of games.bs. Its steps are those of version 1, which the code follows."
    )
    [rest] = play.find_class("rest-of-text")
    assert words(rest).startswith("The text of the steps without code 2.1.1. Higher. 2.2. Stop.")


def test_a_switch_shows_it(house):
    pages = build(house, "texts")
    play = page(pages, PLAY)
    [box] = list(play.iter("input"))
    assert (box.get("type"), box.get("role")) == ("checkbox", "switch")
    assert words(box.getparent()) == "The standard's own text"
    text = (pages / PLAY).read_text(encoding="utf-8")
    for name in ("own-text.js", "own-text.css"):
        assert f"_static/{name}" in text
        assert (pages / "_static" / name).is_file()


def test_a_page_without_a_text_has_no_switch(house):
    pages = build(house, "texts")
    cook = page(pages, "standard/cooking/cook.html")
    assert not cook.find_class("own-text") + cook.find_class("own-text-switch")
    assert "Stir the soup." in words(cook)


def test_steps_that_are_not_as_indexed_are_marked(house):
    newer = TEXT.replace(" |how| is ", " |how| was ").replace(" |toy| is a [=", " a |toy| is [=")
    newer = newer.replace("  1. Run.", "  1. Wake.\n  1. Run.")
    (house / "texts/games.bs").write_text(newer, encoding="utf-8")
    play = page(build(house, "texts"), PLAY)
    [about] = play.find_class("about-text")
    said = "The text of games.bs, compared with version 1, which the code follows: 2 changed,"
    assert words(about) == f"{said} 1 came, 3 moved."
    changed = [words(each) for each in play.find_class("text-changed")]
    assert changed == [
        "changed",
        "changed",
        "now step 2.2",
        "now step 2.2.1",
        "now step 2.3",
        "came",
    ]
    assert "Steps that the index does not have 2.1. came Wake." in words(play)


def test_a_step_that_is_gone(house):
    (house / "texts/games.bs").write_text(TEXT.replace(" 1. Tidy up.\n", ""), encoding="utf-8")
    pages = build(house, "texts")
    over = page(pages, "standard/games/the-game-ends.html")
    assert "1. not in this text" in words(over)


def test_an_algorithm_that_is_not_built_has_its_text(house):
    path = house / "spec/games.toml"
    before, after = path.read_text(encoding="utf-8").split('anchor = "winning"', 1)
    not_built = 'status = "not built"\nreason = "Nobody ever wins."\n\n[algorithm.steps]'
    after = after.replace("[algorithm.steps]", not_built, 1)
    path.write_text(f'{before}anchor = "winning"{after}', encoding="utf-8")
    assert "1. Smile." in words(page(build(house, "texts"), "standard/games/win.html"))


def test_without_the_folder_nothing_of_it_is_built(house):
    pages = build(house)
    assert not files_with(house / "docs", OWN)
    assert not files_with(pages, "own-text")
    assert not (pages / "_static/own-text.js").exists()


def test_a_later_build_without_the_folder_takes_the_text_away_again(house):
    pages = build(house, "texts")
    assert files_with(pages, OWN)
    assert not files_with(house / "docs" / "standard", OWN), "the generated Markdown has no text"
    assert build(house) == pages
    assert not files_with(house / "docs", OWN)
    assert not files_with(pages, "own-text")


def test_what_changes_in_the_folder_is_built_anew(house):
    build(house, "texts")
    newer = TEXT.replace("* one hand,", "* no hand,")
    (house / "texts/games.bs").write_text(newer, encoding="utf-8")
    assert "no hand," in words(page(build(house, "texts"), PLAY))


def test_another_builder_shows_the_text_without_a_switch(house):
    pages = build(house, "texts", "text")
    text = (pages / "standard/games/play.txt").read_text(encoding="utf-8")
    assert OWN in text
    assert "checkbox" not in text


# The folder.


def standards_of(house: Path):
    return read_index(house / "spec")


def test_of_several_texts_that_with_the_steps_of_the_index_is_taken(house):
    (house / "texts/a.bs").write_text(TEXT.replace(" |how| is ", " |how| was "))
    (house / "texts/deeper").mkdir()
    shutil.copy(DATA / "games.html", house / "texts/deeper/z.html")
    (house / "texts/cook.htm").write_text(COOK)
    (house / "texts/README.md").write_text(TEXT)
    assert [path.name for path in files_in(house / "texts")] == [
        *("a.bs", "cook.htm", "z.html", "games.bs"),
    ]
    texts = read_texts(house / "texts", standards_of(house))
    assert {id_: own.name for id_, own in texts.items()} == {
        "games": "games.bs",
        "cooking": "cook.htm",
    }


def test_among_equal_texts_the_name_decides(house):
    for name in ("a.bs", "zoo.bs"):
        shutil.copy(house / "texts/games.bs", house / "texts" / name)
    assert read_texts(house / "texts", standards_of(house))["games"].name == "games.bs"


@pytest.mark.parametrize(
    ("folder", "problem"),
    [
        ("nowhere", "is not a folder; name one that has sources of standards"),
        ("games", "has no text of a standard of the index; put a source that Bikeshed reads (.bs)"),
    ],
)
def test_a_folder_without_any_text_is_refused(house, folder, problem):
    with pytest.raises(
        NoTexts, match=f"SPEC={re.escape(str(house / folder))} {re.escape(problem)}"
    ):
        read_texts(house / folder, standards_of(house))


def test_a_file_that_cannot_be_read_is_named(house, monkeypatch):
    def refuse(self, **_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    problem = r"games\.bs cannot be read: Permission denied; make it readable, or take it away"
    with pytest.raises(NoTexts, match=problem):
        read_texts(house / "texts", [])


def test_a_build_of_such_a_folder_ends_with_one_line_and_the_status_2(house, capsys):
    with pytest.raises(SystemExit) as ended:
        build(house, "games")
    assert ended.value.code == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert said.startswith(f"SPEC={house / 'games'} has no text of a standard of the index;")
    assert len(said.splitlines()) == 1


def test_the_command_ends_so_too(house):
    (house / "docs/conf.py").write_text(
        "extensions = ['myst_parser', 'reading_room']\nreading_room_package = 'games'\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "-q", "-b", "html"),
            *("-D", f"reading_room_texts={house / 'nowhere'}"),
            *(str(house / "docs"), str(house / "docs/_build/html")),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "docs" / "_ext")},
    )
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith(f"SPEC={house / 'nowhere'} is not a folder;")


# What a draft would change.

DRAFT_INDEX = f"""{DRAFT}\
[[algorithm]]
anchor = "get-ready"
name = "get ready"
section = "3"
kind = "algorithm"
[algorithm.steps]
"1" = "{{ready}}"
"2" = "{{ready}}"
"""

ALL_CHANGES = f"""{CHANGES}
[[change]]
how = "moved"
anchor = "dom-game-play"
name = "play(toy, how)"
step = "1"
now = "get-ready#1"
hash = "{{ready}}"

[[change]]
how = "came"
anchor = "dom-game-play"
name = "play(toy, how)"
now = "5"
hash = "{{came}}"
words = "The game ends with a bow."
"""

READY = """

@algorithm("get-ready", "get ready")
def get_ready():
    # 1. The box is opened first.
    open_box()
    # 2. The toy is taken out.
    take()
"""


@pytest.fixture
def drafted(house):
    """The same house, with a draft and its text."""
    ready, changed, came = (hash_of(each) for each in (OWN, 'If how was "fast":', "Bow."))
    newer = TEXT.replace(" |how| is ", " |how| was ").replace(
        "   * the other hand.\n", "   * the other hand.\n 1. Bow.\n"
    )
    ready_steps = (
        "<div algorithm='get ready'>\nTo <dfn>get ready</dfn>:\n\n"
        " 1. If |toy| is a [=toys/box|box=], then [=open=] it.\n</div>\n\n"
    )
    newer = newer.replace("<p class=warning>", f"{ready_steps}<p class=warning>")
    (house / "spec/games-draft.toml").write_text(DRAFT_INDEX.format(ready=ready))
    changes = ALL_CHANGES.format(ready=ready, changed=changed, came=came)
    (house / "spec/games-draft.changes.toml").write_text(changes)
    (house / "games/ready.py").write_text(READY)
    (house / "texts/draft.bs").write_text(newer)
    return house


def test_the_page_of_the_drift_has_our_words_and_the_code(drafted):
    drift = page(build(drafted), "standard/drift.html")
    rows = [[words(side) for side in row.find_class("words")] for row in drift.find_class("step")]
    assert [row for row in rows if row] == [
        ["2. Quick. play.py:8", "changed The speed is past."],
        [
            "1. Out of the box. play.py:6",
            "moved to step 1 of get ready The words stay the same."
            " Our code for the draft: The box is opened first.",
        ],
        ["Today there is no such step.", "new as step 5 The game ends with a bow."],
    ]
    links = {each.text_content(): each.get("href") for each in drift.iter("a")}
    assert links["play(toy, how)"] == "games/play.html"
    assert links["get ready"] == "games-draft/get-ready.html"
    assert links["play.py:8"] == "../source/games/play.html#L-8"
    assert not drift.find_class("own-text") + drift.find_class("own-text-switch")


def test_with_the_texts_it_has_what_each_step_says_and_would_say(drafted):
    drift = page(build(drafted, "texts"), "standard/drift.html")
    said = [words(each) for each in drift.find_class("own-text")]
    assert said == [
        "Was: If how is “fast”: Now: If how was “fast”:",
        OWN,
        "Now: Bow.",
    ]
    assert [words(each) for each in drift.iter("del")] == ["is"]
    assert [words(each) for each in drift.iter("ins")] == ["was"]
    assert len(drift.find_class("own-text-switch")) == 1


def test_the_text_of_one_of_the_two_is_not_enough(drafted):
    (drafted / "texts/draft.bs").unlink()
    drift = page(build(drafted, "texts"), "standard/drift.html")
    assert not drift.find_class("own-text") + drift.find_class("own-text-switch")


# The switch, in a browser.

VISITS = """<!DOCTYPE html>
<meta charset="utf-8">
<script>
const visit = (page) => new Promise((done) => {
  const frame = document.createElement("iframe");
  frame.onload = () => done(frame.contentDocument);
  frame.src = page;
  document.body.append(frame);
});
const look = (page) => {
  const box = page.querySelector(".own-text-switch input");
  const text = page.querySelector(".own-text");
  const shown = page.defaultView.getComputedStyle(text).display !== "none";
  return [box.checked, shown];
};
addEventListener("load", async () => {
  const found = [];
  const first = await visit("PLAY");
  found.push(look(first));
  first.querySelector(".own-text-switch input").focus();
  found.push(first.activeElement.getAttribute("role"));
  first.querySelector(".own-text-switch input").click();
  found.push(look(first));
  const second = await visit("OTHER");
  found.push(look(second));
  second.querySelector(".own-text-switch input").click();
  found.push(look(await visit("PLAY")));
  const said = document.createElement("samp");
  said.textContent = JSON.stringify(found);
  document.body.append(said);
});
</script>
"""


def test_what_the_switch_is_set_to_holds_for_the_next_page(house, tmp_path):
    path = chromium_or_skip()
    pages = build(house, "texts")
    over = (pages / "standard/games/the-game-ends.html").as_uri()
    driver = tmp_path / "visits.html"
    play = (pages / PLAY).as_uri()
    driver.write_text(VISITS.replace("PLAY", play).replace("OTHER", over), encoding="utf-8")
    done = subprocess.run(
        [
            *(path, "--headless", "--no-sandbox", "--disable-gpu"),
            *(f"--user-data-dir={tmp_path / 'profile'}", "--allow-file-access-from-files"),
            *("--virtual-time-budget=10000", "--dump-dom", driver.as_uri()),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    [said] = lxml.html.fromstring(done.stdout).xpath("//samp")
    assert json.loads(said.text) == [
        [False, False],
        "switch",
        [True, True],
        [True, True],
        [False, False],
    ]
