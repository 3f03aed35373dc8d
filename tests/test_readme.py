"""What the README and the docs print is run as it stands."""

import dataclasses
import re
import socket
import threading
from pathlib import Path

import pytest
from websockets.sync.server import ServerConnection, serve

from whatwg_websockets import Limits

ROOT = Path(__file__).parent.parent


def python_blocks(name: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def server_on_port_8080(monkeypatch: pytest.MonkeyPatch):
    """A server that answers once, and closes; the address of localhost:8080 leads to it."""

    def answer(connection: ServerConnection) -> None:
        connection.send(connection.recv())

    original = socket.getaddrinfo
    with serve(answer, "127.0.0.1", 0) as server:
        address = server.socket.getsockname()

        def getaddrinfo(host, port, *args, **kwargs):
            if (host, port) == ("localhost", 8080):
                host, port = address
            return original(host, port, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join()


def test_the_example_runs_as_printed(server_on_port_8080: None, capsys: pytest.CaptureFixture[str]):
    [example] = python_blocks("README.md")
    assert len(example.strip().splitlines()) <= 14
    exec(compile(example, "README.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == "Message from server Hello Server!\n"


def test_the_page_of_limits_has_each_of_them_with_its_default():
    page = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) (MiB|KiB|s) ", page, re.MULTILINE)
    units = {"MiB": 1_048_576, "KiB": 1024, "s": 1}
    printed = [(name, float(number) * units[unit]) for name, number, unit in rows]
    assert printed == [(each.name, each.default) for each in dataclasses.fields(Limits)]


@pytest.mark.parametrize("name", ["docs/using.md"])
def test_the_snippets_of_the_docs_can_be_compiled_and_their_imports_exist(name: str):
    for block in python_blocks(name):
        code = compile(block, name, "exec")
        namespace = {"asyncio": __import__("asyncio")}
        exec(code, namespace)
