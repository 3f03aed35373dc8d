import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from report_samples import STARTED, result, run

from websocket_conformance.report import saved, site
from websocket_conformance.report.badge import badge, value
from websocket_conformance.report.baseline import Baseline
from websocket_conformance.report.junit import junit
from websocket_conformance.results.result import Transcript
from websocket_conformance.results.verdict import Verdict

RUNS = [
    run(
        result("1.1.2"),
        result("1.1.10", Verdict.NON_STRICT),
        result("7.1.6", Verdict.INFORMATIONAL, best=Verdict.INFORMATIONAL),
        implementation="ws",
    ),
    run(result("1.1.2", Verdict.FAILED, trouble="it hung"), implementation="web socket/2"),
    run(
        result("close-in-open", section="closing", closing=None, seconds=None),
        implementation="ws",
        suite="api",
    ),
]


EVIL = "<script>alert(1)</script>\x1b]0;mine\x07\ud800 | x"


class Page(HTMLParser):
    """Gathers a page's links and the places that links can lead to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        for name, text in attrs:
            if name in ("href", "src"):
                self.links.append(text)
            elif name == "id":
                self.ids.append(text)

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("site")
    site.write(RUNS, directory)
    return directory


def pages(directory: Path) -> dict[Path, Page]:
    return {file: Page(file) for file in directory.rglob("*.html")}


def test_each_link_leads_somewhere_and_each_page_loads_nothing_from_elsewhere(written):
    found = pages(written)
    assert len(found) == 1 + 4 + 2
    for file, page in found.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert link.startswith("https://www.rfc-editor.org/")
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            assert target.is_file(), f"{file}: {link}"
            if parts.fragment:
                assert unquote(parts.fragment) in found[target].ids, f"{file}: {link}"


def test_no_id_is_there_twice(written):
    for file, page in pages(written).items():
        assert len(page.ids) == len(set(page.ids)), file


def test_the_matrix_has_a_permalink_for_each_case_and_a_cell_for_each_result(written):
    page = Page(written / "index.html")
    assert {"1.1.2", "1.1.10", "7.1.6", "close-in-open"} <= set(page.ids)
    assert "embedded/1.1.2.html#ws" in page.links
    assert "embedded/1.1.2.html#web-socket-2" in page.links
    assert "embedded/1.1.10.html#web-socket-2" not in page.links
    assert "api/close-in-open.html#ws" in page.links


def test_cases_are_in_the_order_of_their_numbers(written):
    ids = Page(written / "index.html").ids
    assert ids.index("1.1.2") < ids.index("1.1.10") < ids.index("7.1.6")


def test_a_case_has_the_conversations_of_all(written):
    text = Page(written / "embedded" / "1.1.2.html").text
    assert "A <short> text." in text
    assert '"<&"' in text
    assert "it hung" in text
    assert "250 ms" in text
    assert "Host: <here>" in text


def test_what_is_not_known_is_not_shown(written):
    text = (written / "api" / "close-in-open.html").read_text()
    assert "None" not in text
    assert "On close" not in text


def test_an_implementation_has_its_shortfalls_first(written):
    text = Page(written / "by" / "ws.html").text
    assert "2 of 3 at their best" in text
    assert text.index("NON-STRICT") < text.index("By section")


def test_a_plot_has_a_point_for_each_case_that_has_a_time(written):
    html = (written / "by" / "ws.html").read_text()
    assert html.count("<circle") == 2
    assert html.count('<svg class="plot"') == 1
    svg = re.search(r'<svg class="plot".*?</svg>', html, re.DOTALL)
    assert len(ElementTree.fromstring(svg[0]).findall(".//a")) == 3


def test_runs_can_be_read_from_a_site(written):
    assert saved.load(written / "runs" / "embedded-ws.json") == RUNS[0]
    assert sorted(file.name for file in (written / "badges").iterdir()) == [
        "api-ws.svg",
        "embedded-web-socket-2.svg",
        "embedded-ws.svg",
    ]


def test_a_second_site_takes_the_place_of_the_first_and_of_nothing_else(tmp_path):
    site.write(RUNS, tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    site.write([run(result("5.1"))], tmp_path)
    names = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.html")}
    assert names == {"index.html", "embedded/5.1.html", "by/ws.html"}
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert not list(tmp_path.glob(".new-*"))


def test_a_folder_that_was_there_before_any_site_is_left_alone(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "mine.txt").touch()
    site.write([run()], tmp_path)
    assert (tmp_path / "runs" / "mine.txt").exists()


def test_what_was_in_a_folder_before_outlives_two_sites(tmp_path):
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "mine.py").touch()
    site.write(RUNS, tmp_path)
    site.write([run()], tmp_path)
    assert [file.name for file in (tmp_path / "api").iterdir()] == ["mine.py"]
    assert not (tmp_path / "runs" / "api-ws.json").exists()


def test_what_a_first_site_would_be_written_over_is_known(tmp_path):
    assert site.in_the_way(tmp_path) == []
    (tmp_path / "index.html").touch()
    (tmp_path / "runs").mkdir()
    assert site.in_the_way(tmp_path) == ["index.html", "runs"]
    site.write([run()], tmp_path)
    assert site.in_the_way(tmp_path) == []


def test_names_that_differ_in_what_no_file_is_called_have_pages_of_their_own(tmp_path):
    names = ["\N{LATIN SMALL LETTER E WITH ACUTE}cho", "\N{EURO SIGN}cho", "x" * 1000]
    site.write([run(implementation=name) for name in names], tmp_path)
    for page, name in (("cho", names[0]), ("cho-2", names[1]), ("x" * 100, names[2])):
        assert name in Page(tmp_path / "by" / f"{page}.html").text
    assert len(list((tmp_path / "runs").iterdir())) == 3


def test_two_versions_of_one_implementation_are_two_columns(tmp_path):
    site.write([run(version="1"), run(result(behaviour=Verdict.FAILED), version="2")], tmp_path)
    page = Page(tmp_path / "embedded" / "1.1.1.html")
    assert {"ws-1", "ws-2"} <= set(page.ids)
    assert page.text.count("Everything about ws") == 2


@pytest.mark.parametrize(
    ("versions", "times", "names"),
    [
        (("1", "2"), (0, 0), ("ws (1)", "ws (2)")),
        (("1", "1"), (0, 86400), ("ws (24 November 2026)", "ws (25 November 2026)")),
        (
            ("", "2"),
            (0, 60),
            ("ws (24 November 2026, 03:04 UTC)", "ws (24 November 2026, 03:05 UTC)"),
        ),
        (
            ("1", "1"),
            (0, 1),
            ("ws (24 November 2026, 03:04:05 UTC)", "ws (24 November 2026, 03:04:06 UTC)"),
        ),
        (("1", "1"), (0, 0), ("ws (1)", "ws (2)")),
    ],
)
def test_two_runs_of_one_implementation_have_names_that_tell_them_apart(
    tmp_path, versions, times, names
):
    runs = [
        run(version=version, started=STARTED + timedelta(seconds=seconds))
        for version, seconds in zip(versions, times, strict=True)
    ]
    other = run(suite="autobahn")
    site.write([*runs, other], tmp_path)
    index = Page(tmp_path / "index.html").text
    suites = [each.get("name") for each in ElementTree.parse(tmp_path / "junit.xml").getroot()]
    summary = (tmp_path / "summary.md").read_text()
    for name in names:
        assert name in index
        assert [each for each in suites if each.startswith(f"{name}: embedded:")]
        assert f"✓ {name}" in summary
    assert [each for each in suites if each.startswith("ws: autobahn:")]
    assert "ws: 2 cases in 3 runs" in index
    again = [saved.load(file) for file in (tmp_path / "runs").iterdir()]
    assert sorted(again, key=repr) == sorted([*runs, other], key=repr)


def test_a_run_without_results_has_a_site(tmp_path):
    site.write([run(results=(), asked=9, interrupted=True, sections=())], tmp_path)
    assert "0 of 9 cases at their best" in (tmp_path / "index.html").read_text()
    assert "were not played" in (tmp_path / "by" / "ws.html").read_text()


def test_an_unwritable_directory_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"exists|Not a directory"):
        site.check_writable(tmp_path / "file")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory) -> Path:
    """A site of a run that somebody else wrote, who means no good."""
    evil = {"source": "a | [b](javascript:1)", "link": "javascript:alert(1)", "explanation": EVIL}
    results = [result("1.1.1", Verdict.FAILED, title=EVIL, expectation=EVIL, **evil)]
    directory = tmp_path_factory.mktemp("foreign")
    more = dict.fromkeys(("version", "runtime", "suite_version", "profile"), EVIL)
    site.write([run(*results, implementation=EVIL, **more)], directory)
    return directory


def test_a_foreign_run_brings_no_script_into_any_page(foreign):
    for file in foreign.rglob("*.html"):
        page = Page(file)
        assert not [link for link in page.links if "script:" in link], file
        assert "<script>alert" not in file.read_text(encoding="utf-8")


def test_a_foreign_run_brings_neither_links_nor_escape_sequences_into_the_summary(foreign):
    summary = (foreign / "summary.md").read_bytes().decode()
    assert not re.search(r"(?<!\\)\]\(javascript:", summary)
    assert "\x1b" not in summary
    assert [line for line in summary.splitlines() if line.startswith("| 1.1.1 ")]


def test_the_page_of_a_case_without_a_conversation_has_what_went_wrong_there(tmp_path):
    words = "The command ended; its error: Error: Cannot find module 'nosuch'"
    lost = result("1.1.1", Verdict.FAILED, trouble=words, conversation=Transcript())
    site.write([run(lost)], tmp_path)
    (file,) = tmp_path.rglob("1.1.1*.html")
    text = file.read_text(encoding="utf-8").partition("Conversations")[2]
    assert "Cannot find module" in text
    assert "No conversation was recorded" not in text


def test_half_a_surrogate_pair_of_a_foreign_run_is_kept(foreign):
    (file,) = (foreign / "runs").iterdir()
    assert saved.load(file).implementation == EVIL


def test_a_heading_says_what_the_site_is_about():
    assert site.heading(RUNS, 4) == "2 implementations, 4 cases"
    assert site.heading([run()], 1) == "ws: all 1 cases at their best"
    assert site.heading(RUNS[:1], 3) == "ws: 2 of 3 cases at their best"
    assert site.heading([RUNS[0], RUNS[2]], 4) == "ws: 4 cases in 2 runs"


def test_junit_counts_failures_errors_and_what_was_not_played():
    results = [
        result("1.1.1"),
        result("1.1.2", Verdict.FAILED, explanation="bad \x00 luck"),
        result("1.1.3", Verdict.NO_RESULT),
        result("2.1", Verdict.SKIPPED),
    ]
    root = ElementTree.fromstring(junit([run(*results)]))
    counted = [root.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counted == ["4", "1", "1", "1"]
    assert [suite.get("name") for suite in root] == [
        "ws: embedded: 1 About <1>",
        "ws: embedded: 2 About <2>",
    ]
    assert root.find(".//failure").get("message") == "bad   luck"
    assert root.find(".//testcase[@name='1.1.1']").get("time") == "0.013"


@pytest.mark.parametrize("odd", ["a\x00b", "a\x1bb", "a\ud800b", "a\ufffeb", "a\x7fb", "a\u202eb"])
def test_junit_is_xml_whatever_an_agent_calls_itself_and_a_suite_says(odd):
    short = result(behaviour=Verdict.FAILED, explanation=odd, trouble=odd)
    root = ElementTree.fromstring(junit([run(short, implementation=odd)]))
    (suite,) = root
    assert suite.get("name") == "a b: embedded: 1 About <1>"
    (case,) = suite
    assert case.get("classname") == "a b.embedded.1"
    assert case[0].get("message") == "a b. a b"


def test_what_is_known_to_fall_short_is_no_failure_for_junit():
    known = {"1.1.2": Verdict.FAILED, "1.1.3": Verdict.NON_STRICT, "1.1.4": Verdict.NO_RESULT}
    results = [
        result("1.1.1", Verdict.FAILED),
        result("1.1.2", Verdict.FAILED),
        result("1.1.3", Verdict.FAILED),
        result("1.1.4", Verdict.NO_RESULT),
    ]
    baseline = Baseline({"embedded": {"ws": known}})
    root = ElementTree.fromstring(junit([run(*results)], baseline))
    for element in (root, root[0]):
        counted = [element.get(name) for name in ("tests", "failures", "errors", "skipped")]
        assert counted == ["4", "2", "0", "2"]
    assert [case.get("name") for case in root.iter("testcase") if case.find("skipped") is not None]
    assert root.find(".//testcase[@name='1.1.2']/skipped").get("type") == "FAILED"


@pytest.mark.parametrize(
    ("played", "says"),
    [
        (run(), "1 / 1"),
        (run(asked=1200), "1 / 1,200"),
        (run(asked=2, interrupted=True), "1 / 2, interrupted"),
    ],
)
def test_a_badge_says_how_many_cases_are_at_their_best(played, says):
    assert value(played) == says
    texts = [each.text for each in ElementTree.fromstring(badge(played)).iter() if each.text]
    assert texts == [f"WebSocket conformance: {says}", "WebSocket conformance", says]
