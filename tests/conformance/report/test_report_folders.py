"""How a run of web-platform-tests fares, by folder, scope and variant."""

from dataclasses import replace

import pytest
from report_samples import result, run
from rich.console import Console

from websocket_conformance.report import folders
from websocket_conformance.report.boards import case_page
from websocket_conformance.report.folders import WptKind, WptTally
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running.folders import print_folders

RUN = run(
    result("/websockets/a.any.html?default#one", section="websockets"),
    result("/websockets/a.any.html?default#two", Verdict.FAILED, section="websockets"),
    result("/websockets/a.any.worker.html?wss#one", Verdict.EXPLAINED, section="websockets"),
    result("/websockets/a.any.worker.html?wss", Verdict.FAILED, section="websockets"),
    result("/websockets/b/a.html#one", section="websockets/b"),
    result("/websockets/c.html?wpt_flags=h2", Verdict.SKIPPED, section="left out"),
    suite="wpt",
    command="run",
)


def test_subtests_are_counted_and_pages_are_not():
    assert folders.tally(folders.subtests(RUN)) == WptTally(2, 4)
    assert folders.by_folder(RUN) == {"websockets": WptTally(1, 3), "websockets/b": WptTally(1, 1)}
    assert folders.folders(RUN) == ["websockets", "websockets/b"]


def test_they_are_counted_by_scope_and_variant():
    window, worker = WptKind(False, "ws"), WptKind(True, "wss")
    assert folders.kinds([RUN]) == [window, worker]
    assert folders.by_kind(RUN) == {window: WptTally(2, 3), worker: WptTally(0, 1)}
    assert folders.by_kind(RUN, "websockets/b") == {window: WptTally(1, 1)}
    assert [each.title for each in (window, worker)] == ["window, ws", "worker, wss"]
    assert (str(WptTally(1234, 2345)), str(WptTally(0, 0))) == ("1,234 of 2,345", "")


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("/a.html#x?y", WptKind(False, "ws")),
        ("/a.any.worker.html?default#x", WptKind(True, "ws")),
        ("/a.html?wss#x", WptKind(False, "wss")),
        ("/a.html?wss&wpt_flags=https#x", WptKind(False, "https")),
        ("/a.https.any.worker.html#x", WptKind(True, "https")),
        ("/a.worker.html?other", WptKind(True, "other")),
    ],
)
def test_the_kind_of_a_page_is_told_by_its_id(case, kind):
    assert folders.kind(case) == kind


def test_subtests_are_played_again_with_their_page():
    first, second, *_ = (each.case for each in RUN.results)
    assert RUN.repeat(first, second) == "run --cases '/websockets/a.any.html?default'"


def test_each_case_has_a_page_of_its_own():
    assert case_page("embedded", "1.1.1") == "embedded/1.1.1.html"
    names = ["/a.html#f(1)", "/a.html#f[1]", "a-html-f-1", "x" * 200, "x" * 201]
    pages = [case_page("wpt", name) for name in names]
    assert len(set(pages)) == len(names)
    assert all(len(page) < 150 for page in pages)


def test_folders_and_implementations_are_whole_on_a_narrow_terminal(capsys):
    folder = "websockets/interfaces/WebSocket/events"
    one = replace(RUN, results=(result(f"/{folder}/a.html#one", section=folder),))
    print_folders(Console(width=40), [one, replace(one, implementation="another-implementation")])
    output = capsys.readouterr().out
    assert "…" not in output
    columns = [line.split("│")[1:4] for line in output.splitlines() if line.startswith("│")]
    assert folder in "".join(first.strip() for first, *_ in columns)
