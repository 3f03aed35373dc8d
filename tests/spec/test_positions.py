"""The positions: each names what it speaks of, and where Chromium differs from us it says so."""

import ast
import asyncio
import re
import tomllib
from pathlib import Path

import pytest

from support import frames
from support.inside import connection_of
from support.page import opened, turns
from websocket_conformance.api import scenario
from whatwg_websockets import WebSocket
from whatwg_websockets.rfc6455 import connection as wire_state
from whatwg_websockets.steps.positions import ASPECTS, NOT_COMPARED

ROOT = Path(__file__).parents[2]
POSITIONS = ROOT / "spec/positions"
FILES = sorted(path for path in POSITIONS.glob("*.md") if path.name != "README.md")
HEADINGS = [
    "Question",
    "What browsers do",
    "Compared",
    "What this implementation does, and why",
]
KEYS = {"title", "standard", "where", "code", "browsers", "tests", *ASPECTS}
RESULTS = {"same", "differs", NOT_COMPARED}

# Anchors that are a place in a standard, and no algorithm of it.
PLACES = {
    "example-random-value",
    "example-permessage-deflate",
    "flagged-as-full",
    "the-closeevent-interface",
    "dom-closeevent-code",
    "dom-websocket-url",
    "ping-and-pong-frames",
    "event-loop-processing-model",
    "stream-operations",
    "common-algorithms",
    "feedback-to-websocket-stream-from-the-protocol",
}

if not FILES:
    pytest.skip("the positions are not here", allow_module_level=True)


def front_matter(path):
    _, head, _ = path.read_text().split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    for key, value in fields.items():
        if value.startswith("["):
            fields[key] = [each for each in value[1:-1].split(", ") if each]
    return fields


ALL = {path: front_matter(path) for path in FILES}
ASKED = {position for each in scenario.load() for position in each.all_positions}
DIFFERENT: dict[str, list[str]] = {}
for each in scenario.load():
    for difference in each.differs:
        if "chromium" in difference.who:
            DIFFERENT.setdefault(difference.position, []).append(each.id)
WIRES = {
    position for each in scenario.load() if each.wire is not None for position in each.all_positions
}
ANCHORS = {
    path.stem: {
        entry["anchor"] for entry in data.get("algorithm", []) + data.get("requirement", [])
    }
    for path in (ROOT / "spec").glob("*.toml")
    for data in [tomllib.loads(path.read_text())]
}
INDEX = {"websockets": "whatwg-websockets"}


def names_in(path):
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def position(request):
    return request.param


def test_it_has_its_front_matter_and_its_three_parts(position):
    fields = ALL[position]
    assert set(fields) - {"differs"} == KEYS
    assert all(isinstance(fields[key], list) for key in ("where", "code", "tests"))
    assert re.findall(r"^## (.*)$", position.read_text(), re.M) == HEADINGS
    assert len(position.read_text().splitlines()) < 60, "a screen"


def test_its_anchors_are_in_the_index(position):
    fields = ALL[position]
    assert fields["where"]
    for where in fields["where"]:
        standard, hash_sign, anchor = where.partition("#")
        if not hash_sign:
            standard, anchor = fields["standard"], where
        known = ANCHORS.get(INDEX.get(standard, standard))
        if known is None or anchor in PLACES:
            continue
        # An RFC's index has the sections that ask for something: a neighbour will do.
        chapter = anchor.split(".")[0] if anchor.startswith("section-") else anchor
        near = any(f"{each}.".startswith(f"{chapter}.") for each in known)
        assert near or chapter == "section-1", where


def test_its_code_and_its_tests_are_there(position):
    fields = ALL[position]
    assert fields["code"]
    assert fields["tests"]
    for each in fields["code"]:
        path, _, name = each.partition(":")
        path = ROOT / "src/whatwg_websockets" / path
        assert path.is_file(), each
        assert not name or name in names_in(path), each
    for each in fields["tests"]:
        path, _, name = each.partition("::")
        assert (ROOT / path).is_file(), each
        assert not name or name in names_in(ROOT / path), each


def test_its_browsers_have_a_version_or_it_says_why_none_was_asked(position):
    browsers = ALL[position]["browsers"]
    if isinstance(browsers, str):
        assert re.fullmatch(r"none: \w.*\w", browsers)
        assert position.stem not in ASKED
        return
    assert browsers
    for each in browsers:
        assert re.fullmatch(r"Chromium \d+(\.\d+){3}|Firefox \d+(\.\d+){1,2}", each), each


def compared_in_text(position):
    """What its text says of each comparison: the result, and what is said of it."""
    part = position.read_text().partition("## Compared\n\n")[2].partition("\n\n## ")[0]
    lines = [
        re.fullmatch(r"- \*\*(.+):\*\* ([a-z ]+)\.(?: (.+))?", each) for each in part.splitlines()
    ]
    assert all(lines), part
    return {each[1]: (each[2], each[3] or "") for each in lines}


def test_its_front_matter_and_its_text_say_the_same(position):
    fields, text = ALL[position], compared_in_text(position)
    assert list(text) == list(ASPECTS.values())
    for key, label in ASPECTS.items():
        result, remark = text[label]
        assert result in RESULTS
        assert fields[key] == result, label
        assert remark or result != "differs", f"{label}: what differs?"


def test_what_no_browser_was_asked_is_not_compared(position):
    fields = ALL[position]
    if isinstance(fields["browsers"], str):
        assert {fields[key] for key in ("page", "wire", "when")} == {NOT_COMPARED}


def test_what_a_scenario_has_different_is_said_to_differ(position):
    fields = ALL[position]
    if fields.get("differs"):
        assert "differs" in {fields[key] for key in ("page", "wire", "when")}


def test_the_wire_is_the_same_only_where_a_scenario_looks_at_it(position):
    if ALL[position]["wire"] == "same" and position.stem not in WIRES:
        assert "was tested manually" in compared_in_text(position)["Wire"][1]


def test_what_differs_is_not_called_the_same_further_down(position):
    fields = ALL[position]
    here = position.read_text().rpartition(f"## {HEADINGS[-1]}\n\n")[2]
    if "differs" in {fields[key] for key in ("page", "wire", "when")}:
        assert not re.match(r"The same\b|As (in )?(Chromium|browsers)\b", here)


def test_it_names_the_scenarios_in_which_chromium_differs(position):
    assert sorted(ALL[position].get("differs", [])) == sorted(DIFFERENT.get(position.stem, []))


def test_the_readme_lists_it_by_its_title(position):
    line = f"- [{ALL[position]['title']}]({position.name})"
    assert (POSITIONS / "README.md").read_text().splitlines().count(line) == 1


def test_links_lead_somewhere():
    for path in POSITIONS.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
            assert (POSITIONS / target).is_file(), f"{path.name}: {target}"


def test_there_are_data_and_markdown_and_no_programs():
    files = [path for path in (ROOT / "spec").rglob("*.*") if "__pycache__" not in path.parts]
    assert {path.suffix for path in files} == {".toml", ".md"}


# What positions say and no other test does.


async def test_close_when_tcp_is_lost_and_its_task_has_not_run(pages):
    socket, wire, events = await pages.open()
    other, other_wire, _ = await pages.open()
    seen = []

    def look(_):
        seen.append((socket.readyState, connection_of(socket).wire.state))
        socket.close(4000, "of no use")
        seen.append(socket.readyState)

    other.addEventListener("message", look)
    # A listener that makes something ready has all others wait for it.
    socket.addEventListener("message", lambda _: asyncio.ensure_future(asyncio.sleep(0)))
    wire.receive(frames.text("make something ready"))
    other_wire.receive(frames.text("look"))
    wire.fail(ConnectionResetError())
    await turns()
    assert seen == [(WebSocket.OPEN, wire_state.CLOSED), WebSocket.CLOSING]
    assert wire.frames == []
    assert events.events[-2:] == [("error", 3), ("close", 3, 1006, "", False)]


async def test_a_view_counts_by_what_is_in_view():
    async with opened() as (socket, peer, _):
        socket.send(memoryview(bytearray(10))[2:5])
        assert socket.bufferedAmount == 3
        assert (await peer.read_frame()).payload == bytes(3)


async def test_a_byte_order_mark_in_a_message_stays():
    async with opened() as (_, peer, events):
        await peer.send_text("\ufeffx")
        assert (await events.until("message"))[2] == "\ufeffx"
