"""Which links of a published page count, and which of its definitions are algorithms."""

import pytest

from whatwg_websockets.steps.hyperlinks import Targets, target_of
from whatwg_websockets.steps.upstream import read_upstream

URLS = {
    "games": "https://games.example/",
    "loud": "https://games.example/loud/",
    "toys": "https://toys.example/",
}

PAGE = """\
<h1>Games</h1>
<h2 id=s>S</h2>
<p>To <dfn id=play data-dfn-type=dfn>play</dfn>, given a <dfn id=toy>toy</dfn>:</p>
<ol>
<li><p><a href="#tidy">Tidy up</a> and <a href="https://toys.example/#take">take</a> the
  <a data-link-type=interface href="https://toys.example/#toy">Toy</a>.</p>
  <p class=note>See <a href="#rest">rest</a>.</p>
  <ol><li><p><a href="#tidy">Tidy up</a>, <a href="#tidy">twice</a>.</p></ol>
<li><p>Rest.</p>
</ol>
<p>To <dfn id=tidy>tidy up</dfn> is to <a href="https://toys.example/#put">put</a> everything:</p>
<ul><li><a href="https://toys.example/#back">back</a></ul>
<p>The <dfn id=name data-dfn-type=attribute>name</dfn> getter steps are to return it.</p>
<p>The <dfn id=rest>rest</dfn> is a time.</p>
<p>To <dfn id=box data-dfn-type=interface>Box</dfn> belongs everything.</p>
"""


@pytest.fixture
def page():
    return read_upstream(PAGE)


def test_what_is_an_algorithm(page):
    assert page.performed == {"play": "play", "tidy": "tidy up", "name": "name"}


def test_the_links_of_steps(page):
    steps = page.algorithm("play", "play").steps
    assert steps["1"].links == ("#tidy", "https://toys.example/#take")
    assert steps["1.1"].links == ("#tidy",)
    assert steps["2"].links == ()
    assert page.has_links
    assert not read_upstream(PAGE.replace("href=", "title=")).has_links


def test_the_links_of_a_folded_step(page):
    folded = page.algorithm("play", "play").folded(["1"])
    assert folded.steps["1"].links == ("#tidy", "https://toys.example/#take", "#tidy")


def test_the_links_of_prose_and_of_what_it_announces(page):
    (step,) = page.algorithm("tidy", "tidy up").steps.values()
    assert step.links == ("https://toys.example/#put", "https://toys.example/#back")


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("#tidy", "games#tidy"),
        ("https://toys.example/multipage/all.html#take", "toys#take"),
        ("https://games.example/loud/#shout", "loud#shout"),
        ("https://elsewhere.example/#go", "https://elsewhere.example/#go"),
        ("https://datatracker.ietf.org/doc/html/rfc6455#section-7.1.7", "rfc6455#section-7.1.7"),
        ("https://www.rfc-editor.org/rfc/rfc9110.html#section-4", "rfc9110#section-4"),
        ("https://toys.example/", None),
        ("https://datatracker.ietf.org/doc/html/rfc6455#page-19:~:text=open", None),
    ],
)
def test_where_a_link_leads_to(address, target):
    assert target_of(address, "games", URLS) == target


def test_which_links_count():
    targets = Targets("games", URLS, {"games": {"play"}, "toys": {"take"}}, {"toys#box"})
    links = [
        "#play",
        "#toy",
        "https://toys.example/#take",
        "https://toys.example/#wood",
        "https://toys.example/#box",
        "https://games.example/loud/#shout",
        "#play",
        "https://toys.example/",
    ]
    assert targets.of(links) == ["games#play", "toys#take", "toys#box", "loud#shout"]
