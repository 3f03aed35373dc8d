"""The code that the README and the documentation print runs as it is printed."""

import asyncio
import dataclasses
import re
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.apart import apart
from support.chapters import ROOT, Command, ConsoleEvaluator, run_chapter
from websocket_conformance.fuzzing.addresses import Address
from websocket_conformance.fuzzing.echo import EchoServer
from whatwg_websockets import Limits, obtain_connection

CHAPTERS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The servers that the pages start, which their addresses lead to, here and in commands.

    ``whatwg-websockets echo`` listens on port 8080, with ``--once`` on port 8081, and with
    ``--no-deflate`` on port 8082.
    """
    addresses: dict[int, Address] = {}
    started, ended = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        echoing = {
            8080: EchoServer(),
            8081: EchoServer(once=True),
            8082: EchoServer(compresses=False),
        }
        for port, server in echoing.items():
            addresses[port] = await server.listen(Address("127.0.0.1", 0))
        started.set()
        await ended.wait()
        for server in echoing.values():
            await server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait()
    original = obtain_connection.resolve_an_origin

    async def resolve_an_origin(host, port, limit):
        if host == "localhost" and port in addresses:
            host, port = addresses[port].host, addresses[port].port
        return await original(host, port, limit)

    monkeypatch.setattr(obtain_connection, "resolve_an_origin", resolve_an_origin)
    yield {f"localhost:{port}": f"localhost:{real.port}" for port, real in addresses.items()}
    loop.call_soon_threadsafe(ended.set)
    thread.join()
    loop.close()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_chapter_runs_as_printed(path: Path, servers: dict[str, str]):
    """The chapter runs in its own thread, since some chapters trace a connection."""
    console = ConsoleEvaluator(servers)
    apart(run_chapter, path, console)


def test_a_command_is_that_of_the_checkout_whatever_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A page prints the files of the checkout."""
    installed = tmp_path / "whatwg_websockets"
    installed.mkdir()
    (installed / "__init__.py").write_text("raise SystemExit('this is another installation')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said = ConsoleEvaluator().run(Command("whatwg-websockets spec show close", ""))
    assert "src/whatwg_websockets/close.py:" in said


def test_the_example_of_the_readme_is_short_and_says_what_came(
    servers: dict[str, str], capsys: pytest.CaptureFixture[str]
):
    example, *_ = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(example.strip().splitlines()) <= 14
    exec(compile(example, "README.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == "Message from server Hello Server!\n"


def test_the_page_of_limits_has_each_of_them_with_its_default():
    page = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) (MiB|KiB|s) ", page, re.MULTILINE)
    units = {"MiB": 1_048_576, "KiB": 1024, "s": 1}
    printed = [(name, float(number) * units[unit]) for name, number, unit in rows]
    assert printed == [(each.name, each.default) for each in dataclasses.fields(Limits)]


def test_the_page_of_dependencies_has_each_that_a_user_may_install():
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"core": project["dependencies"], **project["optional-dependencies"]}
    for extra in ("core", "fast", "spec", "conformance"):
        for requirement in groups[extra]:
            name = re.match(r"[\w-]+", requirement)[0]
            if name == project["name"]:
                continue
            where = f"### {name}:" if extra == "core" else rf"\| `{extra}` \|[^|]*\b{name}\b"
            assert re.search(where, page), f"{name} in {extra}: say in docs/dependencies.md why"
