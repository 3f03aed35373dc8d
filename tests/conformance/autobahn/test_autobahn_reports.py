import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from websocket_conformance.autobahn import reports
from websocket_conformance.autobahn.catalogue import CASES
from websocket_conformance.autobahn.client import Identity
from websocket_conformance.autobahn.junit import junit
from websocket_conformance.autobahn.page import ENTRIES_AT_END, ENTRIES_AT_START, page, plain
from websocket_conformance.autobahn.run import Run, Settings
from websocket_conformance.autobahn.verdicts import Result, Verdict, best
from websocket_conformance.results.seen import Seen

HOSTILE = "</script><script>alert(1)</script>&\x00\x1b"


def result(case: str, behavior: str | None = None, closing: str = "OK", **extra: object) -> Result:
    report = {
        "id": case,
        "behavior": behavior or best(case),
        "behaviorClose": best(case) if behavior is None else closing,
        "description": "First line.<br>Second &lt;line&gt;, <b>bold</b>.",
        "expectation": "The same.",
        "expected": {"NON-STRICT": [], "OK": [["message", "hello", False], ["timeout", "A"]]},
        "expectedClose": {"closeCode": [1000], "closedByMe": True, "requireClean": True},
        "received": [["message", "hello", False], ["ping", "0xff"], ["message", "a", True]],
        "result": "All went well.",
        "resultClose": "It was closed.",
        "closedByMe": True,
        "wasClean": True,
        "localCloseCode": 1000,
        "localCloseReason": "bye",
        "remoteCloseCode": None,
        "remoteCloseReason": None,
        "duration": 1234,
        "txFrameStats": {"8": 1, "1": 1000},
        "trafficStats": {"outgoingCompressionRatio": 0.292, "incomingCompressionRatio": None},
        "httpRequest": "GET / HTTP/1.1\r\n\r\n",
        "httpResponse": "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "wirelog": [["TF", [5, "hello"], 1, True, 0, None, None, None, False]],
        **extra,
    }
    return Result(case, report, f"mine_case_{case}.json", Seen(1000, "bye", True))


def run(*results: Result, asked: tuple[str, ...] = (), interrupted: bool = False) -> Run:
    cases = asked or tuple(result.case for result in results)
    return Run(
        Settings(cases, 2, "mine", 120, "asyncio", "some.adapter"),
        "the suite 1.0",
        Identity("client 2.0", "CPython 3.99", "asyncio"),
        results,
        datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        61.2,
        interrupted,
    )


class Outline(HTMLParser):
    """What a page is made of: its identifiers, its links and whatever it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.loads += [values["src"]] if "src" in values else []
        if tag == "a":
            self.links.add(values["href"])
        elif "href" in values:
            self.loads.append(values["href"])


def test_the_page_of_a_whole_run():
    text = page(run(*map(result, CASES)))
    outline = Outline(text)
    assert "All <b>517</b> cases at their best" in text
    assert len(outline.ids) == len(set(outline.ids))
    assert {f"case-{case}" for case in CASES} < set(outline.ids)
    assert {f"#case-{case}" for case in CASES} < outline.links
    assert "9</span>Large messages" in text
    assert len(text) < 3_000_000


def test_the_page_loads_nothing():
    text = page(run(result("1.1.1")))
    assert Outline(text).loads == []
    assert not re.search(r"https?:|@import|url\(", text)


def test_the_page_tells_the_story_of_a_case():
    text = page(run(result("1.1.1", "NON-STRICT")))
    for said in (
        "First line.\nSecond &lt;line&gt;, bold.",
        "For OK: <code>text &#34;hello&#34;</code>, then <code>the wait “A”</code>",
        "For NON-STRICT: no message",
        "1000, begun by the server, clean",
        "<code>ping ff</code>, then <code>binary 61</code>",
        "NON-STRICT: All went well.",
        "<dt>Server sent</dt><dd>1000 &#34;bye&#34;</dd>",
        "<dt>Client sent</dt><dd>no code</dd>",
        "<dt>Page saw</dt><dd>1000 &#34;bye&#34;, clean</dd>",
        "<dt>Server</dt><dd>1,000 text, 1 close; compressed to 29.2%</dd>",
        "<dt>Client</dt><dd>nothing</dd>",
        "text, 5 bytes <code>&#34;hello&#34;</code>",
        "HTTP/1.1 101 Switching Protocols",
        "1.234 s",
        "<b>0</b> of 1 cases at their best",
    ):
        assert said in text
    assert text.index("For OK") < text.index("For NON-STRICT")


@pytest.mark.parametrize("verdict", [word for word in Verdict if word is not Verdict.NO_RESULT])
def test_each_verdict_has_a_class_a_glyph_and_a_filter(verdict):
    text = page(run(result("1.1.1", verdict)))
    slug = verdict.lower().replace(" ", "-")
    assert f'class="cell {slug}"' in text
    assert f'id="only-{slug}"' in text
    assert f"--{slug}-ink" in text


def test_a_case_without_a_report_tells_what_went_wrong():
    text = page(run(Result("1.1.1", note="the client hung")))
    assert '<p class="trouble">the client hung</p>' in text
    assert 'class="cell no-result"' in text


def test_an_interrupted_run_shows_what_was_not_played():
    text = page(run(result("1.1.1"), asked=("1.1.1", "1.1.2"), interrupted=True))
    assert "interrupted: 1 cases were not played" in text
    assert "1.1.2 · not played" in text


def test_an_empty_run_has_a_page():
    assert "<b>0</b> of 1" in page(run(asked=("1.1.1",), interrupted=True))


def test_a_long_record_is_cut_in_the_middle():
    frame = ["TF", [1, "x"], 1, True, 0, None, None, None, False]
    text = page(run(result("1.1.1", wirelog=[frame] * 1000)))
    assert f"{1000 - ENTRIES_AT_START - ENTRIES_AT_END} entries left out" in text
    assert text.count('class="server frame"') == ENTRIES_AT_START + ENTRIES_AT_END


def test_nothing_of_a_report_becomes_markup():
    hostile = {"description": HOSTILE, "result": HOSTILE, "httpRequest": HOSTILE}
    text = page(run(result("1.1.1", received=[["message", HOSTILE, False]], **hostile)))
    assert Outline(text).tags.count("script") == 1


def test_plain_text_of_the_suite_s_html():
    assert plain("A \n  line.<br/><br />Next<BR>&amp; <a href='x'>last</a> ") == (
        "A line.\n\nNext\n& last"
    )


def test_junit():
    lost = Result("2.1", note="no\x00report")
    root = ElementTree.fromstring(junit(run(result("1.1.1"), result("1.1.2", "FAILED"), lost)))
    assert root.attrib == {
        "name": "autobahn: mine",
        "tests": "3",
        "errors": "1",
        "failures": "1",
        "time": "2.468",
    }
    assert [suite.get("name") for suite in root] == ["1 Plain messages", "2 Pings and pongs"]
    good, bad = root[0]
    assert good.attrib == {"name": "1.1.1", "classname": "autobahn.1", "time": "1.234"}
    assert len(good) == 0
    assert (bad[0].tag, bad[0].get("type")) == ("failure", "FAILED")
    assert bad[0].get("message") == "All went well."
    assert (root[1][0][0].tag, root[1][0][0].get("message")) == ("error", "no report")


def test_index_has_the_form_of_the_suite_s_own():
    lost = Result("2.1", note="no report")
    assert reports.index(run(result("1.1.1"), lost)) == {
        "mine": {
            "1.1.1": {
                "behavior": "OK",
                "behaviorClose": "OK",
                "duration": 1234,
                "remoteCloseCode": None,
                "reportfile": "mine_case_1.1.1.json",
            }
        }
    }


def test_reports_replace_those_of_an_earlier_run_and_nothing_else(tmp_path):
    (tmp_path / "notes.json").write_text("mine")
    reports.write(run(result("1.1.1"), result("1.1.2")), tmp_path)
    reports.write(run(result("1.1.2")), tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "index.html",
        "index.json",
        "junit.xml",
        "mine_case_1.1.2.json",
        "notes.json",
        "run.json",
    ]
    about = json.loads((tmp_path / "run.json").read_text())
    assert (about["client"], about["asked"], about["best"]) == ("client 2.0", 1, 1)


def test_a_directory_below_a_file_is_not_writable(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        reports.check_writable(tmp_path / "file" / "reports")
