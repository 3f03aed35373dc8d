"""Every command ends well if nobody reads its output, and says so if there is no room for it."""

import io
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from whatwg_websockets.cli import main
from whatwg_websockets.cli.standard_output import ending_with_its_output

FULL = Path("/dev/full")

COMMANDS = [
    "--version",
    "trace ws://127.0.0.1:1/",
    "spec list",
    "spec show close",
    "spec check",
    "exercise",
    "echo --help",
    "conformance --help",
]

only_linux = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a file that is full")


def ended(command, output):
    """Return the status of a command, and what it says on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "whatwg_websockets", *command.split()],
        stdout=output,
        stderr=subprocess.PIPE,
        env={key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"},
        encoding="utf-8",
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_whose_output_nobody_reads_ends_like_any_other_program(command):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert ended(command, writer) == (141, "")
    finally:
        os.close(writer)


@only_linux
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_without_room_for_its_output_says_so_in_one_line(command):
    with FULL.open("w") as full:
        said = "standard output cannot be written: No space left on device\n"
        assert ended(command, full) == (2, said)


@pytest.fixture
def unread():
    """A pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        yield stream


@pytest.fixture
def full():
    """A file without room."""
    with FULL.open("w") as stream:
        yield stream


def end(output, steps):
    """Return the status with which steps end that write to an output."""
    with (
        patch("sys.stdout", output),
        pytest.raises(SystemExit) as ending,
        ending_with_its_output(),
    ):
        steps()
    return ending.value.code


def test_what_is_written_last_counts_too(unread, capsys):
    assert end(unread, lambda: print("a")) == 141
    print("more", file=unread, flush=True)
    assert capsys.readouterr().err == ""


def test_a_library_that_ends_the_program_behind_a_broken_pipe(unread):
    def steps():
        try:
            print("a", flush=True)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, unread.fileno())
            os.close(nowhere)
            raise SystemExit(1)  # noqa: B904

    assert end(unread, steps) == 141


@only_linux
def test_a_file_without_room_is_named_on_standard_error(full, capsys):
    assert end(full, lambda: print("a")) == 2
    said = "standard output cannot be written: No space left on device\n"
    assert capsys.readouterr().err == said
    print("more", file=full, flush=True)


def test_the_status_of_a_command_is_its_own_where_its_output_is_read():
    def steps():
        print("a")
        raise SystemExit(3)

    output = io.StringIO()
    assert end(output, steps) == 3
    with patch("sys.stdout", output), ending_with_its_output():
        print("b")
    assert output.getvalue() == "a\nb\n"


def test_an_error_of_another_file_stays_an_error(tmp_path):
    with (
        (tmp_path / "out").open("w") as stream,
        patch("sys.stdout", stream),
        pytest.raises(FileNotFoundError),
        ending_with_its_output(),
    ):
        (tmp_path / "nowhere").read_text()


def test_an_output_that_is_no_file():
    class Closed(io.StringIO):
        def flush(self):
            raise BrokenPipeError

    assert end(Closed(), lambda: print("a")) == 141


def test_the_command_ends_so(unread, monkeypatch):
    monkeypatch.setattr("sys.argv", ["whatwg-websockets", "--version"])
    with patch("sys.stdout", unread), pytest.raises(SystemExit) as ending:
        main()
    assert ending.value.code == 141
