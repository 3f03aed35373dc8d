"""A trace in each of the ways to tell it."""

import io
import json
import re

import pytest
from rich.console import Console

from whatwg_websockets.steps.trace.entry import Entry, State
from whatwg_websockets.steps.trace.html import as_html
from whatwg_websockets.steps.trace.jsonl import as_jsonl
from whatwg_websockets.steps.trace.mermaid import as_mermaid
from whatwg_websockets.steps.trace.terminal import print_trace

OPEN = State(1, "OPEN", 2, 5)

ENTRIES = [
    Entry(0.0001, "step", "Is it a code?", "websockets", "close(code, reason)", "a", "1", "c.py:1"),
    Entry(
        0.0002,
        "step",
        "Does it fit; <b>really</b>?",
        "websockets",
        "close(code, reason)",
        number="2",
        values={"code": "1000", "reason": "'bye'"},
        state=OPEN,
    ),
    Entry(
        0.0003,
        "algorithm",
        "Send a Close frame.",
        "rfc6455",
        "start the WebSocket closing handshake",
        depth=1,
        result="raises Failure: no",
    ),
    Entry(0.0004, "frame", "Close, 2 bytes: 1000 ''", "rfc6455", "Close", direction="out"),
    Entry(0.0005, "http", "HTTP/1.1 101", "fetch", direction="in", values={"Upgrade": "websocket"}),
    Entry(0.0006, "log", "connection lost", "log"),
    Entry(0.0007, "step", "It runs in its turn.", "html", "queue a task", number="9", result="3"),
]


def test_json_lines():
    lines = [json.loads(line) for line in as_jsonl(ENTRIES).splitlines()]
    assert len(lines) == len(ENTRIES)
    assert lines[0]["state"] is None
    assert lines[1]["time"] == 0.0002
    assert lines[1]["values"] == {"code": "1000", "reason": "'bye'"}
    assert lines[1]["state"] == {
        "socket": 1,
        "ready_state": "OPEN",
        "tasks": 2,
        "buffered_amount": 5,
    }


def test_a_sequence_diagram():
    assert as_mermaid(ENTRIES) == (
        "sequenceDiagram\n"
        "    participant P as Page\n"
        "    participant C as Connection\n"
        "    participant S as Server\n"
        "    Note over P: close(code, reason)<br/>1 Is it a code?"
        "<br/>2 Does it fit#59; #60;b#62;really#60;/b#62;?\n"
        "    Note over C: start the WebSocket closing handshake<br/>Send a Close frame.\n"
        "    C->>S: Close, 2 bytes: 1000 ''\n"
        "    S->>C: HTTP/1.1 101\n"
        "    Note over C: log<br/>connection lost\n"
        "    Note over P: queue a task<br/>9 It runs in its turn.\n"
        "    C-->>P: a task\n"
    )


def test_the_terminal():
    file = io.StringIO()
    print_trace(ENTRIES, Console(file=file, width=70))
    assert [line.rstrip() for line in file.getvalue().splitlines()] == [
        "          websockets: close(code, reason)",
        "     0.10 1. Is it a code?",
        "     0.20 2. Does it fit; <b>really</b>?",
        "             code=1000  reason='bye'",
        "            rfc6455: start the WebSocket closing handshake",
        "     0.30   Send a Close frame.",
        "               → raises Failure: no",
        "     0.40 ──▶ Close, 2 bytes: 1000 ''",
        "     0.50 ◀── HTTP/1.1 101",
        "             Upgrade=websocket",
        "     0.60 log connection lost",
        "          html: queue a task",
        "     0.70 9. It runs in its turn.",
        "             → 3",
    ]


DRAFT = Entry(
    0.0008,
    "step",
    "The next message waits.",
    "websocketstream",
    "handle a WebSocketStream message",
    number="4",
    draft="draft at d5570f3",
)


def test_a_step_of_a_draft_says_so():
    file = io.StringIO()
    print_trace([DRAFT], Console(file=file, width=90))
    title = "websocketstream: handle a WebSocketStream message  draft at d5570f3"
    assert file.getvalue().splitlines()[0].strip() == title
    title = "handle a WebSocketStream message (draft at d5570f3)"
    assert f"Note over P: {title}<br/>4 The next message waits." in as_mermaid([DRAFT])
    assert json.loads(as_jsonl([DRAFT]))["draft"] == "draft at d5570f3"
    assert '"draft": "draft at d5570f3"' in as_html([DRAFT], "")


@pytest.fixture
def page():
    return as_html(ENTRIES, "wss://server.example/?a=<b>")


def test_the_page_holds_the_whole_trace(page):
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1]
    assert json.loads(data) == [entry.as_dict() for entry in ENTRIES]
    assert "wss://server.example/?a=&lt;b&gt;" in page


def test_the_page_needs_nothing_else(page):
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)\s*=\s*["']|url\(|@import|https?://""", page)


def test_the_page_suits_light_dark_and_narrow_screens(page):
    assert "prefers-color-scheme: dark" in page
    assert "width=device-width" in page
    assert "prefers-reduced-motion" in page
