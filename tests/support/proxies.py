"""Proxies that a test controls; they play the server behind them as well."""

from typing import Any

from support.page import Recorder, nobody_is_in_line
from support.server import Peer, Server
from support.tls import TlsPeer, client_context, server_context
from whatwg_websockets import EnvironmentSettings, Limits, Proxies

OPENED = b"HTTP/1.1 200 Connection established\r\n\r\n"

SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


def through(
    server: Server, scheme: str = "http", who: str = "", limits: Any = None, **settings: Any
) -> EnvironmentSettings:
    """Return settings whose connections are opened by the proxy that a server stands for."""
    proxies = Proxies(
        all=f"{scheme}://{who}127.0.0.1:{server.port}",
        no_proxy="<-loopback>",
        tls=client_context(),
    )
    settings = {"tls": client_context(), "limits": limits or Limits(), **settings}
    return EnvironmentSettings(proxies=proxies, **settings)


async def accept(server: Server, scheme: str = "http") -> Peer:
    """Take the next connection to a proxy, with TLS if that is what it speaks."""
    peer = await server.accept()
    if scheme == "https":
        peer = TlsPeer(peer, server_context("127.0.0.1"))
        await peer.start_tls()
    return peer


async def open_the_tunnel(peer: Peer, scheme: str = "http") -> str:
    """Let a client have what it asks a proxy for, and return that: a host and a port."""
    if scheme.startswith("socks4"):
        return await open_by_socks4(peer)
    if scheme.startswith("socks5"):
        return await open_by_socks5(peer)
    request = await peer.read_request()
    assert (request.method, request.version) == ("CONNECT", "HTTP/1.1")
    assert request["Host"] == request.target
    await peer.send(OPENED)
    return request.target


async def read_to_nul(peer: Peer) -> str:
    read = b""
    while not read.endswith(b"\0"):
        read += await peer.read_exactly(1)
    return read[:-1].decode("ascii")


async def read_socks4(peer: Peer) -> tuple[str, str]:
    """Read a request of SOCKS4 or SOCKS4a; return who asks, and for what."""
    assert await peer.read_exactly(2) == b"\4\1"
    port = int.from_bytes(await peer.read_exactly(2), "big")
    ip = await peer.read_exactly(4)
    user = await read_to_nul(peer)
    is_4a = ip[:3] == b"\0\0\0" and ip[3]
    host = await read_to_nul(peer) if is_4a else ".".join(map(str, ip))
    return user, f"{host}:{port}"


async def open_by_socks4(peer: Peer) -> str:
    _, asked = await read_socks4(peer)
    await peer.send(b"\0\x5a" + bytes(6))
    return asked


async def read_methods(peer: Peer) -> bytes:
    """Read the first message of SOCKS5: the methods of authentication that the client has."""
    version, count = await peer.read_exactly(2)
    assert version == 5
    return await peer.read_exactly(count)


async def read_socks5(peer: Peer) -> str:
    """Read the request of SOCKS5; return for what it is."""
    assert await peer.read_exactly(3) == b"\5\1\0"
    (kind,) = await peer.read_exactly(1)
    if kind == 3:
        (length,) = await peer.read_exactly(1)
        host = (await peer.read_exactly(length)).decode("ascii")
    elif kind == 1:
        host = ".".join(map(str, await peer.read_exactly(4)))
    else:
        assert kind == 4
        host = f"[{(await peer.read_exactly(16)).hex(':', 2)}]"
    return f"{host}:{int.from_bytes(await peer.read_exactly(2), 'big')}"


async def open_by_socks5(peer: Peer) -> str:
    await read_methods(peer)
    await peer.send(b"\5\0")
    asked = await read_socks5(peer)
    await peer.send(b"\5\0\0\1" + bytes(6))
    return asked


async def exchange(events: Recorder, peer: Peer) -> None:
    """Send a message each way, a large one too, and close."""
    await events.until("open")
    assert nobody_is_in_line()
    await peer.send_text("from the server")
    await events.until("message")
    assert events.messages == ["from the server"]
    large = bytes(range(256)) * 2_000
    events.socket.send(large)
    assert (await peer.read_frame()).payload == large
    await peer.send_binary(large)
    await events.until("message", 2)
    assert events.messages[1].size == len(large)
    await peer.send_close(1000)
    await peer.expect_close(1000)
    peer.end()
    await events.until("close")
    assert events.events[-1] == ("close", 3, 1000, "", True)
