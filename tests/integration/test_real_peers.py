"""Other people's servers: websockets, aiohttp and picows, with and without TLS and compression."""

import asyncio
import socket as python_socket
import threading
from contextlib import asynccontextmanager

import pytest

for peer in ("aiohttp", "picows"):
    pytest.importorskip(peer, reason="the WebSockets of others are installed by: make test")

import websockets
from aiohttp import WSMsgType, web
from picows import WSListener, ws_create_server
from picows import WSMsgType as PicowsMsgType

from support.loops import LOOPS
from support.page import Recorder, opened, until
from support.tls import client_context, server_context
from whatwg_websockets import EnvironmentSettings, WebSocket, WebSocketStream

SIZES = [0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 1_048_576]


@asynccontextmanager
async def by_websockets(tls, compress):
    async def echo(connection):
        async for message in connection:
            await connection.send(message)

    compression = "deflate" if compress else None
    async with websockets.serve(
        echo, "127.0.0.1", 0, ssl=tls, compression=compression, max_size=None
    ) as server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def by_aiohttp(tls, compress):
    async def echo(request):
        response = web.WebSocketResponse(compress=compress, max_msg_size=0)
        await response.prepare(request)
        async for message in response:
            if message.type is WSMsgType.TEXT:
                await response.send_str(message.data)
            else:
                await response.send_bytes(message.data)
        return response

    app = web.Application()
    app.router.add_get("/", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    yield runner.addresses[0][1]
    await runner.cleanup()


class PicowsEcho(WSListener):
    def on_ws_frame(self, transport, frame):
        if frame.msg_type in (PicowsMsgType.TEXT, PicowsMsgType.BINARY):
            transport.send(frame.msg_type, frame.get_payload_as_bytes())
        elif frame.msg_type == PicowsMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()


@asynccontextmanager
async def by_picows(tls, compress):
    server = await ws_create_server(lambda _: PicowsEcho(), "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


PEERS = [
    pytest.param(by_websockets, False, id="websockets"),
    pytest.param(by_websockets, True, id="websockets-deflate"),
    pytest.param(by_aiohttp, False, id="aiohttp"),
    pytest.param(by_aiohttp, True, id="aiohttp-deflate"),
    pytest.param(by_picows, False, id="picows"),
]


@asynccontextmanager
async def connected(serve, compress, secure):
    """Open a socket to a server of another library."""
    tls = server_context("localhost") if secure else None
    async with serve(tls, compress) as port:
        settings = EnvironmentSettings(tls=client_context())
        scheme = "wss" if secure else "ws"
        socket = WebSocket(f"{scheme}://localhost:{port}/", settings=settings)
        socket.binaryType = "arraybuffer"
        events = Recorder(socket)
        await events.until("open")
        yield socket, events
        if socket.readyState == WebSocket.OPEN:
            socket.close(1000, "done")
        await events.until("close")


@pytest.mark.parametrize("secure", [False, True], ids=["ws", "wss"])
@pytest.mark.parametrize(("serve", "compress"), PEERS)
async def test_messages_of_all_sizes_come_back(serve, compress, secure):
    async with connected(serve, compress, secure) as (socket, events):
        assert socket.extensions.startswith("permessage-deflate") == compress
        sent = []
        for size in SIZES:
            text = ("Zwölf Boxkämpfer jagen Viktor quer " * (size // 36 + 1))[:size]
            data = bytes((i * i) % 251 for i in range(size))
            for message in (text, data):
                socket.send(message)
                sent.append(message)
        await events.until("message", len(sent))
        assert events.messages == sent
        assert socket.bufferedAmount == 0
    assert events.events[-1] == ("close", 3, 1000, events.events[-1][3], True)


@pytest.mark.parametrize("secure", [False, True], ids=["ws", "wss"])
@pytest.mark.parametrize(("serve", "compress"), PEERS)
async def test_many_messages_at_once(serve, compress, secure):
    async with connected(serve, compress, secure) as (socket, events):
        for i in range(2000):
            socket.send(str(i))
        await events.until("message", 2000)
        assert events.messages == [str(i) for i in range(2000)]


@pytest.mark.parametrize("secure", [False, True], ids=["ws", "wss"])
@pytest.mark.parametrize(("serve", "compress"), PEERS)
async def test_a_stream_gets_back_what_it_writes(serve, compress, secure):
    tls = server_context("localhost") if secure else None
    messages = [*SIZES, *range(1_000)]
    async with serve(tls, compress) as port:
        settings = EnvironmentSettings(tls=client_context())
        stream = WebSocketStream(
            f"{'wss' if secure else 'ws'}://localhost:{port}/", settings=settings
        )

        async def write(writable):
            writer = writable.getWriter()
            for size in messages:
                await writer.write(bytes(i % 251 for i in range(size)))
                await writer.write(str(size))

        async with stream as opened:
            assert opened.extensions.startswith("permessage-deflate") == compress
            writing = asyncio.create_task(write(opened.writable))
            reader = opened.readable.getReader()
            for size in messages:
                assert (await reader.read()).value == bytes(i % 251 for i in range(size))
                assert (await reader.read()).value == str(size)
            await writing
            stream.close(closeCode=1000)
        assert (await stream.closed).closeCode == 1000


@pytest.mark.parametrize(("serve", "compress"), PEERS)
async def test_one_message_at_a_time(serve, compress):
    async with connected(serve, compress, secure=False) as (socket, _):
        for i in range(100):
            future = asyncio.get_running_loop().create_future()
            socket.onmessage = future.set_result
            socket.send(f"message {i}")
            assert (await asyncio.wait_for(future, 30)).data == f"message {i}"


async def test_a_subprotocol_is_agreed_on():
    async def echo(connection):
        await connection.send(connection.subprotocol)

    async with websockets.serve(echo, "127.0.0.1", 0, subprotocols=["b", "c"]) as server:
        port = server.sockets[0].getsockname()[1]
        socket = WebSocket(f"ws://127.0.0.1:{port}/", ["a", "b", "c"])
        events = Recorder(socket)
        await events.until("close")
        assert socket.protocol == "b"
        assert events.events == [("open", 1), ("message", 1, "b"), ("close", 3, 1000, "", True)]


async def test_a_server_that_refuses():
    def refuse(connection, request):
        return connection.respond(403, "no")

    async with websockets.serve(None, "127.0.0.1", 0, process_request=refuse) as server:
        port = server.sockets[0].getsockname()[1]
        events = Recorder(WebSocket(f"ws://127.0.0.1:{port}/"))
        await events.until("close")
        assert events.events == [("error", 3), ("close", 3, 1006, "", False)]


async def test_keepalive_pings_of_a_server_are_answered():
    latencies = []

    async def ask(connection):
        for _ in range(5):
            latencies.append(await (await connection.ping()))

    async with websockets.serve(ask, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        events = Recorder(WebSocket(f"ws://127.0.0.1:{port}/"))
        await events.until("close")
        assert len(latencies) == 5
        assert events.types == ["open", "close"]


async def test_a_backlog_over_tls_is_counted_until_it_has_left():
    """TLS holds bytes back as well; bufferedAmount falls to nothing in the end, never before."""
    go_on = asyncio.Event()
    size = 8_388_608

    async def slow(connection):
        await go_on.wait()
        async for message in connection:
            await connection.send(str(len(message)))

    # Linux lets a receive buffer grow to tens of MiB where it is not told otherwise.
    listener = python_socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(python_socket.SOL_SOCKET, python_socket.SO_RCVBUF, 65_536)
    async with websockets.serve(
        slow,
        sock=listener,
        ssl=server_context("localhost"),
        compression=None,
        max_size=None,
        max_queue=1,
    ):
        port = listener.getsockname()[1]
        settings = EnvironmentSettings(tls=client_context())
        socket = WebSocket(f"wss://localhost:{port}/", settings=settings)
        events = Recorder(socket)
        try:
            await events.until("open")
            for _ in range(4):
                socket.send(bytes(size))
            await until(lambda: socket.bufferedAmount != 4 * size)
            assert 0 < socket.bufferedAmount < 4 * size
        finally:
            go_on.set()
        await events.until("message", 4)
        await until(lambda: not socket.bufferedAmount)
        socket.close()
        await events.until("close")
        assert events.events[-1] == ("close", 3, 1005, "", True)


@pytest.mark.parametrize("kind", LOOPS)
def test_a_second_thread_with_a_loop_of_its_own(kind):
    """The counterpart of a worker: both talk to the same server at the same time."""
    results = {}

    async def page(name, port):
        socket = WebSocket(f"ws://127.0.0.1:{port}/")
        events = Recorder(socket)
        await events.until("open")
        for i in range(200):
            socket.send(f"{name} {i}")
        await events.until("message", 200)
        results[name] = events.messages
        socket.close()
        await events.until("close")

    def worker(port):
        with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
            runner.run(page("worker", port))

    async def main():
        async with by_websockets(None, compress=False) as port:
            thread = threading.Thread(target=worker, args=(port,))
            thread.start()
            await page("main", port)
            await asyncio.to_thread(thread.join)

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    assert results == {name: [f"{name} {i}" for i in range(200)] for name in ("main", "worker")}


async def test_our_own_two_ends_agree_on_deflate():
    """A server of the tests that takes the offer, and sends nothing compressed."""
    header = "permessage-deflate; client_no_context_takeover; client_max_window_bits=9"
    async with opened(sec_websocket_extensions=header) as (socket, peer, events):
        assert socket.extensions == header
        for _ in range(2):
            socket.send("x" * 1000)
            frame = await peer.read_frame()
            assert (frame.rsv, len(frame.payload) < 100) == (4, True)
        await peer.send_text("not compressed")
        assert (await events.until("message"))[2] == "not compressed"


async def test_the_dot_at_the_end_of_a_name_is_left_out_of_tls():
    """RFC 6066 section 3: the name in the greeting has none; nor has one in a certificate."""
    loop = asyncio.get_running_loop()
    greeted = []
    tls = server_context("dotted.example")
    tls.sni_callback = lambda _, name, __: greeted.append(name)
    async with by_websockets(tls, False) as port:
        address = (python_socket.AF_INET, python_socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))

        async def getaddrinfo(host, port, **_):
            assert host in ("dotted.example.", "127.0.0.1")  # uvloop looks an address up, too
            return [address]

        loop.getaddrinfo = getaddrinfo
        settings = EnvironmentSettings(tls=client_context())
        socket = WebSocket(f"wss://dotted.example.:{port}/", settings=settings)
        events = Recorder(socket)
        await events.until("open")
        assert greeted == ["dotted.example"]
        socket.close()
        await events.until("close")
