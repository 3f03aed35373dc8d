"""The site in a real browser: what its script does. Without Chromium this is skipped."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest
from report_samples import result, run

from websocket_conformance import chromium
from websocket_conformance.errors import MissingError
from websocket_conformance.report import site
from websocket_conformance.results.verdict import Verdict

RUNS = [
    run(
        *(result(f"1.1.{last}") for last in range(1, 41)),
        *(result(f"6.1.{last}") for last in range(1, 41)),
        implementation="good",
    ),
    run(
        *(result(f"1.1.{last}") for last in range(1, 41)),
        result("6.1.1", Verdict.NON_STRICT),
        result("6.1.2", Verdict.FAILED),
        *(result(f"6.1.{last}") for last in range(3, 41)),
        implementation="bad",
    ),
]

_ASK = """
<script>
const shown = () => [...document.querySelectorAll("table.matrix tbody tr:not(.section)")]
  .filter((row) => row.offsetParent).map((row) => row.id);
const set = (name, value) => {
  const field = document.querySelector(`.filters [name=${name}]`);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
const press = (key) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true }));
const said = (() => { %s })();
const samp = document.createElement("samp");
samp.textContent = JSON.stringify(said);
document.body.append(samp);
</script>
"""


@pytest.fixture(scope="module")
def browser() -> str:
    try:
        return chromium.find()
    except MissingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("site")
    site.write(RUNS, directory)
    return directory


@pytest.fixture
def ask(browser, written, tmp_path):
    """Opens a page of the site and returns what a script says of it."""

    def ask(page: str, script: str) -> object:
        page, _, fragment = page.partition("#")
        path, _, query = page.partition("?")
        copy = written / path.replace(".html", "-asked.html")
        html = (written / path).read_text(encoding="utf-8")
        copy.write_text(html.replace("</body>", _ASK % script + "</body>"), encoding="utf-8")
        url = copy.as_uri() + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
        profile = tmp_path / "profile"
        flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        command = [browser, *flags, "--window-size=1280,1000", "--dump-dom", url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        shutil.rmtree(profile, ignore_errors=True)
        return json.loads(unescape(re.search(r"<samp>(.*?)</samp>", done.stdout)[1]))

    return ask


def test_a_long_matrix_begins_with_the_sections_open_that_fall_short(ask):
    script = "return [shown().length, shown()[0], document.querySelector('output').value];"
    assert ask("index.html", script) == [40, "6.1.1", "80 of 80 cases"]


def test_a_permalink_opens_its_section_and_points_to_its_row(ask):
    script = "return [shown().length, document.querySelector('tr.here').id];"
    assert ask("index.html#1.1.7", script) == [80, "1.1.7"]


@pytest.mark.parametrize(
    ("name", "value", "cases"),
    [
        ("show", "short", ["6.1.1", "6.1.2"]),
        ("show", "differ", ["6.1.1", "6.1.2"]),
        ("verdict", "failed", ["6.1.2"]),
        ("words", "6.1.40", ["6.1.40"]),
        ("words", "no such thing", []),
    ],
)
def test_filters_leave_what_was_asked_for(ask, name, value, cases):
    assert ask("index.html", f"set('{name}', '{value}'); return shown();") == cases


@pytest.mark.parametrize(
    ("query", "cases"),
    [
        ("?show=short", ["6.1.1", "6.1.2"]),
        ("?show=short&verdict=failed", ["6.1.2"]),
        ("?words=6.1.40", ["6.1.40"]),
        ("?show=short&without=bad", []),
        ("?show=no-such-thing&verdict=failed&what=else", ["6.1.2"]),
    ],
)
def test_the_filters_of_a_url_are_set_when_the_page_is_opened(ask, query, cases):
    assert ask(f"index.html{query}", "return shown();") == cases


def test_the_filters_are_in_the_url(ask):
    script = """
      set('show', 'short');
      set('words', '6.1');
      document.querySelector('.filters input[value=good]').click();
      return [location.search, sessionStorage.getItem('matrix')];
    """
    assert ask("index.html", script) == ["?show=short&words=6.1&without=good"] * 2


def test_one_step_back_is_one_filter_and_a_word_is_one_step(ask):
    script = """
      const before = history.length;
      set('show', 'short');
      for (const words of ['6', '6.', '6.1']) set('words', words);
      return [history.length - before, location.search];
    """
    assert ask("index.html", script) == [2, "?show=short&words=6.1"]


def test_what_is_in_the_history_comes_back(ask):
    script = """
      set('show', 'short');
      history.replaceState(null, '', location.pathname + '?verdict=non-strict');
      dispatchEvent(new PopStateEvent('popstate'));
      const field = (name) => document.querySelector(`.filters [name=${name}]`).value;
      return [shown(), field('show'), field('verdict')];
    """
    assert ask("index.html", script) == [["6.1.1"], "", "non-strict"]


def test_the_section_filter_opens_the_section(ask):
    script = "set('section', 'embedded-section-6'); return [shown().length, shown()[0]];"
    assert ask("index.html", script) == [40, "6.1.1"]


def test_an_implementation_that_is_hidden_does_not_count(ask):
    script = """
      const box = document.querySelector('.filters input[value=bad]');
      box.click();
      set('show', 'short');
      const heads = [...document.querySelectorAll('th.who')].filter((each) => each.offsetParent);
      return [shown(), heads.map((each) => each.dataset.who)];
    """
    assert ask("index.html", script) == [[], ["good"]]


def test_the_arrow_keys_go_from_cell_to_cell_and_one_cell_is_in_the_order_of_tabs(ask):
    script = """
      set('section', 'embedded-section-6');
      const cells = () => [...document.querySelectorAll('td.c > a')];
      const first = cells().filter((each) => each.tabIndex === 0);
      first[0].focus();
      ['ArrowRight', 'ArrowDown'].forEach(press);
      const at = document.activeElement;
      const href = at.getAttribute('href');
      return [first.length, href, cells().filter((each) => each.tabIndex === 0).length];
    """
    assert ask("index.html", script) == [1, "embedded/6.1.2.html#bad", 1]


def test_a_button_opens_and_closes_a_section(ask):
    script = """
      const button = document.querySelector('#embedded-section-1 button');
      const states = [button.getAttribute('aria-expanded')];
      for (let i = 0; i < 2; i++) { button.click(); states.push(shown().length); }
      return states;
    """
    assert ask("index.html", script) == ["false", 80, 40]


def test_the_conversation_that_a_link_leads_to_is_open(ask):
    script = """
      return [...document.querySelectorAll('details.talk[open] > div')].map((each) => each.id);
    """
    assert ask("embedded/1.1.1.html#good", script) == ["good"]
    assert ask("embedded/6.1.2.html", script) == ["bad"]


@pytest.fixture
def on_a_phone(browser, tmp_path):
    """Opens a page 390 pixels wide, in a frame, and returns what a script says of it.

    A window of Chromium is 500 pixels wide at least.
    """

    def ask(page: Path, script: str) -> object:
        copy = page.with_name(f"{page.stem}-narrow.html")
        tell = _ASK % script + "<script>parent.postMessage(JSON.stringify(said), '*');</script>"
        html = page.read_text(encoding="utf-8").replace("</body>", f"{tell}</body>")
        copy.write_text(html, encoding="utf-8")
        frame = f'<iframe src="{copy.as_uri()}" style="width: 390px; height: 900px; border: 0">'
        heard = "onmessage = ({ data }) => { document.querySelector('samp').textContent = data; };"
        outer = tmp_path / "phone.html"
        outer.write_text(f"<script>{heard}</script><samp></samp>{frame}</iframe>")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        flags += [f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=1000"]
        command = [browser, *flags, "--window-size=500,900", "--dump-dom", outer.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return json.loads(unescape(re.search(r"<samp>(.*?)</samp>", done.stdout)[1]))

    return ask


@pytest.mark.parametrize("page", ["embedded/6.1.2.html", "by/bad.html"])
def test_a_reason_is_within_a_small_screen(on_a_phone, written, page):
    script = """
      const why = [...document.querySelectorAll('td.why')].map((each) => each.getClientRects()[0]);
      return why.length > 0 && why.every((each) => each && each.left >= 0 && each.right <= 390);
    """
    assert on_a_phone(written / page, script) is True


@pytest.fixture(scope="module", params=[2, 14])
def crowd(request, tmp_path_factory) -> Path:
    """A site of so many implementations."""
    directory = tmp_path_factory.mktemp("crowd")
    cases = [result(f"6.1.{last}", title="What is done, " * 9) for last in range(1, 41)]
    some = [f"an-implementation-{number}" for number in range(request.param)]
    site.write([run(*cases, implementation=name) for name in some], directory)
    return directory


def test_a_phone_shows_what_the_judge_does_in_each_case(on_a_phone, crowd):
    script = """
      const told = [...document.querySelectorAll('table.matrix td.t')];
      const seen = told.filter((each) => {
        const { left, right, height } = each.getBoundingClientRect();
        return parseFloat(getComputedStyle(each).fontSize) > 10 && height > 10
          && left >= 0 && right <= 390 && each.scrollWidth <= each.clientWidth;
      });
      return [told.length, seen.length];
    """
    assert on_a_phone(crowd / "index.html", script) == [40, 40]


def test_the_cells_of_a_phone_stand_below_the_names_of_their_columns(on_a_phone, crowd):
    script = """
      const centres = (selector) => [...document.querySelectorAll(selector)].map((each) => {
        const { left, right } = each.getBoundingClientRect();
        return Math.round((left + right) / 2);
      });
      const heads = centres('th.who'), cells = centres('[id="6.1.7"] td.c');
      const tallies = centres('tr.section td.c');
      return [heads, cells, tallies].map(String).every((each, _, all) => each === all[0]);
    """
    assert on_a_phone(crowd / "index.html", script) is True


@pytest.mark.parametrize("page", ["index.html", "embedded/6.1.2.html", "by/bad.html"])
def test_nothing_is_wider_than_a_small_screen(on_a_phone, written, page):
    script = "return document.documentElement.scrollWidth;"
    assert on_a_phone(written / page, script) == 390


def test_not_even_the_list_of_implementations_is_wider_than_a_small_screen(on_a_phone, crowd):
    script = """
      document.querySelector('.filters details').open = true;
      const all = [document.documentElement, ...document.querySelectorAll('.filters, .filters *')];
      return Math.max(...all.map((each) => each.getBoundingClientRect().right)) <= 390
        && document.documentElement.scrollWidth;
    """
    assert on_a_phone(crowd / "index.html", script) == 390
