"""Proxies of other projects: squid, tinyproxy, microsocks and dante.

If a proxy is not installed, its tests are skipped, with a reason; ``make proxies``
runs those that are.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.page import FAILED, Recorder, nobody_is_in_line
from support.proxies import exchange
from support.server import Server
from support.tls import TlsPeer, client_context, server_context
from whatwg_websockets import EnvironmentSettings, Limits, Proxies, WebSocket

pytestmark = [pytest.mark.proxies, pytest.mark.slow]

HELPERS = Path("/usr/lib/squid")

SQUID = """
http_port 127.0.0.1:{port}
{more}
http_access allow all
access_log none
cache_log {folder}/squid.log
pid_filename none
coredump_dir {folder}
shutdown_lifetime 0 seconds
cache deny all
cache_mem 0 MB
pinger_enable off
netdb_filename none
"""

PASSWORD = """
auth_param basic program {helpers}/basic_ncsa_auth {folder}/basic
acl known proxy_auth REQUIRED
http_access deny !known
"""

DIGEST = """
auth_param digest program {helpers}/digest_file_auth {folder}/digest
auth_param digest realm squid
acl known proxy_auth REQUIRED
http_access deny !known
"""

TINYPROXY = """
Port {port}
Listen 127.0.0.1
MaxClients 50
Timeout 60
{more}
"""

DANTE = """
logoutput: {folder}/dante.log
internal: 127.0.0.1 port = {port}
external: lo
clientmethod: none
socksmethod: {more}
user.privileged: root
user.unprivileged: nobody
client pass {{ from: 0/0 to: 0/0 }}
socks pass {{ from: 0/0 to: 0/0 }}
"""


@dataclass
class Real:
    """A real proxy and how it is started.

    Attributes:
        program: its name.
        package: the package of Debian that it is in.
        command: how it is started; ``{port}`` and ``{file}`` stand for its port and configuration.
        configuration: what is in that file.
        more: what is in the place of ``{more}``.
        is_for_root: whether only root can start it.
    """

    program: str
    package: str
    command: list[str]
    configuration: str = ""
    more: str = ""
    is_for_root: bool = False


KNOWN = {
    "squid": Real("squid", "squid", ["-N", "-f", "{file}"], SQUID),
    "squid with Basic": Real("squid", "squid", ["-N", "-f", "{file}"], SQUID, PASSWORD),
    "squid with Digest": Real("squid", "squid", ["-N", "-f", "{file}"], SQUID, DIGEST),
    "tinyproxy": Real("tinyproxy", "tinyproxy", ["-d", "-c", "{file}"], TINYPROXY),
    "tinyproxy with Basic": Real(
        "tinyproxy", "tinyproxy", ["-d", "-c", "{file}"], TINYPROXY, "BasicAuth joe secret"
    ),
    "microsocks": Real("microsocks", "microsocks", ["-i", "127.0.0.1", "-p", "{port}"]),
    "microsocks with a password": Real(
        "microsocks",
        "microsocks",
        ["-i", "127.0.0.1", "-p", "{port}", "-u", "joe", "-P", "secret"],
    ),
    "dante": Real("danted", "dante-server", ["-f", "{file}"], DANTE, "none", is_for_root=True),
}


@contextmanager
def running(real: Real) -> Iterator[int]:
    """Run a proxy; return its port."""
    program = shutil.which(real.program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip(f"{real.program} is not here: apt-get install {real.package}")
    if real.is_for_root and os.geteuid() != 0:
        pytest.skip(f"{real.program} is for root to start")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)  # Those that root starts go on as somebody else.
        file = folder / "configuration"
        values = {"port": port, "folder": folder, "helpers": HELPERS}
        more = real.more.format(**values)
        file.write_text(real.configuration.format(more=more, **values), encoding="utf-8")
        # openssl passwd -apr1 secret; and of Digest the name, the realm and the hash of all three.
        (folder / "basic").write_text("joe:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/\n")
        (folder / "digest").write_text("joe:secret\n")
        command = [program, *(each.format(port=port, file=file) for each in real.command)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while True:
        assert process.poll() is None, "the proxy has ended"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return


def settings_for(proxy: str, **more) -> EnvironmentSettings:
    proxies = Proxies(all=proxy, no_proxy="<-loopback>", tls=client_context())
    return EnvironmentSettings(proxies=proxies, tls=client_context(), **more)


async def opens(proxy: str, host: str = "127.0.0.1", settings: EnvironmentSettings | None = None):
    """Open a connection through a proxy, over TCP and over TLS, and exchange messages."""
    settings = settings or settings_for(proxy)
    for scheme in ("ws", "wss"):
        async with Server() as server:
            events = Recorder(WebSocket(f"{scheme}://{host}:{server.port}/", settings=settings))
            accepting = asyncio.ensure_future(server.accept())
            closing = asyncio.ensure_future(events.until("close"))
            await asyncio.wait([accepting, closing], return_when=asyncio.FIRST_COMPLETED)
            closing.cancel()
            assert accepting.done(), events.events
            peer = accepting.result()
            if scheme == "wss":
                peer = TlsPeer(peer, server_context("127.0.0.1", "localhost"))
                await peer.start_tls()
            await peer.handshake()
            await exchange(events, peer)


async def fails(proxy: str, caplog, kind: str, port: int = 1234, limit: float = 20) -> None:
    settings = settings_for(proxy, limits=Limits(handshake_timeout=limit))
    events = Recorder(WebSocket(f"ws://127.0.0.1:{port}/", settings=settings))
    await events.until("close")
    assert events.events == FAILED
    assert nobody_is_in_line()
    assert caplog.records[-1].kind == kind, caplog.text
    assert "secret" not in caplog.text


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.mark.parametrize("name", ["squid", "tinyproxy"])
async def test_http(name, caplog):
    with running(KNOWN[name]) as port:
        await opens(f"http://127.0.0.1:{port}")
        await opens(f"http://localhost:{port}", "localhost")
        await fails(f"http://127.0.0.1:{port}", caplog, "proxy", free_port())


@pytest.mark.parametrize("name", ["squid with Basic", "squid with Digest", "tinyproxy with Basic"])
async def test_http_with_a_password(name, caplog):
    with running(KNOWN[name]) as port:
        await opens(f"http://joe:secret@127.0.0.1:{port}")
        await fails(f"http://127.0.0.1:{port}", caplog, "proxy authentication")
        await fails(f"http://joe:wrong@127.0.0.1:{port}", caplog, "proxy authentication")


@pytest.mark.parametrize("name", ["squid with Basic", "squid with Digest"])
async def test_the_program_is_asked_for_the_password(name):
    asked = []

    def credentials(challenge):
        asked.append((challenge.scheme, challenge.is_proxy))
        return "joe", "secret"

    with running(KNOWN[name]) as port:
        proxy = f"http://127.0.0.1:{port}"
        await opens(proxy, settings=settings_for(proxy, credentials=credentials))
        assert asked == [("digest" if "Digest" in name else "basic", True)]


@pytest.mark.parametrize("name", ["squid", "tinyproxy"])
async def test_http_over_tls(name):
    """A relay speaks TLS for the proxy, so that there is TLS in TLS."""
    with running(KNOWN[name]) as port:
        relay = await asyncio.start_server(
            lambda *streams: relayed(port, *streams),
            "127.0.0.1",
            0,
            ssl=server_context("127.0.0.1"),
        )
        async with relay:
            await opens(f"https://127.0.0.1:{relay.sockets[0].getsockname()[1]}")


async def relayed(port, reader, writer):
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)

    async def pass_on(source, target):
        with suppress(OSError):
            while data := await source.read(65_536):
                target.write(data)
                await target.drain()
            target.close()

    await asyncio.gather(pass_on(reader, far_writer), pass_on(far_reader, writer))


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
@pytest.mark.parametrize("name", ["microsocks", "dante"])
async def test_socks5(name, scheme, caplog):
    with running(KNOWN[name]) as port:
        await opens(f"{scheme}://127.0.0.1:{port}")
        await opens(f"{scheme}://127.0.0.1:{port}", "localhost")
        await fails(f"{scheme}://127.0.0.1:{port}", caplog, "refused", free_port())


@pytest.mark.parametrize("scheme", ["socks4", "socks4a"])
async def test_socks4(scheme, caplog):
    """Dante has no SOCKS4a, so a name is only asked for where it is resolved here."""
    with running(KNOWN["dante"]) as port:
        await opens(f"{scheme}://127.0.0.1:{port}")
        await opens(f"{scheme}://127.0.0.1:{port}", *["localhost"] * (scheme == "socks4"))
        await fails(f"{scheme}://127.0.0.1:{port}", caplog, "proxy", free_port())


async def test_socks5_with_a_password(caplog):
    with running(KNOWN["microsocks with a password"]) as port:
        await opens(f"socks5h://joe:secret@127.0.0.1:{port}")
        await fails(f"socks5h://127.0.0.1:{port}", caplog, "proxy authentication")
        await fails(f"socks5h://joe:wrong@127.0.0.1:{port}", caplog, "proxy authentication")


async def test_a_proxy_of_the_wrong_kind(caplog):
    with running(KNOWN["microsocks"]) as port:
        await fails(f"http://127.0.0.1:{port}", caplog, "proxy")
    with running(KNOWN["tinyproxy"]) as port:
        await fails(f"socks5://127.0.0.1:{port}", caplog, "timed out", limit=0.5)
