"""The heads of HTTP/1.1 messages.

https://www.rfc-editor.org/rfc/rfc9112, sections 2.2, 4, 5 and 6.3
"""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from whatwg_websockets.fetch.http1 import (
    HttpFailure,
    ResponseHead,
    ResponseReader,
    request_head,
)

SIZE = 65_536
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\n"


def read(pieces, size=SIZE, count=100):
    """Return so many heads of those in the pieces, or all, and what is behind; or a failure."""
    reader, heads, pieces = ResponseReader(size), [], list(pieces)
    try:
        while pieces:
            reader.receive(pieces.pop(0))
            while (head := reader.next_head()) is not None:
                heads.append(head)
                if len(heads) == count:
                    return heads, reader.rest + b"".join(pieces)
    except HttpFailure as failure:
        return failure.kind, failure.why
    return heads, reader.rest


def read_one(data):
    """Return the one head that is in the data."""
    heads, rest = read([data])
    assert len(heads) == 1, (heads, rest)
    assert rest == b""
    return heads[0]


def fields_of(lines):
    return read_one(SWITCH + lines + b"\r\n").headers


def assert_malformed(data, said=""):
    kind, why = read([data])
    assert kind == "not HTTP"
    assert said in why


def cut(data, cuts):
    """Cut data at some places."""
    places = [0, *sorted(each % (len(data) + 1) for each in cuts), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(places)]


CUTS = st.lists(st.integers(0, 1_000_000), max_size=8)


# 4: the status line.


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (b"HTTP/1.1 101 Switching Protocols", 101, b"Switching Protocols"),
        (b"HTTP/1.1 404 Not  Found ", 404, b"Not  Found "),
        (b"HTTP/1.1 101 ", 101, b""),
        (b"HTTP/1.1 101", 101, b""),
        (b"HTTP/1.0 200 OK", 200, b"OK"),
        (b"HTTP/1.2 101 x", 101, b"x"),
        (b"HTTP/1.9 999 \xff\x1b\t", 999, b"\xff\x1b\t"),
    ],
)
def test_4_what_is_a_status_line(line, status, reason):
    head = read_one(line + b"\r\n\r\n")
    assert head == ResponseHead(status, reason, [])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"garbage",
        b"SSH-2.0-OpenSSH_9.6",
        b"http/1.1 101 Switching Protocols",
        b"Http/1.1 101 Switching Protocols",
        b"HTTP/2 101 x",
        b"HTTP/2.0 101 x",
        b"HTTP/0.9 101 x",
        b"HTTP/1 101 x",
        b"HTTP/1.10 101 x",
        b"HTTP/1.1",
        b"HTTP/1.1 ",
        b"HTTP/1.1  101 x",
        b"HTTP/1.1\t101 x",
        b" HTTP/1.1 101 x",
        b"HTTP/1.1 10 x",
        b"HTTP/1.1 1010 x",
        b"HTTP/1.1 099 x",
        b"HTTP/1.1 000 x",
        b"HTTP/1.1 abc x",
        b"HTTP/1.1 -11 x",
        b"HTTP/1.1 101x",
        b"HTTP/1.1 101\tx",
        b"HTTP/1.1 \xd9\xa1\xd9\xa0\xd9\xa1 x",
        b"GET / HTTP/1.1",
    ],
)
def test_4_what_is_no_status_line(line):
    said = "not a status line" if line.startswith(b"HTTP/1.") else "does not begin with HTTP/1"
    assert_malformed(line + b"\r\n\r\n", said)


@pytest.mark.parametrize(
    "data",
    [b"220 ready for mail\r\n", b"HTTP/1.1\n", b"S", b"\x15\x03\x01\x00\x02\x02F", b"HTTP/2", b"h"],
)
def test_what_is_no_status_line_is_known_before_the_head_is_whole(data):
    assert_malformed(data)


@pytest.mark.parametrize("data", [b"", b"H", b"HTTP/1.", b"HTTP/1.1 101 Switching"])
def test_what_may_become_a_status_line_is_waited_for(data):
    assert read([data]) == ([], data)


def test_the_first_bytes_of_each_head_are_looked_at():
    assert_malformed(b"HTTP/1.1 103 x\r\n\r\nS")


# 2.2: lines.


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("last", [b"\r\n", b"\n"])
def test_2_2_a_line_ends_with_crlf_or_with_lf_alone(end, last):
    head = read_one(b"HTTP/1.1 101 x" + end + b"a: b" + end + b"c: d" + end + last)
    assert head == ResponseHead(101, b"x", [(b"a", b"b"), (b"c", b"d")])


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 101 a\rb\r\n\r\n",
        b"HTTP/1.1 101\r\r\n\r\n",
        SWITCH + b"a: b\rc: d\r\n\r\n",
        SWITCH + b"a: b\r\r\n\r\n",
        SWITCH + b"a\r: b\r\n\r\n",
        SWITCH + b"\r\r\n",
        SWITCH + b"a: b\r\n\rc\r\n\r\n",
    ],
)
def test_2_2_a_lone_cr_is_refused(data):
    assert_malformed(data, "CR or NUL")


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 101 \0\r\n\r\n",
        SWITCH + b"a: b\0c\r\n\r\n",
        SWITCH + b"a\0: b\r\n\r\n",
        SWITCH + b"a: b\r\n \0\r\n\r\n",
    ],
)
def test_5_5_of_rfc_9110_a_nul_is_refused(data):
    assert_malformed(data, "CR or NUL")


@pytest.mark.parametrize("blank", [b" ", b"\t"])
def test_2_2_white_space_before_the_first_field_is_refused(blank):
    assert_malformed(SWITCH + blank + b"a: b\r\n\r\n", "follows the status line")
    assert_malformed(SWITCH + blank + b"\r\n\r\n", "follows the status line")


# 5: fields.


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        (b"", []),
        (b"a: b\r\n", [(b"a", b"b")]),
        (b"a:b\r\n", [(b"a", b"b")]),
        (b"a:\r\n", [(b"a", b"")]),
        (b"a: \t \r\n", [(b"a", b"")]),
        (b"a: \t b \t c \t\r\n", [(b"a", b"b \t c")]),
        (b"a::b: c\r\n", [(b"a", b":b: c")]),
        (b"X-Custom_1: b\r\n", [(b"x-custom_1", b"b")]),
        (b"!#$%&'*+-.^_`|~9Az: b\r\n", [(b"!#$%&'*+-.^_`|~9az", b"b")]),
        (b"a: \x80\xff\x01\x7f\r\n", [(b"a", b"\x80\xff\x01\x7f")]),
        (b"a: \x0b\x0c\r\n", [(b"a", b"\x0b\x0c")]),
        (b"b: 1\r\na: 2\r\nB: 3\r\n", [(b"b", b"1"), (b"a", b"2"), (b"b", b"3")]),
    ],
)
def test_5_fields(lines, fields):
    assert fields_of(lines) == fields


@pytest.mark.parametrize(
    "line",
    [b"no colon", b":", b": b", b"a : b", b"a\t: b", b"a b: c", b"(a): b", b"\xe4: b"],
)
def test_5_1_what_is_no_field(line):
    assert_malformed(SWITCH + line + b"\r\n\r\n", "not a header field")


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (b"a: b\r\n c\r\n", b"b c"),
        (b"a: b \t\r\n \t c \r\n\td\r\n", b"b c d"),
        (b"a:\r\n b\r\n", b"b"),
        (b"a: b\r\n \r\n", b"b"),
        (b"a: b\r\n \r\n c: d\r\n", b"b  c: d"),
        (b"a: b\n c\n", b"b c"),
    ],
)
def test_5_2_a_fold_becomes_a_blank(lines, value):
    assert fields_of(lines) == [(b"a", value)]


# 6.3: where a 1xx response ends.


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 5\r\n",
        b"Content-Length: abc\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 1, 1\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        b"Trailer: x\r\n",
    ],
)
@pytest.mark.parametrize("status", [100, 101, 103])
def test_6_3_a_1xx_response_ends_with_the_empty_line(lines, status):
    data = b"HTTP/1.1 %d x\r\n%b\r\n5\r\nframe" % (status, lines)
    ((head,), rest) = read([data], count=1)
    assert head.status == status
    assert rest == b"5\r\nframe"


def test_one_head_comes_behind_the_other():
    heads, rest = read([b"HTTP/1.1 103 x\r\na: b\r\n\r\nHTTP/1.1 101 y\r\n\r\nrest"], count=2)
    assert heads == [ResponseHead(103, b"x", [(b"a", b"b")]), ResponseHead(101, b"y", [])]
    assert rest == b"rest"


# The size: all heads, and nothing that is behind them.

HEADS = b"HTTP/1.1 103 x\r\nb: " + b"c" * 40 + b"\r\n\r\n" + SWITCH + b"a: b\r\n\r\n"


@settings(deadline=None)
@given(CUTS)
@example([])
@example(range(200))
def test_a_head_of_exactly_the_size_passes_however_it_is_cut(cuts):
    heads, rest = read(cut(HEADS + b"\x81\x05hello" * 100, cuts), len(HEADS), count=2)
    assert [head.status for head in heads] == [103, 101]
    assert rest == b"\x81\x05hello" * 100


@settings(deadline=None)
@given(CUTS, st.integers(1, len(HEADS) - 1))
@example([], len(HEADS) - 1)
@example(range(200), len(HEADS) - 1)
@example([], 1)
def test_a_head_of_one_byte_more_than_the_size_fails_however_it_is_cut(cuts, size):
    seen = read(cut(HEADS + b"\x81\x05hello", cuts), size, count=2)
    assert seen == ("too large", f"the answer is longer than handshake_size ({size} bytes)")


@pytest.mark.parametrize("size", [59, 60])
def test_a_line_that_never_ends_fails_when_it_is_larger_than_the_size(size):
    seen = read([b"HTTP/1.1 101 x\r\n", b"x" * 30, b"x" * (size - 46)], 59)
    assert seen[0] == ([] if size == 59 else "too large")


def test_another_protocol_beyond_the_size_is_too_large_however_it_is_cut():
    data = b"HTTP/1.1 103 y\r\n\nHTTP/2.0 101 x\r\n\r\n"
    for size, kind in [(20, "too large"), (22, "too large"), (23, "not HTTP")]:
        assert read([data], size)[0] == kind
        assert read([data[i : i + 1] for i in range(len(data))], size)[0] == kind


# Any bytes, and any cuts.

LINES = st.sampled_from(
    [
        *(SWITCH, b"HTTP/1.1 100\n", b"HTTP/1.0 200 OK\r\n", b"HTTP/1.1 1x\r\n"),
        *(b"a: b\r\n", b"a:\n", b" fold\r\n", b"\t\r\n", b"a b: c\r\n", b"a:" + b" x" * 40 + b"\n"),
        *(b"\r\n", b"\n", b"\r", b"\0", b" ", b":", b"\x81\x05hello"),
    ]
)
MESSAGES = st.one_of(
    st.lists(LINES, max_size=12).map(b"".join),
    st.lists(LINES, max_size=12).map(lambda lines: SWITCH + b"".join(lines) + b"\r\n\r\n"),
    st.binary(max_size=80),
    st.binary(max_size=80).map(lambda data: SWITCH + data),
    st.binary(max_size=40).map(lambda data: SWITCH + b"a: " + data + b"\r\n\r\n"),
)


@settings(deadline=None)
@given(MESSAGES, CUTS, st.integers(1, 200))
def test_what_comes_out_does_not_depend_on_how_the_bytes_were_cut(data, cuts, size):
    """And nothing comes out but heads, or a failure, whose words quote what has been received."""

    def outcome(pieces):
        first, second = read(pieces, size, count=2)
        return first if isinstance(first, str) else (first, second)

    whole = outcome([data])
    assert outcome(cut(data, cuts)) == whole
    assert outcome([data[i : i + 1] for i in range(len(data))]) == whole


# 3: requests.


def test_3_a_request():
    fields = [(b"Host", b"h"), (b"Cookie", b"a=\xe4"), (b"X", b"")]
    assert request_head(b"GET", b"/chat?x", fields) == (
        b"GET /chat?x HTTP/1.1\r\nHost: h\r\nCookie: a=\xe4\r\nX: \r\n\r\n"
    )


@pytest.mark.parametrize(
    "value", [b"a\rb", b"a\nb", b"a\r\nX: b", b"a\0", b"\n", b" a", b"a ", b"\ta", b"a\t", b" "]
)
def test_what_is_no_header_value_is_not_written(value):
    with pytest.raises(HttpFailure) as raised:
        request_head(b"GET", b"/", [(b"Host", b"h"), (b"Cookie", value)])
    assert raised.value.kind == "not sent"
    assert "Cookie" in raised.value.why


@settings(deadline=None)
@given(st.lists(st.binary(max_size=20), max_size=5))
def test_a_request_has_as_many_lines_as_fields_or_is_not_written(values):
    fields = [(b"X", value) for value in values]
    try:
        head = request_head(b"GET", b"/", fields)
    except HttpFailure:
        return
    assert head.count(b"\n") == head.count(b"\r") == len(values) + 2
    assert head.endswith(b"\r\n\r\n")
