"""A trace in each form of output."""

import io
import json

import pytest
from rich.console import Console

from whatwg_websockets.steps.trace.entry import Entry, State
from whatwg_websockets.steps.trace.html import as_html
from whatwg_websockets.steps.trace.jsonl import as_jsonl
from whatwg_websockets.steps.trace.mermaid import as_mermaid
from whatwg_websockets.steps.trace.terminal import Detail, Terminal
from whatwg_websockets.steps.trace.wire import FrameReader, OutgoingFrames

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
    Entry(
        0.0004,
        "frame",
        'Close, 2 bytes: 1000 ""',
        "rfc6455",
        "Close",
        direction="out",
        values=OutgoingFrames().frame(0x88, b"\x03\xe8", bytes(4)).parts(),
    ),
    Entry(0.0005, "http", "HTTP/1.1 101", "fetch", direction="in", values={"Upgrade": "websocket"}),
    Entry(0.0006, "log", "connection lost", "log"),
    Entry(0.0007, "step", "It runs in its turn.", "html", "queue a task", number="9", result="3"),
    Entry(0.0008, "event", "open", "websockets"),
    Entry(0.0009, "state", "CONNECTING → OPEN", "websockets"),
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


def algorithm(name, folder="websockets", **values):
    return Entry(0, "algorithm", "", folder, name, values=values)


def test_a_sequence_diagram():
    assert as_mermaid(ENTRIES) == (
        "sequenceDiagram\n"
        "    participant P as Page\n"
        "    participant N as Network\n"
        "    participant S as Server\n"
        '    N->>S: Close, 2 bytes: 1000 ""\n'
        "    S->>N: HTTP/1.1 101\n"
        "    Note over N: connection lost\n"
        "    N-->>P: open\n"
        "    Note over P: OPEN\n"
    )


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (algorithm("send(data)", data='"a"'), 'P->>N: send("a")'),
        (algorithm("close(code, reason)", code="1000", reason="not given"), "P->>N: close(1000)"),
        (algorithm("close(closeInfo)", "websocketstream", closeInfo="null"), "P->>N: close()"),
        (
            algorithm("new WebSocket(url, protocols)", url='"ws://a/?b;c"', protocols="« »"),
            'P->>N: new WebSocket("ws://a/?b#59;c")',
        ),
        (algorithm("write", "websocketstream", chunk='"a"'), 'P->>N: write("a")'),
        (algorithm("new WebSocketError(message, init)", "websocketstream"), None),
        (algorithm("handle connection close"), None),
        (algorithm("fetch(a)", "fetch"), None),
        (Entry(0, "log", "a" * 50, "log"), "Note over N: " + "a" * 44 + "<br/>" + "a" * 6),
        (Entry(0, "log", "It ended: a<b", "log", values={"why": "a<b"}), "Note over N: a#60;b"),
        (
            Entry(0, "event", "a-bcdefghi " * 50, "websockets"),
            "N-->>P: " + "<br/>".join([" ".join(["a-bcdefghi"] * n) for n in (4, 4, 4, 3)]) + " …",
        ),
        (
            Entry(0, "event", 'message: data "hello", origin "ws://127.0.0.1:9155"', "websockets"),
            'N-->>P: message: data "hello", origin<br/>"ws://127.0.0.1:9155"',
        ),
        (
            Entry(0, "event", "opened is resolved with «[ ]»", "websockets"),
            "N-->>P: opened is resolved",
        ),
        (Entry(0, "event", "message: data 1\n2", "websockets"), "N-->>P: message: data 1 2"),
    ],
)
def test_what_a_sequence_diagram_has(entry, line):
    lines = as_mermaid([entry]).splitlines()[4:]
    assert lines == ([] if line is None else [f"    {line}"])


STEPS = [
    "",
    "          websockets: close(code, reason)",
    "     0.10 1. Is it a code?",
    "     0.20 2. Does it fit; <b>really</b>?",
    "     0.30   rfc6455: start the WebSocket closing handshake",
    "                → raises Failure: no",
    '     0.40 ──▶ Close, 2 bytes: 1000 ""',
    "              FIN 1, RSV 000, opcode 8, MASK 1; on the wire 88 82 | 00 00 00 …",
    "     0.50 ◀── HTTP/1.1 101",
    "              Upgrade: websocket",
    "     0.60 log   connection lost",
    "          html: queue a task",
    "     0.70 9. It runs in its turn.",
    "     0.80 event open",
    "     0.90 state CONNECTING → OPEN",
]

VALUES = {
    3: ["              code = 1000", "              reason = 'bye'"],
    12: ["              → 3"],
}

PARTS = [
    *("              FIN = 1", "              RSV1 = 0", "              RSV2 = 0"),
    *("              RSV3 = 0", "              opcode = 8 (Close)", "              MASK = 1"),
    *("              payload length = 2", "              masking key = 00 00 00 00"),
    *("              payload = 03 e8", "              on the wire = 88 82 | 00 00 00 00 | 03 e8"),
]


def print_trace(entries, console, detail=Detail.VALUES):
    """Print a trace, with the values of an entry right behind it."""
    terminal = Terminal(console, detail)
    for entry in entries:
        terminal.added(entry)
        if entry.kind in ("step", "algorithm"):
            terminal.changed(entry, entry.values, entry.result)


def told(detail, *, width=78):
    file = io.StringIO()
    print_trace(ENTRIES, Console(file=file, width=width), detail)
    return ["", *file.getvalue().splitlines()]


def test_the_terminal_with_steps():
    assert told(Detail.STEPS) == STEPS


def test_the_terminal_with_values():
    expected = []
    for number, line in enumerate(STEPS):
        expected += PARTS if number == 7 else [line, *VALUES.get(number, [])]
    assert told(Detail.VALUES) == expected


def test_an_overview_in_the_terminal():
    assert told(Detail.OVERVIEW) == [
        "",
        "     0.30 rfc6455: start the WebSocket closing handshake",
        '     0.40 ──▶ Close, 2 bytes: 1000 ""',
        "              FIN 1, RSV 000, opcode 8, MASK 1; on the wire 88 82 | 00 00 00 …",
        "     0.50 ◀── HTTP/1.1 101",
        "     0.60 log   connection lost",
        "     0.80 event open",
        "     0.90 state CONNECTING → OPEN",
    ]


def test_half_a_header_in_the_terminal():
    reader, file = FrameReader(), io.StringIO()
    assert reader.feed(b"\x81") == []
    half = reader.unfinished()
    entry = Entry(0, "frame", half.text, "rfc6455", direction="in", values=half.parts())
    print_trace([entry], Console(file=file, width=78), Detail.OVERVIEW)
    assert [line.strip() for line in file.getvalue().splitlines()] == [
        "0.00 ◀── the beginning of a header, 1 byte: 81",
        "on the wire 81",
    ]


EVIL = "\x1b[31mred\x1b]0;title\x07\x9b1m \u202eright\n     9.99 event open"

EVIL_ENTRIES = [
    Entry(0, "http", EVIL, "fetch", direction="in", values={f"X-{EVIL}": EVIL}),
    Entry(0, "frame", EVIL, "rfc6455", direction="in", values={"on the wire": EVIL}),
    Entry(0, "event", EVIL, "websockets", values={"data": EVIL}),
    Entry(0, "log", EVIL, "log", values={"why": EVIL}),
    Entry(0, "algorithm", EVIL, "rfc6455", EVIL, values={"data": EVIL}, result=EVIL),
    Entry(0, "step", EVIL, "rfc6455", EVIL, number="1", result=f"raises {EVIL}"),
]


@pytest.mark.parametrize("detail", Detail)
@pytest.mark.parametrize("width", [40, 78, 1_000])
def test_a_server_cannot_control_the_terminal(detail, width):
    file = io.StringIO()
    print_trace(EVIL_ENTRIES, Console(file=file, width=width), detail)
    told = file.getvalue()
    assert "[31mred" in told
    assert set("\x1b\x07\x9b\u202e").isdisjoint(told)
    assert [line for line in told.splitlines() if line.startswith("     9.99")] == []


def test_colours_begin_where_they_did_before_an_escape():
    file = io.StringIO()
    console = Console(file=file, width=78, force_terminal=True, color_system="standard")
    print_trace([Entry(0, "step", "b\x9bc", "d", "\x9b", number="\x9b1")], console)
    assert "\x1b[2;35m\\u009b1. \x1b[0m\x1b[2mb\\u009bc\x1b[0m\n" in file.getvalue()


def test_a_server_cannot_control_the_terminal_through_other_formats():
    page = as_html(EVIL_ENTRIES, "ws://a/")
    for text in (as_jsonl(EVIL_ENTRIES), as_mermaid(EVIL_ENTRIES), page):
        assert "red" in text
        assert set("\x1b\x07\x9b\u202e").isdisjoint(text)
    lines = as_jsonl(EVIL_ENTRIES).splitlines()
    assert [json.loads(line) for line in lines] == [each.as_dict() for each in EVIL_ENTRIES]


def test_lines_are_as_wide_as_the_terminal():
    assert "| 00 00 00 00 | 03 e8" in told(Detail.OVERVIEW, width=100)[3]
    narrow = told(Detail.STEPS, width=40)
    assert max(map(len, narrow)) <= 40
    assert len(narrow) > len(STEPS)


def test_values_that_come_later_name_what_they_belong_to():
    file = io.StringIO()
    terminal = Terminal(Console(file=file, width=78), Detail.VALUES)
    outer, inner = ENTRIES[0], ENTRIES[2]
    terminal.added(outer)
    terminal.added(inner)
    terminal.changed(outer, {"code": "1000"}, "")
    assert file.getvalue().splitlines()[-1].strip() == "close(code, reason) 1: code = 1000"


def test_a_requirement_outside_of_algorithms_stands_below_its_section():
    def requirement(section, number):
        name, said = f"RFC 6455, section {section}", f"§ rfc6455-{section}-{number}"
        module = "whatwg_websockets.rfc6455.outgoing"
        return Entry(0, "step", "A rule.", "rfc6455", module, number=said, section=name)

    file = io.StringIO()
    terminal = Terminal(Console(file=file, width=78))
    first, *others = requirement("5.1", 1), requirement("5.1", 2), requirement("5.3", 1)
    terminal.added(first)
    for each in others:
        terminal.added(each)
    terminal.changed(first, {"a": "1"}, "")
    assert [line.strip() for line in file.getvalue().splitlines()] == [
        "rfc6455: RFC 6455, section 5.1",
        "0.00 § rfc6455-5.1-1. A rule.",
        "0.00 § rfc6455-5.1-2. A rule.",
        "rfc6455: RFC 6455, section 5.3",
        "0.00 § rfc6455-5.3-1. A rule.",
        "RFC 6455, section 5.1 § rfc6455-5.1-1: a = 1",
    ]


def test_minor_algorithms_are_told_where_all_of_their_folder_is_asked_for():
    minor = Entry(0, "algorithm", "Append.", "fetch", "append", minor=True)
    for all_of, count in [((), 0), (("fetch",), 1)]:
        file = io.StringIO()
        Terminal(Console(file=file), Detail.OVERVIEW, all_of).added(minor)
        assert len(file.getvalue().splitlines()) == count


def test_a_value_is_cut_at_a_stated_length():
    file = io.StringIO()
    entry = Entry(0, "event", "a", "websockets", values={"b": "c" * 2_000, "d": "e" * 2_003})
    terminal = Terminal(Console(file=file, width=3_000))
    terminal.added(entry)
    terminal.changed(entry, {"f": "g" * 3_000}, "raises " + "h" * 3_000)
    _, b, d, f, result = (line.strip() for line in file.getvalue().splitlines())
    assert b == "b = " + "c" * 2_000
    assert d == "d = " + "e" * 2_000 + "… (3 more characters)"
    assert f == "f = " + "g" * 2_000 + "… (1000 more characters)"
    assert result.endswith("… (1007 more characters)")
    assert terminal.lines == 5


def test_colours_in_a_terminal_that_has_them():
    file = io.StringIO()
    print_trace(ENTRIES, Console(file=file, force_terminal=True, color_system="standard"))
    assert "\x1b[" in file.getvalue()


def test_a_terminal_that_is_gone_is_written_to_no_more():
    class Gone(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    failures = []
    terminal = Terminal(Console(file=Gone()), failed=lambda: failures.append(1))
    terminal.added(ENTRIES[0])
    terminal.added(ENTRIES[1])
    assert isinstance(terminal.error, BrokenPipeError)
    assert failures == [1]


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
    assert json.loads(as_jsonl([DRAFT]))["draft"] == "draft at d5570f3"
