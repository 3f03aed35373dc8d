"""A trace as a page: what is in it, and what it needs."""

import json
import re

import pytest

from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.html import Back, as_html

CLOSE = ("close(code, reason)", "dom-websocket-close")

ENTRIES = [
    Entry(0.1, "algorithm", "Close it.", "websockets", *CLOSE),
    Entry(0.2, "step", "A step.", "websockets", *CLOSE, "1", values={"reason": "</script>"}),
    Entry(0.3, "step", "A step.", "websockets", *CLOSE, "1"),
    Entry(0.4, "frame", "Close, 0 bytes", "rfc6455", "Close", direction="out"),
]


def data_in(page, name):
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.S)
    assert found is not None
    return json.loads(found[1])


@pytest.fixture(scope="module")
def page():
    return as_html(
        ENTRIES,
        "wss://server.example/?a=<b>",
        address="../{}.html".format,
        back=Back("One & one", "../one.html"),
    )


def test_the_page_holds_the_whole_trace(page):
    assert data_in(page, "data") == [entry.as_dict() for entry in ENTRIES]
    assert "wss://server.example/?a=&lt;b&gt;" in page
    assert page.endswith("</html>\n")


def test_the_page_holds_what_stands_beside_each_entry_once(page):
    beside = data_in(page, "beside")
    assert beside["of"] == [0, 1, 1, 2]
    algorithm, step, frame = beside["what"]
    assert algorithm["code"].startswith("def close(")
    assert step["code"].startswith("if code is not MISSING")
    assert step["standard"] == "https://websockets.spec.whatwg.org/#dom-websocket-close"
    assert step["page"] == "../standard/websockets/close.html"
    assert frame == {}


def test_the_page_leads_back_where_it_belongs_to_another(page):
    assert '<a id="docs" href="../one.html" target="_top">← One &amp; one</a>' in page
    alone = as_html(ENTRIES, "")
    assert 'id="docs"' not in alone
    assert "page" not in data_in(alone, "beside")["what"][0]


def test_the_page_needs_nothing_else(page):
    assert "default-src 'none'" in page
    assert not re.search(r"<link|<img|<iframe|\bsrc=|@import|url\(|\bfetch\(", page)


def test_the_page_suits_light_dark_and_narrow_screens(page):
    assert "prefers-color-scheme: dark" in page
    assert "width=device-width" in page
    assert "prefers-reduced-motion" in page
