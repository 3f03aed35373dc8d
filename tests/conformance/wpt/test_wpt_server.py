"""The servers of a checkout: files and what is generated, and WPT's handlers on ws and wss."""

import http.client
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from websockets.asyncio.client import connect

from websocket_conformance.errors import MissingError
from websocket_conformance.wpt import serving
from websocket_conformance.wpt.checkout import Checkout
from websocket_conformance.wpt.pages import WptPage, WptScope
from websocket_conformance.wpt.serving import wpt_servers

OWN = Path(__file__).parent / "checkout"
HOST = "web-platform.test"
HANDLER = "def main(request, response):\n    return [(b'X-Handler', b'own')], b'made'\n"


@contextmanager
def served(root: Path, directory: Path) -> Iterator[SimpleNamespace]:
    """The servers as the program starts them, in a process of their own."""
    words = [sys.executable, "-m", "websocket_conformance.wpt.server", str(root), str(directory)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, text=True) as process:
        file = directory / serving.READY
        while not file.exists():
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
                pytest.fail("the servers have ended")
        try:
            yield SimpleNamespace(**json.loads(file.read_text()), process=process)
        finally:
            process.stdin.close()
            process.wait()
    assert process.returncode == 0


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    for file in OWN.rglob("*.*"):
        if file.is_file():
            place = root / file.relative_to(OWN)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.read_bytes())
    (root / "handler.py").write_text(HANDLER)
    (root / "a.sub.html").write_text(
        "{{GET[x]}} {{location[scheme]}} {{location[hostname]}} {{domains[www2]}} "
        "{{domains[nonexistent]}} {{hosts[alt][]}} {{hosts[][www]}} {{headers[x-one]}}"
    )
    (root / "b.html").write_text("b")
    (root / "b.html.headers").write_text("Set-Cookie: a=b\n")
    (root / "old.html").write_bytes(b"<meta charset=windows-1252>\xe5")
    return root


@pytest.fixture(scope="module")
def servers(root, tmp_path_factory) -> Iterator[SimpleNamespace]:
    with served(root, tmp_path_factory.mktemp("servers")) as found:
        yield found


def got(servers, path: str, scheme: str = "http", at: int = 0, host: str = HOST) -> SimpleNamespace:
    port = servers.ports[scheme][at]
    if scheme == "https":
        context = ssl.create_default_context(cafile=servers.authority)
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port)
    with closing(connection):
        connection.request("GET", path, headers={"Host": f"{host}:{port}", "X-One": "<1>"})
        response = connection.getresponse()
        text = response.read().decode("latin-1")
    return SimpleNamespace(status=response.status, headers=response.headers, text=text)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("at", [0, 1])
def test_a_file_is_served_as_it_is(servers, scheme, at):
    response = got(servers, "/old.html", scheme, at)
    assert (response.status, response.text) == (200, "<meta charset=windows-1252>å")
    assert response.headers["Content-Type"] == "text/html"


def test_what_a_file_says_of_its_surroundings_is_filled_in(servers):
    assert got(servers, "/a.sub.html?x=7", host=f"www.{HOST}").text == (
        f"7 http www.{HOST} www2.{HOST} nonexistent.{HOST} not-{HOST} www.{HOST} &lt;1&gt;"
    )
    script = got(servers, "/websockets/constants.sub.js").text
    assert f'"ws://{HOST}:{servers.ports["ws"][0]}"' in script
    assert f'"wss://{HOST}:{servers.ports["wss"][0]}"' in script


def test_a_file_has_the_headers_that_stand_beside_it(servers):
    assert got(servers, "/b.html").headers["Set-Cookie"] == "a=b"


def test_wpts_own_handlers_in_python_answer(servers):
    response = got(servers, "/handler.py")
    assert (response.text, response.headers["X-Handler"]) == ("made", "own")


def test_the_parser_of_web_idl_stands_where_tests_look_for_it(servers):
    assert "the parser of Web IDL" in got(servers, "/resources/WebIDLParser.js").text


@pytest.mark.parametrize(
    "path", ["/gone.html", "/websockets/gone.any.html", "/websockets/gone.any.worker.js"]
)
def test_what_is_not_there_is_not_found(servers, path):
    assert got(servers, path).status == 404


def test_a_window_is_generated_around_a_script(servers):
    response = got(servers, "/websockets/echo.any.html?wss")
    assert response.headers["Content-Type"] == "text/html"
    page = response.text
    places = [
        page.index(part)
        for part in (
            "<title>A message and its echo</title>",
            "isWindow: () => true",
            'src="/resources/testharness.js"',
            'src="/resources/testharnessreport.js"',
            'src="constants.sub.js"',
            'src="/websockets/echo.any.js"',
        )
    ]
    assert places == sorted(places)
    assert '<meta name="timeout"' not in page


def test_a_window_is_generated_around_a_script_for_windows(servers):
    page = got(servers, "/websockets/folder/names.window.html").text
    assert '<meta name="timeout" content="long">' in page
    assert "GLOBAL" not in page
    assert 'src="/websockets/folder/names.window.js"' in page


def test_a_dedicated_worker_is_generated_around_a_script(servers):
    page = got(servers, "/websockets/echo.any.worker.html?wss").text
    assert 'new Worker("/websockets/echo.any.worker.js" + location.search)' in page
    response = got(servers, "/websockets/echo.any.worker.js?wss")
    assert response.headers["Content-Type"] == "text/javascript"
    assert "isWorker: () => true" in response.text
    lines = response.text.splitlines()
    assert lines[-3:] == [
        'importScripts("constants.sub.js");',
        'importScripts("/websockets/echo.any.js");',
        "done();",
    ]


def test_a_page_is_generated_around_a_worker_of_its_own(servers):
    page = got(servers, "/websockets/folder/own.worker.html").text
    assert 'new Worker("/websockets/folder/own.worker.js" + location.search)' in page


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_the_handlers_are_served(servers, scheme):
    await echoes(servers, scheme)


async def echoes(servers: SimpleNamespace, scheme: str) -> None:
    """Have WPT's handler echo messages.

    The client has one thread. The client of ``websockets.sync`` reads in one thread while another
    writes, and OpenSSL allows that to no connection: where the server's session tickets were read
    at the moment at which the request was to be written, both waited for ever.
    """
    context = ssl.create_default_context(cafile=servers.authority) if scheme == "wss" else None
    url = f"{scheme}://{HOST}:{servers.ports[scheme][0]}/echo"
    taken = socket.create_connection(("127.0.0.1", servers.ports[scheme][0]))
    async with connect(url, sock=taken, ssl=context, compression=None) as connection:
        await connection.send("hello")
        assert await connection.recv() == "hello"
        await connection.send(b"\x00\xff")
        assert await connection.recv() == b"\x00\xff"


async def test_a_handler_that_cannot_be_read_costs_itself_alone(tmp_path):
    handlers = tmp_path / "websockets" / "handlers"
    handlers.mkdir(parents=True)
    for file in (OWN / "websockets" / "handlers").glob("*.py"):
        (handlers / file.name).write_bytes(file.read_bytes())
    (handlers / "ends_wsh.py").write_text("raise SystemExit(7)")
    (handlers / "lacks_wsh.py").write_text("import not_there_at_all")
    (tmp_path / "servers").mkdir()
    with served(tmp_path, tmp_path / "servers") as found:
        await echoes(found, "ws")
        assert sorted(found.unread) == [
            "ends_wsh.py: SystemExit: 7",
            "lacks_wsh.py: ModuleNotFoundError: No module named 'not_there_at_all'",
        ]


def test_the_servers_end_with_their_input(root, tmp_path):
    with served(root, tmp_path) as found:
        port = found.ports["http"][0]
    with pytest.raises(OSError, match="refused"), closing(socket.socket()) as left:
        left.connect(("127.0.0.1", port))


async def test_the_servers_tell_where_a_page_is(root):
    async with wpt_servers(Checkout(root)) as servers:
        page = WptPage("/websockets/a.html?x", "websockets/a.html", WptScope.WINDOW)
        assert servers.url(page) == f"http://{HOST}:{servers.ports['http'][0]}/websockets/a.html?x"
        secure = WptPage("/a.html", "a.html", WptScope.WINDOW, is_secure=True)
        assert servers.url(secure) == f"https://{HOST}:{servers.ports['https'][0]}/a.html"
        assert servers.authority.exists()
        assert servers.lost == ""
        await servers.child.kill()
        says = "The process of web-platform-tests' servers was ended by SIGKILL"
        assert servers.lost.startswith(says)


async def test_servers_that_do_not_start_say_why(tmp_path, monkeypatch):
    (tmp_path / "wptserve.py").write_text("raise SystemExit('of another age')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(MissingError, match=r"do not start\.\nof another age"):
        async with wpt_servers(Checkout(OWN)):
            pass


async def test_libraries_that_are_not_there_are_named(monkeypatch):
    monkeypatch.setattr(serving, "NEEDED", ("json", "no_such_library"))
    with pytest.raises(MissingError, match=r'no_such_library .*"whatwg-websockets\[wpt\]"'):
        async with wpt_servers(Checkout(OWN)):
            pass
