"""The questions that a browser is asked, one function each, in the order of the standard."""

import asyncio
import gc
import time
from collections.abc import Callable
from typing import Any

from ask.scenario import QUESTIONS, Scenario, question
from ask.wire import (
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    Peer,
    Script,
    close,
    frame,
    goodbye,
    polite,
    text,
)
from whatwg_websockets import WebSocket

CLOSE_AT_ONCE: dict[str, list[list[Any]]] = {"open": [["close"]]}
SAY_GOODBYE: dict[str, list[list[Any]]] = {"message": [["close"]]}
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate"


def responding(*fields: str, **changes: str) -> Script:
    """Be a server whose response has these fields more, or is otherwise."""

    def script(peer: Peer) -> None:
        if peer.request():
            peer.respond(*fields, **changes)  # type: ignore[arg-type]
            goodbye(peer)

    return script


def saying(data: bytes, *fields: str, first: Callable[[Peer], None] | None = None) -> Script:
    """Be a server that accepts, sends bytes, and listens to the end without ending TCP itself."""

    def script(peer: Peer) -> None:
        peer.handshake(*fields)
        if first is not None:
            first(peer)
        peer.send(data)
        peer.read_to_end()

    return script


# 2.1 Connections.


@question
def target_of_an_empty_query() -> Scenario:
    """Is the question mark of an empty query sent?"""

    def script(peer: Peer) -> None:
        peer.request("")
        peer.respond()
        goodbye(peer)

    return Scenario(url="ws://{base}/p?", server=script, page=CLOSE_AT_ONCE)


def _slow(peer: Peer) -> None:
    began = time.monotonic()
    peer.log.append(f"connection {peer.index + 1} accepted")
    peer.request()
    if peer.index == 0:
        time.sleep(0.7)
        peer.log.append("connection 1 answered")
    elif time.monotonic() - began > 0.3:
        peer.log.append("its request was late")
    peer.respond()
    goodbye(peer)


@question
def second_connection_to_the_same_port() -> Scenario:
    """Does the second connection wait for the first?"""
    return Scenario(server=_slow, page={"start": [["another", "ws://{base}/"]]}, patience=1.5)


@question
def second_connection_under_another_name() -> Scenario:
    """And if it names the host otherwise?"""
    return Scenario(
        server=_slow,
        url="ws://localhost:{port}/",
        page={"start": [["another", "ws://{base}/"]]},
        patience=1.5,
    )


def _takes_a_second(peer: Peer) -> None:
    peer.request()
    time.sleep(1)
    peer.respond()
    goodbye(peer)


@question
def second_connection_to_another_port() -> Scenario:
    """Or another port of the same address? Had it to wait, it would need two seconds."""
    return Scenario(
        server=_takes_a_second,
        page={"start": [["another", "ws://127.0.0.1:{other}/"]], **CLOSE_AT_ONCE},
        timed=True,
    )


# 2.2 Opening handshake.


@question
def request_headers() -> Scenario:
    """Which values does the request have that the text leaves to the user agent?"""

    def script(peer: Peer) -> None:
        peer.request(
            "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Pragma", "Cache-Control"
        )
        peer.respond("Sec-WebSocket-Protocol: b")
        goodbye(peer)

    return Scenario(protocols=("a", "b"), server=script, page=CLOSE_AT_ONCE)


RESPONSES: dict[str, tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]] = {
    "protocol-missing": (("a",), (), {}),
    "protocol-empty": (("a",), ("Sec-WebSocket-Protocol:",), {}),
    "protocol-empty-unasked": ((), ("Sec-WebSocket-Protocol:",), {}),
    "protocol-unasked": ((), ("Sec-WebSocket-Protocol: a",), {}),
    "protocol-other": (("a",), ("Sec-WebSocket-Protocol: b",), {}),
    "protocol-list": (("a", "b"), ("Sec-WebSocket-Protocol: a, b",), {}),
    "protocol-twice": (("a",), ("Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: a"), {}),
    "protocol-other-case": (("a",), ("Sec-WebSocket-Protocol: A",), {}),
    "extensions-empty": ((), ("Sec-WebSocket-Extensions:",), {}),
    "extensions-unasked": ((), ("Sec-WebSocket-Extensions: x-other",), {}),
    "extensions-twice": ((), (DEFLATE, DEFLATE), {}),
    "deflate-unknown-parameter": ((), (DEFLATE + "; x=1",), {}),
    "deflate-repeated-parameter": (
        (),
        (DEFLATE + "; server_no_context_takeover; server_no_context_takeover",),
        {},
    ),
    "deflate-quoted-window": ((), (DEFLATE + '; server_max_window_bits="10"',), {}),
    "deflate-window-8": ((), (DEFLATE + "; server_max_window_bits=8",), {}),
    "deflate-client-window-8": ((), (DEFLATE + "; client_max_window_bits=8",), {}),
    "deflate-window-without-value": ((), (DEFLATE + "; client_max_window_bits",), {}),
    "deflate-window-leading-zero": ((), (DEFLATE + "; server_max_window_bits=010",), {}),
    "deflate-written-oddly": (
        (),
        (DEFLATE.replace(": ", ":\t") + " ;  server_no_context_takeover",),
        {},
    ),
    "deflate-upper-case": ((), (DEFLATE.replace("permessage", "Permessage"),), {}),
    "upgrade-list": ((), (), {"upgrade": "Upgrade: websocket, other"}),
    "upgrade-twice": ((), ("Upgrade: websocket",), {}),
    "connection-list": ((), (), {"connection": "Connection: keep-alive, upgrade"}),
    "connection-missing": ((), (), {"connection": ""}),
    "http-1-0": ((), (), {"status": "HTTP/1.0 101 Switching Protocols"}),
    "http-1-2": ((), (), {"status": "HTTP/1.2 101 Switching Protocols"}),
    "with-content-length": ((), ("Content-Length: 5",), {}),
    "with-transfer-encoding": ((), ("Transfer-Encoding: chunked",), {}),
    "status-200": ((), (), {"status": "HTTP/1.1 200 OK"}),
    "redirect": ((), ("Location: /other",), {"status": "HTTP/1.1 302 Found"}),
    "after-100": ((), (), {"status": "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching"}),
    "after-103": ((), (), {"status": "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 101 Switching"}),
    "header-without-colon": ((), ("nonsense",), {}),
    "header-folded": ((), ("X-A: b\r\n c",), {}),
}


def _enter_responses() -> None:
    def scenario(name: str) -> Callable[[], Scenario]:
        protocols, fields, changes = RESPONSES[name]
        return lambda: Scenario(
            protocols=protocols,
            server=responding(*fields, **changes),
            page={"open": [["note", "protocol"], ["note", "extensions"], ["close"]]},
        )

    for name in RESPONSES:
        QUESTIONS[f"response-{name}"] = scenario(name)


_enter_responses()


@question
def response_accept_twice() -> Scenario:
    """Is the same Sec-WebSocket-Accept taken twice?"""

    def script(peer: Peer) -> None:
        peer.request()
        peer.respond(f"Sec-WebSocket-Accept: {peer.accept}")
        goodbye(peer)

    return Scenario(server=script, page=CLOSE_AT_ONCE)


@question
def userinfo_in_the_url() -> Scenario:
    """Are name and password of the URL sent, at once or after a 401?"""

    def script(peer: Peer) -> None:
        if not peer.request("Authorization"):
            return
        if peer.index == 0:
            challenge = 'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0'
            peer.send(f"{challenge}\r\n\r\n".encode())
            peer.log.append("401")
            if not peer.request("Authorization"):
                return
        peer.respond()
        goodbye(peer)

    return Scenario(
        url="ws://user:pass@{base}/", server=script, page={"open": [["note", "url"], ["close"]]}
    )


@question
def cookie_of_a_refused_handshake() -> Scenario:
    """Is a cookie kept that comes with a refusal, and one that comes with a 101?"""

    def script(peer: Peer) -> None:
        peer.request("Cookie")
        if peer.index == 0:
            peer.send(b"HTTP/1.1 403 No\r\nSet-Cookie: refused=1\r\nContent-Length: 0\r\n\r\n")
            peer.read_to_end()
            return
        peer.respond(f"Set-Cookie: accepted{peer.index}=1")
        goodbye(peer)

    js = """
      for (let i = 0; i < 3; i++) await new Promise((resolve) => {
        const socket = new WebSocket(`ws://${base}/`);
        socket.onopen = () => socket.close();
        socket.onclose = resolve;
      });
      note(document.cookie);
      for (const name of ["refused", "accepted1", "accepted2"])
        document.cookie = `${name}=; max-age=0`;
    """

    async def py(note: Callable[[str], None], base: str) -> None:
        for _ in range(3):
            closed = asyncio.Event()
            socket = WebSocket(f"ws://{base}/")
            socket.onopen = lambda event: event.target.close()
            socket.onclose = lambda _, closed=closed: closed.set()
            await closed.wait()

    return Scenario(server=script, js=js, py=py)


# 3.1 The constructor.


def _entered_constructor(name: str, url: str, protocols: tuple[str, ...] = ()) -> None:
    def scenario() -> Scenario:
        return Scenario(url=url, protocols=protocols, page=CLOSE_AT_ONCE, patience=2.0)

    QUESTIONS[name] = scenario


_entered_constructor("a-blocked-port", "ws://127.0.0.1:25/")
_entered_constructor("a-host-with-a-blank", "ws://a b/")
_entered_constructor("an-empty-fragment", "ws://{base}/#")
_entered_constructor("an-empty-subprotocol", "ws://{base}/", ("",))
_entered_constructor("a-repeated-subprotocol", "ws://{base}/", ("a", "a"))
_entered_constructor("a-subprotocol-that-is-no-token", "ws://{base}/", ("a{b",))
_entered_constructor("another-scheme", "ftp://{base}/")


@question
def subprotocols_that_differ_in_case() -> Scenario:
    """Are "a" and "A" the same?"""
    return Scenario(
        protocols=("a", "A"),
        server=responding("Sec-WebSocket-Protocol: A"),
        page={"open": [["note", "protocol"], ["close"]]},
    )


@question
def an_http_url() -> Scenario:
    """What is the url of a socket that was asked for with http?"""
    return Scenario(url="http://{base}/", page={"open": [["note", "url"], ["close"]]})


# 3.1 close().


def _late(peer: Peer) -> None:
    peer.request()
    time.sleep(0.5)
    peer.respond()
    peer.read_to_end()


@question
def close_while_connecting() -> Scenario:
    """What happens to the handshake, and to a 101 that is late?"""
    return Scenario(
        server=_late,
        page={
            "start": [["wait", 100], ["close", 3000, "why"], ["note", "readyState"]],
            "close": [["note", "readyState"]],
        },
    )


@question
def close_while_connecting_then_send() -> Scenario:
    """Does send() throw in CLOSING where there never was a connection?"""
    return Scenario(
        server=_late,
        page={"start": [["close"], ["send", "abc"], ["note", "bufferedAmount"]]},
    )


@question
def close_after_the_handshake_before_its_task() -> Scenario:
    """The 101 has come, the page was busy, and closes before it knows."""

    def script(peer: Peer) -> None:
        peer.request()
        time.sleep(0.2)
        peer.respond()
        goodbye(peer)

    return Scenario(
        server=script,
        page={
            "start": [["wait", 50], ["block", 400], ["close"], ["note", "readyState"]],
            "open": [["note", "readyState"]],
            "close": [["note", "readyState"], ["note", "protocol"]],
        },
    )


@question
def close_with_a_reason_and_no_code() -> Scenario:
    """What goes on the wire?"""
    return Scenario(page={"open": [["close", None, "why"]]})


@question
def close_with_an_empty_reason_and_no_code() -> Scenario:
    """And where the reason is empty?"""
    return Scenario(page={"open": [["close", None, ""]]})


@question
def close_with_a_code_that_is_clamped() -> Scenario:
    """3000.5 is clamped to the even one of its neighbours."""
    return Scenario(page={"open": [["close", 3000.5]]})


@question
def close_with_a_code_that_is_rounded_up() -> Scenario:
    """Both neighbours of 2999.5 are as near; 3000 is even, and may be used."""
    return Scenario(page={"open": [["close", 2999.5], ["close"]]})


@question
def close_checks_when_closed() -> Scenario:
    """Are the arguments checked where nothing is to be done?"""
    return Scenario(page={"open": [["close"], ["close", 999], ["close", 1000, "x" * 124]]})


@question
def close_when_tcp_is_lost_and_the_page_was_busy() -> Scenario:
    """TCP is gone, its task has not run, and the page calls close()."""

    def script(peer: Peer) -> None:
        peer.handshake(then=text("x"))
        peer.half_close()
        peer.read_to_end()

    return Scenario(
        server=script,
        page={"message": [["block", 300], ["close", 3000], ["note", "readyState"]]},
    )


@question
def close_when_a_close_frame_has_come_and_the_page_was_busy() -> Scenario:
    """The same where the server has sent a Close frame."""

    def script(peer: Peer) -> None:
        peer.handshake(then=text("x"))
        time.sleep(0.1)
        peer.send(close(4000, b"server"))
        peer.finish()

    return Scenario(
        server=script,
        page={
            "message": [
                ["block", 300],
                ["note", "readyState"],
                ["send", "late"],
                ["note", "bufferedAmount"],
                ["close", 3000, "page"],
                ["note", "readyState"],
            ]
        },
    )


def _reads_late(peer: Peer) -> None:
    peer.handshake()
    time.sleep(0.6)
    peer.read_until(CLOSE)
    peer.send(close(1000))
    peer.finish()


@question
def close_behind_a_backlog_then_send() -> Scenario:
    """The Close frame waits behind megabytes; does a send() after close() still go out?"""
    return Scenario(
        server=_reads_late,
        receive_buffer=65_536,
        page={
            "open": [
                ["sendBytes", 8_000_000],
                ["close"],
                ["send", "late"],
                ["note", "bufferedAmount"],
            ],
            "close": [["note", "bufferedAmount"]],
        },
    )


# 3.1 send() and bufferedAmount.


@question
def send_then_change_the_buffer() -> Scenario:
    """Which bytes leave?"""
    return Scenario(page={"open": [["sendThenChange"], ["close"]]})


@question
def send_a_view() -> Scenario:
    """By how much does bufferedAmount grow for 3 bytes of a buffer of 10?"""
    return Scenario(page={"open": [["sendView", 10, 3], ["note", "bufferedAmount"], ["close"]]})


@question
def send_a_blob_then_text() -> Scenario:
    """A Blob takes time to read: do messages keep their order, and what is counted?"""
    return Scenario(
        page={"open": [["sendBlob", 5], ["send", "after"], ["note", "bufferedAmount"], ["close"]]}
    )


@question
def send_a_blob_that_cannot_be_read() -> Scenario:
    """The file behind a Blob is gone."""
    js = """
      const root = await navigator.storage.getDirectory();
      const handle = await root.getFileHandle("gone", { create: true });
      const writable = await handle.createWritable();
      await writable.write("x".repeat(1000));
      await writable.close();
      const file = await handle.getFile();
      await root.removeEntry("gone");
      const socket = new WebSocket(`ws://${base}/`);
      await new Promise((resolve) => {
        socket.onerror = () => note("error");
        socket.onclose = (e) => { note(`close ${e.code} ${e.wasClean}`); resolve(); };
        socket.onopen = () => {
          note("open");
          socket.send(file);
          socket.send("after");
          note(`bufferedAmount ${socket.bufferedAmount}`);
        };
      });
      note(`bufferedAmount ${socket.bufferedAmount}`);
    """
    return Scenario(js=js)


@question
def send_after_close() -> Scenario:
    """What is sent after close() is counted; does the count ever fall?"""
    return Scenario(
        page={
            "open": [["close"], ["send", "abc"], ["note", "bufferedAmount"]],
            "close": [["note", "bufferedAmount"], ["send", "de"], ["note", "bufferedAmount"]],
        }
    )


@question
def buffered_amount_within_a_task() -> Scenario:
    """Does it stay within the task, and fall after it?"""
    return Scenario(
        page={
            "open": [
                ["send", "abc"],
                ["block", 100],
                ["note", "bufferedAmount"],
                ["wait", 100],
                ["note", "bufferedAmount"],
                ["close"],
            ]
        }
    )


@question
def buffered_amount_of_a_message_partly_sent() -> Scenario:
    """The server does not read: is half a message counted by half, or in full?"""

    def script(peer: Peer) -> None:
        peer.handshake()
        time.sleep(1.2)
        peer.reset()

    return Scenario(
        server=script,
        receive_buffer=65_536,
        page={
            "open": [["sendBytes", 20_000_000], ["wait", 600], ["note", "bufferedAmount"]],
            "close": [["note", "bufferedAmount"]],
        },
    )


@question
def buffered_amount_with_compression() -> Scenario:
    """Are the bytes counted as they were given, or as they leave?"""
    return Scenario(
        server=responding(DEFLATE),
        page={"open": [["sendBytes", 1000], ["note", "bufferedAmount"], ["close"]]},
    )


@question
def an_empty_message_with_compression() -> Scenario:
    """Is an empty message compressed?"""
    return Scenario(server=responding(DEFLATE), page={"open": [["send", ""], ["close"]]})


# 4 Feedback.


@question
def the_origin_of_a_message() -> Scenario:
    """Which origin has a message event?"""
    return Scenario(
        server=saying(text("x") + close(1000)),
        page={"message": [["noteEvent", "lastEventId"], ["noteEvent", "origin"]]},
    )


@question
def a_message_with_a_close_frame_behind_it() -> Scenario:
    """Both come in one segment: may the page still answer the message?"""

    def script(peer: Peer) -> None:
        peer.handshake()
        time.sleep(0.1)
        peer.send(text("question") + close(1000))
        peer.read_until(CLOSE)
        peer.finish()

    return Scenario(
        server=script,
        page={
            "message": [["send", "answer"], ["note", "readyState"], ["note", "bufferedAmount"]],
            "close": [["note", "bufferedAmount"]],
        },
    )


@question
def a_byte_order_mark() -> Scenario:
    """Is it kept, in a message and in the reason of a Close frame?"""
    return Scenario(server=saying(text("\ufeffx") + close(1000, "\ufeffy".encode())))


@question
def a_capturing_listener() -> Scenario:
    """Does it come before one that was added earlier and does not capture?"""
    js = """
      const socket = new WebSocket(`ws://${base}/`);
      await new Promise((resolve) => {
        socket.addEventListener("open", () => note("not capturing"));
        socket.addEventListener("open", () => note("capturing"), { capture: true });
        socket.addEventListener("open", () => socket.close());
        socket.addEventListener("close", resolve);
      });
    """

    async def py(note: Callable[[str], None], base: str) -> None:
        closed = asyncio.Event()
        socket = WebSocket(f"ws://{base}/")
        socket.addEventListener("open", lambda _: note("not capturing"))
        socket.addEventListener("open", lambda _: note("capturing"), capture=True)
        socket.addEventListener("open", lambda event: event.target.close())
        socket.addEventListener("close", lambda _: closed.set())
        await closed.wait()

    return Scenario(js=js, py=py)


@question
def the_ready_state_in_an_error_event() -> Scenario:
    """Which ready state does a page see when the connection fails?"""
    return Scenario(
        server=saying(frame(3)),
        page={"error": [["note", "readyState"]], "close": [["note", "readyState"]]},
    )


# Failing, and closing.

FAULTS = {
    "a-reserved-opcode": frame(3),
    "rsv1-without-an-extension": frame(TEXT, b"x", rsv=4),
    "a-masked-frame": bytes((0x81, 0x81, 0, 0, 0, 0, 0x78)),
    "a-fragmented-ping": frame(PING, b"x", fin=False),
    "a-long-ping": frame(PING, bytes(126)),
    "a-length-in-too-many-bytes": bytes((0x82, 126, 0, 1, 0)),
    "a-length-of-64-bits-too-many": bytes((0x82, 127, 0, 0, 0, 0, 0, 0, 0, 1, 0)),
    "a-length-with-its-highest-bit": bytes((0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 1)),
    "a-continuation-of-nothing": frame(CONTINUATION, b"x"),
    "a-message-in-a-message": frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"),
    "text-that-is-not-utf8": frame(TEXT, b"\xff"),
    "text-that-ends-in-a-character": frame(TEXT, "é".encode()[:1]),
    "text-whose-first-fragment-is-not-utf8": frame(TEXT, b"\xff", fin=False),
}


def _enter_faults() -> None:
    def scenario(data: bytes, *fields: str) -> Callable[[], Scenario]:
        return lambda: Scenario(server=saying(data, *fields), page=SAY_GOODBYE)

    for name, data in FAULTS.items():
        QUESTIONS[f"fault-{name}"] = scenario(data)
    QUESTIONS["fault-bad-deflate"] = scenario(frame(TEXT, b"\xff\xff\xff", rsv=4), DEFLATE)
    QUESTIONS["fault-compressed-ping"] = scenario(frame(PING, b"x", rsv=4), DEFLATE)


_enter_faults()

CODES = [0, 999, *range(1000, 1008), *range(1011, 1017), 1100, 2000, 2999]
CODES += [3000, 4999, 5000, 65535]


def _enter_codes() -> None:
    def scenario(code: int) -> Callable[[], Scenario]:
        return lambda: Scenario(server=saying(close(code, b"r")))

    for code in CODES:
        QUESTIONS[f"received-{code}"] = scenario(code)


_enter_codes()


@question
def received_without_a_body() -> Scenario:
    """A Close frame that says nothing."""
    return Scenario(server=saying(close()))


@question
def received_half_a_code() -> Scenario:
    """A Close frame with a body of one byte."""
    return Scenario(server=saying(frame(CLOSE, b"\x03")))


@question
def received_a_reason_that_is_not_utf8() -> Scenario:
    """The standard decodes the reason, the RFC fails the connection."""
    return Scenario(server=saying(close(1000, b"a\xffb")))


@question
def received_half_a_code_after_our_close() -> Scenario:
    """The answer to our Close frame is malformed."""
    return Scenario(
        server=saying(frame(CLOSE, b"\x03"), first=lambda peer: peer.read_until(CLOSE)),
        page=CLOSE_AT_ONCE,
    )


@question
def received_two_close_frames() -> Scenario:
    """Which one counts?"""
    return Scenario(server=saying(close(4000, b"first") + close(4001, b"second")))


@question
def received_a_message_behind_a_close_frame() -> Scenario:
    """Is data after the Close frame dropped, or a failure?"""
    return Scenario(server=saying(close(1000) + text("late")))


@question
def received_a_message_long_behind_a_close_frame() -> Scenario:
    """And where it comes a little later?"""

    def script(peer: Peer) -> None:
        peer.handshake(then=close(1000))
        peer.read_until(CLOSE)
        time.sleep(0.1)
        peer.send(text("late"))
        peer.read_to_end()

    return Scenario(server=script)


@question
def both_close_with_codes_of_their_own() -> Scenario:
    """The page closes with 4001, and the server with 4002: which is reported?"""
    return Scenario(
        server=saying(close(4002, b"server"), first=lambda peer: peer.read_until(CLOSE)),
        page={"open": [["close", 4001, "page"]]},
    )


@question
def messages_after_our_close() -> Scenario:
    """The server goes on for a while after our Close frame."""
    return Scenario(
        server=saying(
            text("late") + frame(PING, b"?") + close(1000),
            first=lambda peer: peer.read_until(CLOSE),
        ),
        page=CLOSE_AT_ONCE,
    )


@question
def a_fault_after_our_close() -> Scenario:
    """The server breaks a rule where our Close frame was sent already."""
    return Scenario(
        server=saying(frame(3), first=lambda peer: peer.read_until(CLOSE)), page=CLOSE_AT_ONCE
    )


@question
def our_close_is_never_answered() -> Scenario:
    """How long does the page wait, and what does it see?"""

    def script(peer: Peer) -> None:
        peer.handshake()
        peer.read_to_end()

    return Scenario(server=script, page=CLOSE_AT_ONCE, timed=True, patience=75.0)


@question
def tcp_is_not_ended_after_our_close_was_answered() -> Scenario:
    """Both Close frames were sent and the server leaves TCP open."""
    return Scenario(
        server=saying(close(1000), first=lambda peer: peer.read_until(CLOSE)),
        page=CLOSE_AT_ONCE,
        timed=True,
    )


@question
def tcp_is_not_ended_after_the_servers_close() -> Scenario:
    """The same where the server began."""
    return Scenario(server=saying(close(1000)), timed=True)


def _then_end(data: bytes, *, reset: bool = False, after_our_close: bool = False) -> Script:
    def script(peer: Peer) -> None:
        peer.handshake()
        if after_our_close:
            peer.read_until(CLOSE)
        time.sleep(0.1)
        peer.send(data)
        if reset:
            peer.reset()
        else:
            peer.finish()

    return script


@question
def tcp_is_ended_without_a_close_frame() -> Scenario:
    """The server ends TCP."""
    return Scenario(server=_then_end(b""))


@question
def tcp_is_reset_without_a_close_frame() -> Scenario:
    """The server resets TCP."""
    return Scenario(server=_then_end(b"", reset=True))


@question
def tcp_is_ended_in_the_middle_of_a_frame() -> Scenario:
    """The server ends TCP with half a message."""
    return Scenario(server=_then_end(text("abc")[:3]))


@question
def tcp_is_ended_instead_of_an_answer_to_our_close() -> Scenario:
    """The page has closed, and the server ends TCP without a Close frame."""
    return Scenario(server=_then_end(b"", after_our_close=True), page=CLOSE_AT_ONCE)


@question
def tcp_is_reset_instead_of_an_answer_to_our_close() -> Scenario:
    """The same with a reset."""
    return Scenario(server=_then_end(b"", reset=True, after_our_close=True), page=CLOSE_AT_ONCE)


@question
def tcp_is_reset_behind_the_servers_close() -> Scenario:
    """A Close frame and a reset right behind it: has ours left, was it clean?"""
    return Scenario(server=_then_end(close(4000, b"bye"), reset=True))


@question
def tcp_is_reset_behind_the_servers_answer() -> Scenario:
    """Both Close frames were exchanged, and then comes a reset."""
    return Scenario(
        server=_then_end(close(4000, b"bye"), reset=True, after_our_close=True),
        page=CLOSE_AT_ONCE,
    )


@question
def a_close_frame_that_cannot_be_answered() -> Scenario:
    """The server's Close comes while megabytes of ours wait, and then TCP is reset."""

    def script(peer: Peer) -> None:
        peer.handshake()
        time.sleep(0.2)
        peer.send(close(4000, b"bye"))
        time.sleep(0.3)
        peer.reset()

    return Scenario(
        server=script, receive_buffer=65_536, page={"open": [["sendBytes", 20_000_000]]}
    )


@question
def the_connection_is_refused() -> Scenario:
    """The events of a connection that never was."""
    return Scenario(url="ws://127.0.0.1:1/", patience=2.0, page={"close": [["note", "readyState"]]})


# 5 Ping and Pong.


@question
def pings() -> Scenario:
    """Are all of them answered, and a Pong that nobody asked for passed over?"""
    return Scenario(
        server=saying(
            frame(PING, b"1")
            + frame(PING, b"2")
            + frame(0xA, b"!")
            + frame(PING, b"3")
            + close(1000)
        )
    )


# 7 Garbage collection, and make disappear.


def _collected(*, listen: bool) -> Scenario:
    def script(peer: Peer) -> None:
        peer.request()
        time.sleep(0.4)
        peer.respond()
        peer.log.append("101 sent")
        peer.send(text("x"))
        peer.read_until(CLOSE)
        peer.send(close())
        peer.finish()

    listening = "s.onmessage = () => { note('message'); s.close(); };" if listen else ""
    js = f"""
      (() => {{ const s = new WebSocket(`ws://${{base}}/`); {listening} }})();
      for (let i = 0; i < 12; i++) {{
        await sleep(100);
        await gc({{ type: "major", execution: "async" }});
      }}
    """

    async def py(note: Callable[[str], None], base: str) -> None:
        def make() -> None:
            socket = WebSocket(f"ws://{base}/")
            if listen:

                def answer(event: Any) -> None:
                    note("message")
                    event.target.close()

                socket.onmessage = answer

        make()
        for _ in range(12):
            await asyncio.sleep(0.1)
            gc.collect()

    return Scenario(server=script, js=js, py=py)


@question
def collected_while_connecting_without_listeners() -> Scenario:
    """Nobody refers to a socket that connects, and nobody listens to it."""
    return _collected(listen=False)


@question
def not_collected_while_connecting_with_a_listener() -> Scenario:
    """Nobody refers to it, but it has a listener for messages."""
    return _collected(listen=True)


@question
def collected_while_open() -> Scenario:
    """An open socket that only listened for open."""
    js = """
      await new Promise((resolve) => {
        (() => { new WebSocket(`ws://${base}/`).onopen = () => resolve(); })();
      });
      for (let i = 0; i < 8; i++) {
        await sleep(100);
        await gc({ type: "major", execution: "async" });
      }
    """

    async def py(_: Callable[[str], None], base: str) -> None:
        opened = asyncio.Event()

        def make() -> None:
            WebSocket(f"ws://{base}/").onopen = lambda _: opened.set()

        make()
        await opened.wait()
        for _i in range(8):
            await asyncio.sleep(0.1)
            gc.collect()

    return Scenario(js=js, py=py)


def _disappearing(script: Script, setup: str, *, patience: float = 3.0) -> Scenario:
    js = f"""
      const frame = document.createElement("iframe");
      frame.src = "/blank";
      await new Promise((resolve) => {{ frame.onload = resolve; document.body.append(frame); }});
      const socket = new frame.contentWindow.WebSocket(`ws://${{base}}/`);
      for (const type of ["open", "error", "close"])
        socket.addEventListener(type, () => note(type));
      {setup}
      frame.remove();
      note(`readyState ${{socket.readyState}}`);
      await sleep(500);
      note(`readyState ${{socket.readyState}}`);
    """

    async def py(note: Callable[[str], None], base: str) -> None:
        from whatwg_websockets import EnvironmentSettings

        settings = EnvironmentSettings()
        socket = WebSocket(f"ws://{base}/", settings=settings)
        for kind in ("open", "error", "close"):
            socket.addEventListener(kind, lambda event: note(event.type))
        await asyncio.sleep(0.25)
        settings.unload()
        note(f"readyState {socket.readyState}")
        await asyncio.sleep(0.5)
        note(f"readyState {socket.readyState}")

    return Scenario(server=script, js=js, py=py, patience=patience)


@question
def a_document_that_goes_away() -> Scenario:
    """A frame with an open socket is removed."""
    return _disappearing(polite, "await sleep(250);")


@question
def a_document_that_goes_away_while_connecting() -> Scenario:
    """A frame with a connecting socket is removed."""
    return _disappearing(_late, "await sleep(250);")


# The draft of WebSocketStream.


def _stream(script: Script, js: str) -> Scenario:
    return Scenario(server=script, js=js)


@question
def stream_never_open() -> Scenario:
    """What becomes of the promises of a stream that never opened?"""
    return _stream(
        responding(status="HTTP/1.1 200 OK"),
        """
        const s = new WebSocketStream(`ws://${base}/`);
        for (const name of ["opened", "closed"])
          await s[name].then(() => note(`${name} resolved`),
            (e) => note(`${name} rejected: ${e.name} ${e.closeCode} ${JSON.stringify(e.reason)}`));
        """,
    )


@question
def stream_aborted_before_it_began() -> Scenario:
    """The signal was aborted already: what are the promises, and url?"""
    return _stream(
        polite,
        """
        const s = new WebSocketStream(`ws://${base}/`, { signal: AbortSignal.abort() });
        note(s.url === `ws://${base}/` ? "url set" : `url ${s.url}`);
        for (const name of ["opened", "closed"])
          await s[name].then(() => note(`${name} resolved`), (e) => note(`${name} ${e.name}`));
        """,
    )


@question
def stream_a_write_behind_the_servers_close() -> Scenario:
    """A write that can no longer be sent: does it resolve?"""
    return _stream(
        saying(close(1000)),
        """
        const s = new WebSocketStream(`ws://${base}/`);
        const { writable } = await s.opened;
        const writer = writable.getWriter();
        const until = performance.now() + 300;
        while (performance.now() < until);
        await writer.write("late").then(() => note("write resolved"),
          (e) => note(`write rejected: ${e.name}`));
        await s.closed.then((i) => note(`closed ${i.closeCode}`), (e) => note(`closed ${e.name}`));
        await writer.write("later").then(() => note("write resolved"),
          (e) => note(`write rejected: ${e.name}`));
        """,
    )


@question
def stream_closed_with_a_reason_and_no_code() -> Scenario:
    """What goes on the wire?"""
    return _stream(
        polite,
        """
        const s = new WebSocketStream(`ws://${base}/`);
        await s.opened;
        s.close({ reason: "why" });
        await s.closed.then((i) => note(`closed ${i.closeCode} ${JSON.stringify(i.reason)}`));
        """,
    )


@question
def stream_cancelled_with_the_servers_error() -> Scenario:
    """A WebSocketError with a code that a page may not send, as the reason of a cancel()."""
    return _stream(
        polite,
        """
        const first = new WebSocketStream(`ws://127.0.0.1:${other}/`);
        const s = new WebSocketStream(`ws://${base}/`);
        const { readable } = await s.opened;
        try { new WebSocketError("x", { closeCode: 1001 }); }
        catch (e) { note(`constructing 1001 throws ${e.name}`); }
        note(`code with a reason only: ${new WebSocketError("", { reason: "r" }).closeCode}`);
        await readable.cancel(new WebSocketError("x", { closeCode: 4000, reason: "why" }));
        await s.closed.then((i) => note(`closed ${i.closeCode}`), (e) => note(`closed ${e.name}`));
        first.close();
        """,
    )


@question
def stream_unread_messages_before_a_close() -> Scenario:
    """Nobody reads: does closed settle, and can the messages be read afterwards?"""
    return _stream(
        saying(text("1") + text("2") + text("3") + close(1000)),
        """
        const s = new WebSocketStream(`ws://${base}/`);
        const { readable } = await s.opened;
        const early = await Promise.race([s.closed.then(() => "settled", () => "rejected"),
          sleep(700).then(() => "pending")]);
        note(`closed is ${early} while nobody reads`);
        const reader = readable.getReader();
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          note(`read ${value}`);
        }
        await s.closed.then((i) => note(`closed ${i.closeCode}`), (e) => note(`closed ${e.name}`));
        """,
    )


@question
def stream_closed_by_the_writable() -> Scenario:
    """writable.close(): an empty Close frame? And when does its promise settle?"""
    return _stream(
        polite,
        """
        const s = new WebSocketStream(`ws://${base}/`);
        const { writable } = await s.opened;
        let closed = false;
        s.closed.then(() => { closed = true; });
        await writable.close();
        note(`close() settled ${closed ? "after" : "before"} closed`);
        await s.closed.then((i) => note(`closed ${i.closeCode}`), (e) => note(`closed ${e.name}`));
        """,
    )
