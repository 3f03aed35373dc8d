"""The page of a trace in Chromium, driven as a person drives it."""

import json

import pytest

from support.devtools import chromium
from support.waiting import wait_until
from whatwg_websockets.steps.trace.entry import Entry, State
from whatwg_websockets.steps.trace.html import Back, as_html

SEND = ("send(data)", "dom-websocket-send")

CONNECTING, OPEN = State(1, "CONNECTING", 1, 0), State(1, "OPEN", 0, 5)

ENTRIES = [
    Entry(0.001, "state", "CONNECTING", "websockets", state=CONNECTING),
    Entry(0.002, "http", "GET / HTTP/1.1", "fetch", direction="out", state=CONNECTING),
    Entry(0.003, "state", "CONNECTING → OPEN", "websockets", state=OPEN),
    Entry(0.004, "event", "open", "websockets", state=OPEN),
    Entry(0.005, "algorithm", "Send.", "websockets", *SEND, state=OPEN),
    Entry(0.006, "step", "Step one.", "websockets", *SEND, "1", state=OPEN),
    Entry(0.007, "step", "In between.", "fetch", "fetch", "concept-fetch", "1", state=OPEN),
    Entry(0.008, "step", "Step `two`.", "websockets", *SEND, "2", values={"a": "1"}, state=OPEN),
    Entry(0.009, "frame", "text, 5 bytes", "rfc6455", "text", direction="out", state=OPEN),
    Entry(0.010, "event", "message", "websockets", state=OPEN),
]

NOW = "[...document.querySelectorAll('li')].findIndex((row) => row.classList.contains('now'))"

PLAY = "document.getElementById('play').textContent"


def document():
    back = Back("One connection", "one.html")
    return as_html(ENTRIES, "ws://a.example/", address="docs/{}.html".format, back=back)


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    file = tmp_path_factory.mktemp("timeline") / "trace.html"
    file.write_text(document(), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def browser():
    with chromium() as page:
        yield page


@pytest.fixture
def page(browser, url):
    browser.look(1000, 800)
    browser.open(url)
    return browser


def test_each_key_leads_where_it_says(page):
    for key, place in [
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("f", 8),
        ("f", 8),
        ("F", 1),
        ("e", 3),
        ("e", 9),
        ("E", 3),
        ("s", 3),
        ("S", 2),
        ("S", 0),
        ("s", 2),
        ("End", 9),
        ("ArrowRight", 9),
        ("Home", 0),
        ("ArrowLeft", 0),
    ]:
        page.press(key)
        assert page.value(NOW) == place, key
    assert page.value("location.hash") == "#0"


def test_each_button_leads_where_it_says(page):
    for button, place in [
        ("#frame", 1),
        ("#frame", 8),
        ("#back", 7),
        ("#event", 9),
        ("li:first-child", 0),
        ("#state", 2),
        ("#on", 3),
    ]:
        page.click(button)
        assert page.value(NOW) == place, button
    assert page.value("document.querySelector('.states .is').textContent") == "OPEN"


def test_it_plays_at_a_speed_until_its_end(page):
    page.press("+", "+", "+", "+", " ")
    assert page.value("document.getElementById('speed').value") == "16"
    last = len(ENTRIES) - 1
    wait_until(lambda: page.value(NOW) == last and page.value(PLAY) == "Play")
    page.press("-", "-", "-", "-", "-", " ")
    assert page.value(PLAY) == "Pause"
    page.press("-", " ")
    assert page.value(PLAY) == "Play"
    assert page.value("document.getElementById('speed').value") == "0.25"


def test_the_keys_are_listed(page):
    page.press("?")
    assert page.value("document.getElementById('help').open")
    page.press("End")
    assert page.value(NOW) == 0, "the list has the keys while it is open"
    page.press("Escape")
    assert not page.value("document.getElementById('help').open")
    page.click("#keys")
    page.click("#help button")
    assert not page.value("document.getElementById('help').open")


def test_what_is_not_shown_is_passed_over(page):
    page.click("summary")
    boxes = "[...document.querySelectorAll('#filters label')].map((each) => each.textContent)"
    assert page.value(boxes) == [" steps", " websockets", " fetch"]
    page.click("#filters label:nth-child(3) input")
    page.press("f", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
    assert page.value(NOW) == 7
    page.click("#filters label:first-child input")
    page.press("ArrowLeft")
    assert page.value(NOW) == 4
    page.press("ArrowRight")
    assert page.value(NOW) == 8


def test_a_step_has_its_code_and_its_links(page, url):
    page.open(f"{url}#5")
    shown = "document.querySelector('li.now .more')"
    assert page.value(NOW) == 5
    assert (page.value(f"{shown}.querySelector('pre').innerText")).startswith("if ")
    links = f"[...{shown}.querySelectorAll('a')].map((a) => [a.getAttribute('href'), a.target])"
    assert page.value(links) == [
        ["https://websockets.spec.whatwg.org/#dom-websocket-send", "_blank"],
        ["docs/standard/websockets/send.html", "_top"],
    ]
    back = "document.getElementById('docs').getAttribute('href')"
    assert page.value(back) == "one.html"


def test_code_in_the_words_of_a_step_is_code(page):
    assert page.value("document.querySelector('li:nth-child(8) .what').innerText") == "2. Step two."
    assert page.value("document.querySelector('li:nth-child(8) .what code').innerText") == "two"


def test_in_a_frame_it_does_not_lead_back(page):
    page.open("about:blank")
    frame = f"""new Promise((resolve) => {{
      const frame = document.createElement("iframe");
      frame.onload = () => resolve(true);
      frame.srcdoc = {json.dumps(document())};
      document.body.append(frame);
    }})"""
    assert page.value(frame)
    inside = "document.querySelector('iframe').contentDocument"
    assert page.value(f"{inside}.querySelectorAll('li.now').length") == 1
    assert page.value(f"{inside}.getElementById('docs')") is None


def test_it_asks_for_nothing_over_the_network(page):
    assert page.value("performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize("width", [390, 1000])
@pytest.mark.parametrize("is_dark", [False, True])
def test_it_fits_its_screen(browser, url, width, is_dark):
    page = browser
    page.look(width, 800, is_dark=is_dark)
    page.open(url)
    assert page.value("document.documentElement.scrollWidth") <= width
    paper = page.value("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(22, 24, 28)" if is_dark else "rgb(253, 252, 250)")
    cut = """[...document.querySelectorAll('#panel button, #panel select')].filter((each) => {
      const box = each.getBoundingClientRect();
      return box.right > innerWidth || !box.width;
    }).length"""
    assert page.value(cut) == 0
