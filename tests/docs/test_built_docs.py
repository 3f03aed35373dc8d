"""The checks of all built pages find content that is cut off, and broken links."""

import pytest

from support import built_docs
from support.in_chromium import chromium_or_skip
from websocket_conformance.errors import MissingError

WIDE = '<div style="width: 600px; height: 2em; background: red">wide</div>'

PAGES = {
    "index.html": '<h1 id="here">Here</h1><a href="#here">a</a><a href="sub/page.html#there">b</a>',
    "sub/page.html": '<p id="there">There</p><a href="../index.html">a</a><a href="#top">b</a>',
    "scrolls.html": f'<div style="overflow-x: auto">{WIDE}</div>',
    "wide.html": WIDE,
    "left.html": '<p style="position: relative; left: -50px">Too far to the left</p>',
    "cut.html": f'<div style="overflow: hidden"><pre>{"word " * 50}</pre></div>',
    "_static/else.html": WIDE,
}


@pytest.fixture
def built(tmp_path):
    def write(**more: str):
        for name, body in (PAGES | more).items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            head = "<!DOCTYPE html><meta name=viewport content='width=device-width'>"
            path.write_text(f"{head}<style>body {{ margin: 0 }}</style><body>{body}</body>")
        return tmp_path

    return write


def test_a_page_that_reaches_beyond_the_edge_or_hides_what_is_there_is_found(built):
    chromium_or_skip()
    found = dict(built_docs.cut_off(built()))
    assert set(found) == set(PAGES) - {"_static/else.html"}
    assert found.pop("wide.html") == [
        "beyond the edge: div (wide)",
        "the page is 600 pixels wide",
    ]
    assert found.pop("left.html") == ["beyond the edge: p (Too far to the left)"]
    assert "cut off inside: div (word word word" in found.pop("cut.html")[0]
    assert set(map(tuple, found.values())) == {()}


def test_links_that_lead_nowhere_are_found(built):
    assert list(built_docs.dead_links(built())) == []
    folder = built(
        **{
            "bad.html": '<a href="gone.html">a</a><a href="index.html#gone">b</a>'
            '<a href="https://gone.example/">c</a><a href="style.css">d</a>'
        }
    )
    (folder / "style.css").touch()
    assert list(built_docs.dead_links(folder)) == [
        ("bad.html", "gone.html: no such file"),
        ("bad.html", "index.html#gone: nothing there has this id"),
    ]


def test_the_command_prints_what_is_wrong(built, capsys, monkeypatch):
    def found(*_):
        found = {query: [("", "", address)] for query, address in built_docs.SEARCHES.items()}
        return {**found, "1006": [], "7.1.6": [("", "", "no.html")]}

    folder = built(**{"bad.html": '<a href="gone.html">a</a>'})
    monkeypatch.setattr(built_docs, "cut_off", lambda _: [("wide.html", ["it is wide"])])
    monkeypatch.setattr(built_docs, "found_by_search", found)
    assert built_docs.main(folder) == 1
    assert capsys.readouterr().out.splitlines() == [
        "bad.html: gone.html: no such file",
        "search.html?q=1006: finds nothing first, instead of standard/rfc6455/"
        "the-websocket-connection-close-code.html#websockets-failure-1006",
        "search.html?q=7.1.6: finds no.html first, instead of standard/rfc6455/"
        "the-websocket-connection-close-reason.html#section-7-1-6",
        "wide.html: it is wide",
    ]


def test_and_says_so_where_nothing_is_built_or_no_browser_is_there(built, tmp_path, monkeypatch):
    def missing(_):
        raise MissingError("Chromium is not here.")

    assert built_docs.main(tmp_path / "nothing") == 2
    monkeypatch.setattr(built_docs, "wrong_searches", missing)
    assert built_docs.main(built()) == 3
