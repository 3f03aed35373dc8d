"""What a visit does; only the log observes it."""

import asyncio
from functools import partial
from types import SimpleNamespace

import pytest

from support import frames
from support.apart import Blind
from support.server import Server
from whatwg_websockets import EnvironmentSettings, Limits, WebSocket
from whatwg_websockets.close import close
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.receive import Receiver
from whatwg_websockets.steps.trace.live import Visit, tell


@pytest.fixture(autouse=True)
def nobody_looks(monkeypatch):
    monkeypatch.setattr("whatwg_websockets.steps.trace.tracing.observer_for", Blind)


@pytest.fixture(params=[False, True], ids=["WebSocket", "WebSocketStream"])
def visit(request):
    return partial(Visit, is_stream=request.param)


async def test_texts_are_sent_answers_heard_and_the_code_said(visit):
    async with Server() as server:
        planned = visit(server.url, ["chat"], ["one", "two"], 3000, patience=30)
        visiting = asyncio.create_task(tell(planned))
        peer = await server.accept_handshake(sec_websocket_protocol="chat")
        for text in ("one", "two"):
            assert (await peer.read_frame()).payload == text.encode()
            await peer.send_text(text)
        await peer.expect_close(3000)
        await peer.send_close(3000)
        peer.half_close()
        told = await visiting
    assert (told.why, told.visit) == ("", planned)


async def test_what_is_no_websocket_url(visit):
    told = await tell(visit("ftp://server.example/"))
    assert told.why.startswith("SyntaxError: the scheme of 'ftp://server.example/' is not")


async def test_a_code_that_a_page_may_not_use(visit):
    async with Server() as server:
        visiting = asyncio.create_task(tell(visit(server.url, code=1001)))
        peer = await server.accept_handshake()
        await peer.expect_close()
        peer.close()
        told = await visiting
    assert told.why == "InvalidAccessError: close code 1001 is not 1000 or 3000-4999"


async def test_a_connection_that_cannot_be_opened(visit):
    told = await tell(visit("ws://127.0.0.1:1/"))
    assert told.why == "port 1 is blocked"


async def test_a_server_that_sends_nothing_is_waited_for_no_longer(visit):
    async with Server() as server:
        visiting = asyncio.create_task(tell(visit(server.url, texts=["hi"], patience=2)))
        peer = await server.accept_handshake()
        assert (await peer.read_frame()).payload == b"hi"
        await peer.expect_close()
        await peer.send_close(1000)
        peer.half_close()
        told = await visiting
    assert told.why == "the server answered with 0 of 1 message within 2 seconds"


@pytest.mark.parametrize(
    ("frame", "how"),
    [(frames.close(1011, "oops"), 'with 1011 "oops"'), (frames.close(), "without a code")],
)
async def test_a_server_that_leaves_instead_of_answering(frame, how, visit):
    async with Server() as server:
        visiting = asyncio.create_task(tell(visit(server.url, texts=["hi"], patience=30)))
        peer = await server.accept_handshake()
        await peer.send(frame)
        await peer.read_frame()
        peer.half_close()
        told = await visiting
    assert told.why == f"the server closed the connection {how} after 0 of 1 message"


@pytest.mark.parametrize("texts", [[], ["hi"]])
async def test_a_server_that_breaks_a_rule(texts, visit):
    async with Server() as server:
        visiting = asyncio.create_task(tell(visit(server.url, texts=texts, patience=30)))
        peer = await server.accept_handshake()
        await peer.send(frames.frame(3))
        await peer.read_frame()
        peer.half_close()
        told = await visiting
    assert told.why == "the reserved opcode 3"


async def test_a_server_that_is_gone_without_a_close_frame(visit):
    async with Server() as server:
        visiting = asyncio.create_task(tell(visit(server.url, texts=["hi"], patience=30)))
        peer = await server.accept_handshake()
        await peer.read_frame()
        peer.close()
        told = await visiting
    assert told.why == "the server ended the connection without a Close frame"


async def test_a_server_that_does_not_answer_the_request(visit):
    async with Server() as server:
        visiting = asyncio.create_task(tell(visit(server.url, patience=0.01)))
        told = await visiting
    assert told.why == "no connection to the server came about within 0.01 seconds"


async def test_a_server_that_does_not_answer_the_close_frame(visit):
    async with Server() as server:
        visiting = asyncio.create_task(tell(visit(server.url, patience=2)))
        peer = await server.accept_handshake()
        await peer.expect_close()
        told = await visiting
    assert told.why == "the server did not answer the Close frame within 2 seconds"


def having_seen(function, variables):
    """Return what makes an observer that has seen one call, and sees nothing else."""

    def observer_for(plans, recorder, _):
        frame = SimpleNamespace(f_code=function.__code__, f_locals=variables, f_back=None)
        recorder.started(frame, plans[function.__code__])
        return Blind()

    return observer_for


async def test_a_server_that_reads_the_request_only(visit, monkeypatch):
    variables = {"self": HandshakeStream(), "data": b"GET / HTTP/1.1\r\n\r\n"}
    request = having_seen(HandshakeStream.write, variables)
    monkeypatch.setattr("whatwg_websockets.steps.trace.tracing.observer_for", request)
    async with Server() as server:
        told = await tell(visit(server.url, patience=0.01))
    assert told.why == "the server did not answer GET / HTTP/1.1 within 0.01 seconds"


async def test_a_server_that_sends_half_of_an_answer(visit, monkeypatch):
    stream = HandshakeStream()

    def observer_for(plans, recorder, _):
        for function, variables, value in [
            (HandshakeStream.write, {"self": stream, "data": b"GET / HTTP/1.1\r\n\r\n"}, None),
            (HandshakeStream.read, {"self": stream}, b"HTTP/1.1 101 Switch"),
        ]:
            frame = SimpleNamespace(f_code=function.__code__, f_locals=variables, f_back=None)
            recorder.started(frame, plans[function.__code__])
            recorder.left(frame, plans[function.__code__], value, None)
        return Blind()

    monkeypatch.setattr("whatwg_websockets.steps.trace.tracing.observer_for", observer_for)
    async with Server() as server:
        told = await tell(visit(server.url, patience=0.01))
    assert told.why == "the answer to GET / HTTP/1.1 was not complete within 0.01 seconds"


async def test_no_message_can_come_once_the_socket_is_closing(visit, monkeypatch):
    closing = WebSocket("ws://127.0.0.1:1/")
    closing.close()
    seen = having_seen(close, {"socket": closing, "code": 1000})
    monkeypatch.setattr("whatwg_websockets.steps.trace.tracing.observer_for", seen)
    heard = Heard()
    async with Server() as server:
        planned = visit(server.url, texts=["hi"], patience=600)
        visiting = asyncio.create_task(tell(planned, listener=heard))
        peer = await server.accept_handshake()
        assert (await peer.read_frame()).payload == b"hi"
        await peer.expect_close()
        await peer.send_close(1011, "oops")
        peer.half_close()
        told = await visiting
    assert told.why == 'the server closed the connection with 1011 "oops" after 0 of 1 message'
    assert heard == ["state", "algorithm", "values", *["log"] * (len(heard) - 3)]


class Heard(list):
    """A listener that notes the kinds of what it hears."""

    def added(self, entry):
        self.append(entry.kind)

    def changed(self, entry, values, result):
        self.append("values")


async def test_a_server_that_has_sent_its_close_frame_has_more_time(visit, monkeypatch):
    variables = {"self": Receiver(Connection(), 1000), "data": frames.close(1000)}
    seen = having_seen(Receiver.receive, variables)
    monkeypatch.setattr("whatwg_websockets.steps.trace.tracing.observer_for", seen)
    settings = EnvironmentSettings(limits=Limits(lingering_timeout=3))
    async with Server() as server:
        visiting = asyncio.create_task(tell(visit(server.url, patience=2), settings))
        peer = await server.accept_handshake()
        await peer.expect_close()
        await peer.send_close(1000)
        told = await visiting
    assert told.why == ""


async def test_what_is_cancelled_has_been_told_so_far(visit):
    async with Server() as server:
        visiting = asyncio.create_task(tell(visit(server.url, texts=["hi"], patience=600)))
        peer = await server.accept_handshake()
        await peer.read_frame()
        visiting.cancel()
        told = await visiting
    assert told.why == "interrupted"


async def test_the_log_says_nothing(visit, monkeypatch):
    monkeypatch.setattr("whatwg_websockets.steps.trace.tracing.Listening", Blind)
    told = await tell(visit("ws://127.0.0.1:1/"))
    assert told.why == "the connection could not be opened"
