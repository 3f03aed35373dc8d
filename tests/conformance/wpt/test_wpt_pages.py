"""Which pages the tests of a checkout have, by the rules of WPT's manifest."""

from pathlib import Path

import pytest

from websocket_conformance.errors import MissingError, UsageError
from websocket_conformance.running.suites import wpt
from websocket_conformance.wpt.checkout import Checkout, chosen, opened
from websocket_conformance.wpt.left_out import why_left_out
from websocket_conformance.wpt.pages import WptPage, WptScope

OWN = Path(__file__).parent / "checkout"
HARNESS = '<script src="/resources/testharness.js"></script>'


@pytest.fixture
def root(tmp_path):
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "testharness.js").touch()
    (tmp_path / "websockets").mkdir()
    return tmp_path


def pages(root: Path, file: str, text: str) -> dict[str, WptPage]:
    place = root / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return {page.id: page for page in Checkout(root).pages}


@pytest.mark.parametrize(
    ("file", "text", "ids"),
    [
        ("a.any.js", "", ["a.any.html", "a.any.worker.html"]),
        ("crashtests/a.any.js", "", []),
        ("a.any.js", "// META: global=window", ["a.any.html"]),
        ("a.any.js", "// META: global=dedicatedworker", ["a.any.worker.html"]),
        (
            "a.any.js",
            "// META: global=window , dedicatedworker",
            ["a.any.html", "a.any.worker.html"],
        ),
        (
            "a.any.js",
            "// META: global=worker",
            ["a.any.serviceworker.html", "a.any.sharedworker.html", "a.any.worker.html"],
        ),
        ("a.any.js", "// META: global=shadowrealm,window", ["a.any.html", "a.any.other.html"]),
        ("a.any.js", "// META: global=window\n// META: variant=?x", ["a.any.html?x"]),
        (
            "a.window.js",
            "// META: variant=\n// META: variant=?wss\n\n// META: variant=?late",
            ["a.window.html", "a.window.html?wss"],
        ),
        ("a.worker.js", "", ["a.worker.html"]),
        ("a.html", HARNESS, ["a.html"]),
        ("a.html", f'<meta name="variant" content="?1">{HARNESS}', ["a.html?1"]),
        ("a.html", "<p>No test.</p>", []),
        ("a-manual.html", HARNESS, []),
        ("a-crash.https.html", HARNESS, []),
        ("resources/a.any.js", "", []),
        ("support/a.html", HARNESS, []),
        ("a.js", "", []),
        ("deep/er/a.window.js", "", ["deep/er/a.window.html"]),
    ],
)
def test_a_test_has_its_pages(root, file, text, ids):
    assert list(pages(root, f"websockets/{file}", text)) == [f"/websockets/{each}" for each in ids]


def test_of_some_folders_only_those_tests_are_run_that_need_no_document(root):
    for name in ("a.any.js", "b.window.js", "c.worker.js", "d.html"):
        found = pages(root, f"dom/abort/{name}", HARNESS)
    assert list(found) == [
        "/dom/abort/a.any.html",
        "/dom/abort/a.any.worker.html",
        "/dom/abort/c.worker.html",
    ]


def test_a_page_knows_where_and_how_long_its_test_runs(root):
    script = (
        "// META: timeout=long\n// META: variant=?default\n// META: variant=?wss&wpt_flags=https"
    )
    plain, secure = list(pages(root, "websockets/a.window.js", script).values())
    assert (plain.is_long, plain.is_secure, plain.variant) == (True, False, "?default")
    assert (secure.is_secure, secure.folder) == (True, "websockets")
    page = pages(root, "websockets/b.https.html", HARNESS)["/websockets/b.https.html"]
    assert page.is_secure
    assert not page.is_long
    assert page.scope is WptScope.WINDOW
    assert page.flags == {"https"}
    assert pages(root, "websockets/c.html", f"<meta name=timeout content=long>{HARNESS}")[
        "/websockets/c.html"
    ].is_long


def test_a_page_that_is_not_in_utf_8_is_read(root):
    (root / "websockets" / "a.html").write_bytes(b"<title>\xe5</title>" + HARNESS.encode())
    assert len(Checkout(root).pages) == 1


def test_a_variant_that_makes_no_page_is_a_fault_of_its_test(root):
    script = "// META: variant=foo\n// META: variant=?\n// META: variant=?b"
    found = pages(root, "websockets/a.window.js", script)
    assert {id_: page.fault for id_, page in found.items()} == {
        "/websockets/a.window.html": "Not a variant: 'foo', '?'. A variant is empty, or begins "
        "with ? or # and goes on.",
        "/websockets/a.window.html?b": "",
    }


def test_what_a_test_includes_and_the_checkout_lacks_is_known(root):
    script = (
        "// META: script=../common/here.js\n// META: script=/common/gone.js?x\n"
        "// META: script=https://elsewhere.test/a.js\n// META: script=/resources/WebIDLParser.js\n"
    )
    (root / "common").mkdir()
    (root / "common" / "here.js").touch()
    (root / "resources" / "webidl2" / "lib").mkdir(parents=True)
    (root / "resources" / "webidl2" / "lib" / "webidl2.js").touch()
    (page,) = pages(root, "websockets/a.window.js", script).values()
    assert page.lacks == ("/common/gone.js",)
    page = pages(root, "websockets/b.worker.js", 'importScripts("c.js");')[
        "/websockets/b.worker.html"
    ]
    assert page.lacks == ("/websockets/c.js",)


@pytest.mark.parametrize(
    ("id_", "file", "scope", "word"),
    [
        ("/websockets/a.html?wpt_flags=h2", "websockets/a.html", WptScope.WINDOW, "HTTP/2"),
        ("/websockets/a.h2.any.html", "websockets/a.h2.any.js", WptScope.WINDOW, "HTTP/2"),
        ("/w/a.any.sharedworker.html", "w/a.any.js", WptScope.SHARED_WORKER, "shared worker"),
        ("/w/a.any.serviceworker.html", "w/a.any.js", WptScope.SERVICE_WORKER, "service worker"),
        ("/w/a.any.other.html", "w/a.any.js", WptScope.OTHER, "scope"),
        (
            "/websockets/security/002.html?wss",
            "websockets/security/002.html",
            WptScope.WINDOW,
            "XML",
        ),
        ("/websockets/security/001.html?wss", "websockets/security/001.html", WptScope.WINDOW, ""),
        *(
            (f"/streams/{name}.any.html", f"streams/{name}.any.js", WptScope.WINDOW, word)
            for name, word in {
                "readable-byte-streams/general": "",
                "transform-streams/general": "",
                "piping/transform-streams": "",
                "transferable/reason": "transferred",
                "readable-streams/owning-type": "proposal",
                "readable-streams/tee": "",
                "piping/general": "",
                "writable-streams/byte-length-queuing-strategy": "",
            }.items()
        ),
    ],
)
def test_what_is_left_out_has_a_reason(id_, file, scope, word):
    reason = why_left_out(WptPage(id_, file, scope))
    assert word in reason
    assert bool(word) is bool(reason)


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("*", 10),
        ("websockets", 9),
        ("/websockets/folder/", 3),
        ("FileAPI/*", 1),
        ("websockets/echo.any.js", 6),
        ("/websockets/echo.any.html?wss", 1),
        ("websockets/echo.any.html", 3),
        ("*.worker.html*", 5),
        ("*?default", 2),
        ("websockets/echo.any.htm?", 0),
        ("web[s]ockets", 0),
    ],
)
def test_a_pattern_names_pages_their_tests_and_folders(pattern, count):
    assert len(chosen(opened(OWN).pages, pattern)) == count


def test_a_pattern_that_names_no_page_says_how_they_are_named():
    with pytest.raises(
        UsageError, match=r"no page matches 'nothing'; they are named like /FileAPI"
    ):
        wpt.pages(opened(OWN), ["websockets", "nothing"])


def test_who_asks_only_for_what_is_left_out_is_told_why():
    with pytest.raises(
        UsageError, match=r"wpt_flags=h2 is left out: It needs WebSockets over HTTP/2"
    ):
        wpt.pages(opened(OWN), ["*wpt_flags=h2"])


def test_what_is_excluded_is_not_played():
    found = wpt.pages(opened(OWN), ["websockets"], ["websockets/folder", "*.worker.html*"])
    assert [page.id for page in found] == [
        f"/websockets/echo.any.html{variant}" for variant in ("?default", "?wpt_flags=h2", "?wss")
    ]


def test_what_is_no_checkout_is_told_with_how_to_get_one(tmp_path, monkeypatch):
    with pytest.raises(MissingError, match=r"has no resources/testharness.js.\nTo fetch"):
        wpt.opened(tmp_path)
    monkeypatch.setenv("WPT", str(tmp_path / "gone"))
    with pytest.raises(MissingError, match=r"no checkout of web-platform-tests in .*gone"):
        wpt.opened(None)


def test_a_checkout_that_git_does_not_know_has_no_commit(root):
    assert Checkout(root).version == "web-platform-tests, of an unknown commit"
    (root / ".git").mkdir()
    assert Checkout(root).commit == ""
    assert Checkout(root).absent == ("streams", "FileAPI/blob", "dom/abort", "dom/events")
