"""Each extra alone, in an environment of its own: every one of its commands runs there."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest
import typer.main
import uv
from websockets.sync.server import serve

from support.dist import ROOT, environment
from whatwg_websockets.cli.extras import GROUP

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CHECKOUT = ROOT / "tests" / "conformance" / "wpt" / "checkout"

ECHO = """
import asyncio, sys
import whatwg_websockets
from whatwg_websockets import WebSocket

async def main(url):
    loop, heard = asyncio.get_running_loop(), []
    socket, closed = WebSocket(url), asyncio.get_running_loop().create_future()
    socket.addEventListener("open", lambda event: socket.send("hello"))
    socket.addEventListener("message", lambda event: (heard.append(event.data), socket.close()))
    socket.addEventListener("close", closed.set_result)
    await closed
    print(heard, socket.extensions, whatwg_websockets.__version__)

asyncio.run(main(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def echo_url() -> Iterator[str]:
    """A server that sends back what it is sent."""

    def echo(connection):
        for message in connection:
            connection.send(message)

    with serve(echo, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def core(dist, tmp_path_factory):
    return dist.installed(tmp_path_factory.mktemp("core") / "env")


@pytest.fixture(scope="module")
def spec(dist, tmp_path_factory):
    return dist.installed(tmp_path_factory.mktemp("spec") / "env", "spec")


@pytest.fixture(scope="module")
def conformance(dist, tmp_path_factory):
    return dist.installed(tmp_path_factory.mktemp("conformance") / "env", "conformance")


@pytest.fixture(scope="module")
def wpt(dist, tmp_path_factory):
    return dist.installed(tmp_path_factory.mktemp("wpt") / "env", "wpt")


def command_lines(extra: str) -> Iterator[list[str]]:
    """Every command that an extra brings, with those below it."""
    for point in sorted(entry_points(group=GROUP)):
        if list(point.extras) == [extra]:
            yield [point.name]
            loaded = point.load()
            below = typer.main.get_command(loaded) if isinstance(loaded, typer.Typer) else None
            yield from ([point.name, name] for name in getattr(below, "commands", ()))


ALL = """
import contextlib, io, json, sys
from whatwg_websockets.cli import main

found = []
for words in json.loads(sys.argv[1]):
    sys.argv = ["whatwg-websockets", *words]
    output, error, status = io.StringIO(), io.StringIO(), None
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(error):
        try:
            main()
        except SystemExit as end:
            status = end.code
    found.append((status, output.getvalue(), error.getvalue()))
print(json.dumps(found))
"""


def said_by_each(installed, lines: list[list[str]], cwd) -> list[tuple[int, str, str]]:
    """Run commands in one process; the status, the output and the errors of each."""
    done = installed.run("python", "-c", ALL, json.dumps(lines), cwd=cwd)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_command_but_the_echo_server_belongs_to_an_extra():
    extras = {point.name: point.extras for point in entry_points(group=GROUP)}
    assert [name for name, needed in extras.items() if not needed] == ["echo"]
    assert {needed[0] for needed in extras.values() if needed} == {"spec", "conformance"}


def said(installed, cwd, *words: str, status: int = 0) -> str:
    """Run a command of ours, which has to end with that status, and return what it printed."""
    done = installed.run("whatwg-websockets", *words, cwd=cwd)
    assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stdout if status != 3 else done.stderr


def echoes(installed, url: str, cwd) -> str:
    done = installed.run("python", "-W", "error", "-c", ECHO, url, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_core_is_a_websocket_and_says_its_version(core, dist, echo_url, tmp_path):
    output = echoes(core, echo_url, tmp_path)
    assert output.startswith("['hello'] permessage-deflate")
    assert output.endswith(f" {dist.version}\n")


def test_the_core_brings_nothing_that_only_an_extra_needs(core, tmp_path):
    listed = "import importlib.metadata as m; print(*(d.name for d in m.distributions()))"
    found = set(core.run("python", "-c", listed, cwd=tmp_path).stdout.lower().split())
    assert found >= {"ada-url", "whatwg-websockets"}
    assert not found & {"jinja2", "lxml", "rich", "typer", "isal", "uvloop", "websockets"}


def test_without_an_extra_each_command_says_which_it_needs(core, tmp_path):
    for extra in ("spec", "conformance"):
        lines = list(command_lines(extra))
        found = said_by_each(core, lines, tmp_path)
        for words, (status, _, error) in zip(lines, found, strict=True):
            needed = (
                f'The command "{words[0]}" needs an extra: pip install '
                f'"whatwg-websockets[{extra}]" (in a checkout: pip install ".[{extra}]")\n'
            )
            assert (status, error) == (3, needed)


def test_without_an_extra_the_command_says_its_version_and_what_there_is(core, dist, tmp_path):
    assert said(core, tmp_path, "--version") == f"{dist.version}\n"
    words = said(core, tmp_path, "--help")
    for extra in ("spec", "conformance"):
        assert f'pip install "whatwg-websockets[{extra}]"' in words


def test_with_the_extra_fast_it_is_fast(dist, echo_url, tmp_path):
    fast = dist.installed(tmp_path / "env", "fast")
    assert echoes(fast, echo_url, tmp_path).startswith("['hello'] permessage-deflate")
    done = fast.run("python", "-c", "import isal, websockets.speedups", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    if os.name != "nt":
        assert fast.run("python", "-c", "import uvloop", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("extra", ["spec", "conformance"])
def test_each_command_of_an_extra_says_what_it_does(extra, request, tmp_path):
    installed = request.getfixturevalue(extra)
    lines = [[*words, "--help"] for words in command_lines(extra)]
    assert len(lines) > 5
    found = said_by_each(installed, lines, tmp_path)
    for words, (status, output, error) in zip(lines, found, strict=True):
        assert (words, status, error) == (words, 0, "")
        assert "Usage: " in output


def test_a_command_of_another_extra_says_what_it_needs(conformance, tmp_path):
    needed = 'pip install "whatwg-websockets[spec]"'
    assert needed in said(conformance, tmp_path, "spec", "check", status=3)
    assert "Not installed; it needs the extra spec." in said(conformance, tmp_path, "--help")


def test_the_commands_on_the_standards_find_the_index_and_the_code(spec, tmp_path):
    assert json.loads(said(spec, tmp_path, "spec", "check", "--json"))["faults"] == []
    assert "close(code, reason)" in said(spec, tmp_path, "spec", "list")
    assert "InvalidAccessError" in said(spec, tmp_path, "spec", "show", "close")
    assert "version" in said(spec, tmp_path, "spec", "index", "--help")


def test_the_commands_on_the_standards_read_a_newer_text(spec, tmp_path):
    (tmp_path / "other.bs").write_text("<h1>Another standard</h1>\n")
    said(spec, tmp_path, "spec", "drift", "--source", "other.bs", status=2)


def test_the_commands_that_need_the_tests_say_so(spec, tmp_path):
    for command in ("coverage", "mutate"):
        done = spec.run("whatwg-websockets", "spec", command, cwd=tmp_path)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert done.stderr


@pytest.mark.parametrize(
    ("form", "token"),
    [("terminal", "hello"), ("jsonl", '{"'), ("mermaid", "sequenceDiagram"), ("html", "<html")],
)
def test_a_connection_is_traced(spec, echo_url, form, token, tmp_path):
    output = said(spec, tmp_path, "trace", echo_url, "--send", "hello", "--format", form)
    assert token in output


def test_a_suite_is_run_and_reported(conformance, dist, tmp_path):
    said(conformance, tmp_path, "conformance", "run", "--cases", "1.1.1,2.1", "--report-dir", "a")
    run = json.loads(next((tmp_path / "a" / "runs").glob("*.json")).read_text())
    assert run["version"] == dist.version
    assert run["suite_version"] == f"whatwg-websockets {dist.version}"
    said(conformance, tmp_path, "conformance", "report", "a", "--out", "b")
    assert "1.1.1" in (tmp_path / "b" / "index.html").read_text()


def test_the_scenarios_at_the_api_are_run(conformance, tmp_path):
    words = ["--suite", "api", "--cases", "new-without-arguments"]
    said(conformance, tmp_path, "conformance", "run", *words)


def test_the_known_implementations_are_listed(conformance, tmp_path):
    assert "chromium" in said(conformance, tmp_path, "conformance", "implementations")


def test_web_platform_tests_need_an_extra_of_their_own(conformance, tmp_path):
    words = ["conformance", "run", "--suite", "wpt", "--root", str(CHECKOUT)]
    told = said(conformance, tmp_path, *words, status=3)
    assert 'pip install "whatwg-websockets[wpt]"' in told


def test_web_platform_tests_are_run_with_the_extra_alone(wpt, tmp_path):
    words = ["conformance", "run", "--suite", "wpt", "--root", str(CHECKOUT)]
    assert "13 of 13" in said(wpt, tmp_path, *words)


def test_a_server_is_held_against_the_suite(conformance, echo_url, tmp_path):
    configuration = {"servers": [{"agent": "echo", "url": echo_url}], "cases": ["1.1.*"]}
    (tmp_path / "fuzzingclient.json").write_text(json.dumps(configuration))
    said(conformance, tmp_path, "fuzzingclient", "--outdir", "reports")
    verdicts = json.loads((tmp_path / "reports" / "index.json").read_text())["echo"]
    assert {each["behavior"] for each in verdicts.values()} == {"OK"}


def test_the_fuzzing_server_stands_ready_until_it_is_interrupted(conformance, echo_url, tmp_path):
    words = conformance.words("whatwg-websockets", "fuzzingserver", "--port", "0")
    with subprocess.Popen(
        words, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True
    ) as server:
        url = None
        while url is None:
            line = server.stdout.readline()
            assert line, "the server ended before it had said where it is"
            url = re.search(r"ws://\S+:\d+", line)
        output = echoes(conformance, f"{url[0]}/getCaseCount", tmp_path)
        server.send_signal(signal.SIGINT)
        server.communicate()
    assert output.startswith("['517']")
    assert server.returncode == 0


def test_wstest_says_what_it_takes(conformance, tmp_path):
    done = conformance.run("wstest", "--help", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "--mode" in done.stdout


def test_pytest_starts_beside_the_core_alone(dist, tmp_path):
    installed = dist.installed(tmp_path / "env", also=["pytest"])
    (tmp_path / "test_one.py").write_text("def test_one():\n    pass\n")
    done = installed.run("pytest", "-q", "test_one.py", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_line_that_the_readme_begins_with_runs_the_wheel(dist, tmp_path):
    """What is tested runs where the caller is, and not in the environment that uvx makes."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    line = re.search(r"^\$ (uvx .*)$", readme, re.MULTILINE)[1]
    (tmp_path / "echo.py").write_text(re.search(r"```py\n(.*?)```", readme, re.DOTALL)[1])
    uvx, from_, package, *words = shlex.split(line)
    assert (uvx, from_, package) == ("uvx", "--from", "whatwg-websockets[conformance]")
    begin = [uv.find_uv_bin(), "tool", "run", "--quiet", from_, dist.requirement("conformance")]
    here = {"PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])}
    done = subprocess.run(
        [*begin, *words, "--cases", "1.1.1,2.1"],
        capture_output=True,
        cwd=tmp_path,
        env=environment() | here,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 2" in done.stdout
