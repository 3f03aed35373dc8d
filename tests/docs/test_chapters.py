"""What the README and the documentation print is run as it stands."""

import dataclasses
import re
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.server import ServerConnection, serve

from support.apart import apart
from support.chapters import ROOT, Command, ConsoleEvaluator, run_chapter
from whatwg_websockets import Limits, obtain_connection

CHAPTERS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def answer(connection: ServerConnection) -> None:
    """Answer one message and close, as the server of the README does."""
    connection.send(connection.recv())


@pytest.fixture
def server_on_port_8080(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that answers once, and closes; the address of localhost:8080 leads to it."""
    original = obtain_connection.resolve_an_origin
    with serve(answer, "127.0.0.1", 0) as server:
        address = server.socket.getsockname()

        async def resolve_an_origin(host, port, limit):
            if (host, port) == ("localhost", 8080):
                host, port = address
            return await original(host, port, limit)

        monkeypatch.setattr(obtain_connection, "resolve_an_origin", resolve_an_origin)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"localhost:{address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_chapter_runs_as_printed(path: Path, server_on_port_8080: str):
    """In a thread of its own, as some of them trace a connection."""
    console = ConsoleEvaluator({"localhost:8080": server_on_port_8080})
    apart(run_chapter, path, console)


def test_a_command_is_that_of_the_checkout_whatever_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A page prints the files of a checkout, as one has them who reads the code."""
    installed = tmp_path / "whatwg_websockets"
    installed.mkdir()
    (installed / "__init__.py").write_text("raise SystemExit('this is another installation')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said = ConsoleEvaluator().run(Command("whatwg-websockets spec show close", ""))
    assert "src/whatwg_websockets/close.py:" in said


def test_the_example_of_the_readme_is_short_and_says_what_came(
    server_on_port_8080: str, capsys: pytest.CaptureFixture[str]
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
