"""Processes by themselves: how their end is noticed, and that nothing is left of them."""

import asyncio
import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys

import pytest

from websocket_conformance import logged, processes
from websocket_conformance.errors import MissingError, UsageError
from websocket_conformance.guardian import MARK
from websocket_conformance.processes import Running, callers_path, started, strays

HOLDS_ITS_OUTPUT = "import subprocess; subprocess.Popen(['sleep', '1000'])"
HAS_A_SESSION = "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)"
LEAVES_NO_TRACE = f"{HAS_A_SESSION[:-1]}, stdout=subprocess.DEVNULL)"


def python(source: str) -> list[str]:
    # Without what is installed, which takes longer to load than Python to start.
    return [sys.executable, "-S", "-c", source]


@pytest.mark.parametrize("source", [HOLDS_ITS_OUTPUT, HAS_A_SESSION])
async def test_a_process_has_ended_though_its_output_is_held(source):
    async with started(python(f"{source}; print('farewell'); raise SystemExit(4)")) as process:
        await process.wait()
        assert (process.status, process.words()) == (4, "its last words: farewell")


TRACEBACK = """
for line in range(20): print('busy', line)
print('Traceback (most recent call last):')
print('  File "driver.py", line 1, in <module>')
for line in range(20): print('  called', line)
print()
print('\\x1b[31mValueError:\\x1b[0m no\\x1b]0;title\\x07 more')
"""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("print('a\\nb\\n\\nc')", "its last words: a / b / c"),
        ("print('a\\nb\\nc\\nd')", "its first words: a; its last words: b / c / d"),
        (
            "for line in range(9999): print(line)",
            "its first words: 0 / 1 / 2; its last words: 9996 / 9997 / 9998",
        ),
        (
            TRACEBACK,
            "its first words: Traceback (most recent call last): / "
            'File "driver.py", line 1, in <module> / called 0; '
            "its last words: called 18 / called 19 / ValueError: no more",
        ),
        ("print('\\x1b]0;not at an end')", r"its last words: \x1b]0;not at an end"),
    ],
)
async def test_the_words_of_a_process_are_its_first_and_its_last(source, words):
    async with started(python(source)) as process:
        await process.wait()
        assert process.words() == words


def printing(*lines: str) -> str:
    return f"print({chr(10).join(['begins', 'goes on', 'is busy', *lines, *'xyz'])!r})"


@pytest.mark.parametrize(
    "error",
    [
        "Error: Cannot find module 'nosuch'",
        "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'nosuch' imported from /e.mjs",
        "TypeError: Cannot read properties of null (reading 'x')",
        "MyProblem [Error]: ahem",
        "UnhandledPromiseRejection: This error originated by rejecting a promise",
        "[cause]: Error: connect ECONNREFUSED 127.0.0.1:1",
        'error: Uncaught (in promise) TypeError: Module not found "file:///a.ts".',
        'error: Cannot find module "nosuch" from "/a.js"',
        "ConnectionRefusedError: [Errno 111] Connection refused",
        "a.module.SomeException: no",
        "AssertionError",
        "| ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)",
        "driver.py: error: the following arguments are required: url",
        "panic: runtime error: index out of range [1] with length 0",
        "fatal error: all goroutines are asleep - deadlock!",
        "thread 'main' panicked at 'no', src/main.rs:2:5",
        'Exception in thread "main" java.net.ConnectException: Connection refused',
        "Unhandled exception. System.InvalidOperationException: no",
        "what():  no",
    ],
)
async def test_the_line_that_names_an_error_is_among_the_words(error):
    async with started(python(printing(error, *"abc"))) as process:
        await process.wait()
        assert process.words().startswith("its first words: ")
        assert process.words().endswith(f"; its error: {error}; its last words: x / y / z")


@pytest.mark.parametrize(
    "line",
    ["throw new TypeError(`no: ${it}`);", "errors: 0", "ERROR 12: retried", "at Error (a.js:1:2)"],
)
async def test_a_line_that_names_no_error_is_not(line):
    async with started(python(printing(line, *"abc"))) as process:
        await process.wait()
        assert "its error" not in process.words()


async def test_a_panic_of_rust_has_its_message_on_the_next_line():
    lines = ("thread 'main' (12) panicked at src/main.rs:2:5:", "no such case", "note: run with")
    async with started(python(printing(*lines))) as process:
        await process.wait()
        assert f"its error: {lines[0]} {lines[1]}; " in process.words()


async def test_of_many_errors_the_last_are_told_once_each():
    lines = [f"Error: {number}" for number in (1, 2, 3, 4, 4, 5)]
    async with started(python(printing(*lines))) as process:
        await process.wait()
        assert "its error: Error: 3 / Error: 4 / Error: 5; " in process.words()


async def test_a_first_line_is_left_out_only_where_it_is_told_as_an_error():
    source = f"print({chr(10).join([f'Error: {number}' for number in range(9)] + list('xyz'))!r})"
    async with started(python(source)) as process:
        await process.wait()
        assert process.words() == (
            "its first words: Error: 0 / Error: 1 / Error: 2; "
            "its error: Error: 6 / Error: 7 / Error: 8; its last words: x / y / z"
        )


async def test_the_line_of_a_process_that_has_ended_ends_as_well():
    async with started(python(f"{HOLDS_ITS_OUTPUT}; print(input())"), converses=True) as process:
        process.write(b"hello")
        assert await process.line() == b"hello\n"
        assert await process.line() == b""


@pytest.mark.parametrize("source", [HAS_A_SESSION, LEAVES_NO_TRACE])
async def test_what_has_a_session_of_its_own_is_ended_too(source):
    wanted = f"{source}; import os; print(os.environ[{MARK!r}], flush=True); input()"
    async with started(python(wanted), converses=True) as process:
        mark = (await process.line()).decode().strip()
        assert len(strays(mark)) == 2
    assert strays(mark) == []


async def test_what_another_testee_has_started_is_let_live():
    other = await asyncio.create_subprocess_exec("sleep", "1000", env=os.environ | {MARK: "other"})
    async with started(python("")) as process:
        await process.wait()
    assert [process.pid for process in strays("other")] == [other.pid]
    other.kill()
    await other.wait()


async def test_what_is_interrupted_while_it_starts_is_ended(monkeypatch):
    statuses, end = [], Running.end

    async def watched(process: Running) -> None:
        await end(process)
        statuses.append(process.status)

    async def start() -> None:
        async with started(["sleep", "1000"]):
            await asyncio.Event().wait()

    monkeypatch.setattr(Running, "end", watched)
    starting = asyncio.create_task(start())
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert statuses == [-signal.SIGKILL]


def test_nothing_is_left_for_the_loop_to_complain_of():
    source = f"""
import asyncio
from websocket_conformance.processes import started
async def main():
    async with started({python(HAS_A_SESSION)!r}) as process:
        await process.wait()
    async with started({python("import time; time.sleep(1000)")!r}, converses=True) as process:
        process.write(bytes(1_000_000))
asyncio.run(main())
"""
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stdout + done.stderr == ""


async def test_how_a_process_was_ended_is_known():
    async with started(python("import os; os.kill(os.getpid(), 9)")) as process:
        await process.wait()
        assert process.status == -signal.SIGKILL


def test_what_is_not_there_cannot_be_started():
    assert why_not("/no/such/program") == (
        "/no/such/program cannot be started: No such file or directory"
    )
    assert why_not("a\0b") == "a\0b cannot be started: embedded null byte"


def why_not(*command: str) -> str:
    """Why a command cannot be started, on the event loop on which the judge starts it."""

    async def start() -> None:
        async with started(command):
            pass

    with pytest.raises(UsageError) as refused:
        asyncio.run(start())
    return str(refused.value)


@pytest.mark.parametrize("word", ["cd", "export", "FOO=1", "(cd"])
def test_a_command_for_a_shell_is_told_that_there_is_none(word):
    why = why_not(word, "x")
    assert "No such file or directory; no shell runs the command: write sh -c '…'" in why


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [
        (
            b"#!/no/such/python -u\nprint()\n",
            0o755,
            "No such file or directory; the file is there, but the interpreter in its first line "
            "is not: /no/such/python -u",
        ),
        (
            b"#!/bin/sh\r\necho\r\n",
            0o755,
            "No such file or directory; the file is there, but the interpreter in its first line "
            "is not: /bin/sh\r",
        ),
        (
            b"echo\n",
            0o755,
            "Exec format error; its first line does not name an interpreter, as #!/bin/sh does",
        ),
        (b"#!/bin/sh\n", 0o644, "Permission denied; chmod +x makes the file executable"),
    ],
)
def test_a_file_that_cannot_be_started_is_said_to_be_there(tmp_path, content, mode, why):
    script = tmp_path / "script"
    script.write_bytes(content)
    script.chmod(mode)
    assert why_not(str(script)) == f"{script} cannot be started: {why}"


@pytest.mark.skipif(sys.platform != "linux", reason="needs the loader's name in a program")
def test_a_program_without_its_loader_is_said_to_be_there(tmp_path):
    program = tmp_path / "program"
    shutil.copy(str(shutil.which("sleep")), program)
    program.write_bytes(program.read_bytes().replace(b"/ld-", b"/no-"))
    assert why_not(str(program)) == (
        f"{program} cannot be started: No such file or directory; the file is there, but its "
        "loader is not"
    )


def test_a_folder_cannot_be_started(tmp_path):
    assert why_not(str(tmp_path)) == f"{tmp_path} cannot be started: Permission denied"


async def test_a_system_without_room_for_a_process_is_not_the_fault_of_the_command(monkeypatch):
    async def full(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(asyncio.get_running_loop(), "subprocess_exec", full, raising=False)
    with pytest.raises(MissingError, match="true cannot be started: Resource temporarily"):
        async with started(["true"]):
            pass


# Servers and tools, whose children hold a lock for as long as they live.

HOLD = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_SH); "
TELL = "open(sys.argv[2], 'w').close(); "
FAMILY = """
import subprocess, sys
subprocess.run([sys.executable, "-S", "-c", sys.argv[3], *sys.argv[1:3]])
"""
SECRETIVE = FAMILY.replace("])", "], env={}, start_new_session=True)")


@pytest.fixture
def lock(tmp_path):
    (tmp_path / "alive").touch()
    os.mkfifo(tmp_path / "ready")
    return tmp_path


def family(lock, source: str = FAMILY) -> list[str]:
    """A program whose child holds the lock, tells of it, and then never ends by itself."""
    child = HOLD + TELL + "import signal; signal.pause()"
    return [*python(source), str(lock / "alive"), str(lock / "ready"), child]


async def is_up(lock):
    await asyncio.to_thread((lock / "ready").read_text)


def wait_until_gone(lock):
    with (lock / "alive").open("rb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)


async def test_a_descendant_that_is_not_marked_is_ended_too(lock):
    async with started(family(lock, SECRETIVE)):
        await is_up(lock)
    wait_until_gone(lock)


async def test_a_tool_that_is_cancelled_takes_its_children_along(lock):
    task = asyncio.create_task(logged.run(family(lock), lock / "log"))
    await is_up(lock)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    wait_until_gone(lock)


async def test_a_server_that_does_not_end_with_its_input_is_killed(lock, monkeypatch):
    monkeypatch.setattr(logged, "GRACE", 0.01)
    async with logged.serving(family(lock), lock / "log") as child:
        await is_up(lock)
    assert child.has_ended
    wait_until_gone(lock)


async def test_a_server_that_ends_with_its_input_is_left_to_it(tmp_path):
    command = python("import sys; sys.stdin.read(); print('farewell')")
    async with logged.serving(command, tmp_path / "log") as child:
        pass
    assert child.process.returncode == 0
    assert logged.last_lines(child.log) == "farewell"


async def test_the_status_and_the_output_of_a_tool(tmp_path):
    code = "import sys; print('first'); print(); print('second'); sys.exit(7)"
    assert await logged.run(python(code), tmp_path / "log") == 7
    assert logged.last_lines(tmp_path / "log") == "first\nsecond"
    assert logged.last_lines(tmp_path / "log", 1) == "second"


def test_where_processes_cannot_be_ended_as_a_run_needs_it_that_is_said(monkeypatch):
    monkeypatch.setattr(os, "name", "nt")
    with pytest.raises(MissingError, match="use Linux, macOS or WSL"):
        processes.check_platform()


@pytest.mark.parametrize(
    ("before", "uv", "active", "kept"),
    [
        (sys.prefix, "/usr/bin/uv", None, False),
        (sys.prefix, "/usr/bin/uv", sys.prefix, True),
        (sys.prefix, None, None, True),
        ("/home/me/env", "/usr/bin/uv", None, True),
    ],
    ids=["uvx", "uv run", "no uv", "another environment"],
)
def test_a_command_runs_where_the_callers_shell_would_run_it(monkeypatch, before, uv, active, kept):
    for name, value in ("UV", uv), ("VIRTUAL_ENV", active):
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
    path = os.pathsep.join([os.path.join(before, "bin"), "/usr/bin"])
    monkeypatch.setenv("PATH", path)
    assert callers_path() == (path if kept else "/usr/bin")
