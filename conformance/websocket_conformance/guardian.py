"""End what a judge has started, and remove its temporary directories, if the judge is killed.

A process that is killed by SIGKILL or for lack of memory cannot clean up. Another process, the
guardian, therefore reads from a pipe whose other end only the judge has: the pipe ends with the
judge, however the judge ends. The guardian reads what the judge has started, a line for each, and
ends it.

This file is also the guardian's program. It needs only the standard library, so it starts in a few
milliseconds.
"""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MARK = "WHATWG_WEBSOCKETS_TESTEE"
"""The environment variable that marks the processes that a testee has started."""

GROUP, STRAYS, DIRECTORY = "group", "strays", "directory"

_DETACHED = 'exec 3<&0; "$0" "$@" <&3 3<&- &'
"""Starts a program that is not a child of the judge, with the judge's pipe as its input.

A program that ends the judge with all its children thus does not end the guardian. A shell gives a
program in the background another input, unless the input is redirected as in this text.
"""

_LOOK = 0.01
_STRAY_SECONDS = 2.0
_TRIES = 100


class Guardian:
    """The judge's end of the pipe; the guardian is started with the first thing to guard."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._judge = 0

    @contextmanager
    def guarding(self, kind: str, what: str) -> Iterator[None]:
        """Guard something for as long as the context lasts.

        Args:
            kind: ``GROUP`` for a process group, ``STRAYS`` for all processes with a mark,
                ``DIRECTORY`` for a directory.
            what: the group's number, the mark, or the path.
        """
        self._tell("+", kind, what)
        try:
            yield
        finally:
            self._tell("-", kind, what)

    def close(self) -> None:
        """Let the guardian end, since the judge ends normally."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()

    def _tell(self, *words: str) -> None:
        # Without a guardian, the judge still ends everything itself, unless it is killed.
        with suppress(OSError):
            if self._process is None or self._judge != os.getpid():
                self._start()
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.write(json.dumps(words).encode() + b"\n")

    def _start(self) -> None:
        if os.name != "posix":
            return
        self._judge = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603
            ["/bin/sh", "-c", _DETACHED, sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={name: value for name, value in os.environ.items() if name != MARK},
            start_new_session=True,
        )
        self._process.wait()


GUARDIAN = Guardian()
"""The guardian of this process."""

atexit.register(GUARDIAN.close)


@contextmanager
def temporary_directory(prefix: str, within: Path | None = None) -> Iterator[Path]:
    """A context with a directory that is removed when it ends, or when this process is killed.

    Args:
        prefix: the beginning of its name.
        within: the folder that contains it; None for the system's folder of temporary files.

    Raises:
        OSError: it cannot be created.
    """
    with (
        tempfile.TemporaryDirectory(dir=within, prefix=prefix) as name,
        GUARDIAN.guarding(DIRECTORY, os.path.abspath(name)),
    ):
        yield Path(name)


def _end(kind: str, what: str) -> None:
    if kind == GROUP:
        with suppress(OSError):
            os.killpg(int(what), signal.SIGKILL)
    elif kind == STRAYS:
        _end_strays(what)
    else:
        _remove(what)


def _end_strays(mark: str) -> None:
    """End all processes with a mark, and look again for processes that were just being started."""
    for _ in range(int(_STRAY_SECONDS / _LOOK)):
        found = _marked(mark)
        if not found:
            return
        for process in found:
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
        time.sleep(_LOOK)


def _marked(mark: str) -> list[int]:
    """Return the processes with a mark in their environment; none where there is no ``/proc``."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if wanted in environ.read_bytes().split(b"\0"):
                found.append(int(environ.parent.name))
    return found


def _remove(directory: str) -> None:
    """Remove a directory to which a process that is just being ended may still write."""
    for _ in range(_TRIES):
        shutil.rmtree(directory, ignore_errors=True)
        if not os.path.exists(directory):
            return
        time.sleep(_LOOK)


def main() -> None:
    """Read what is guarded and what no longer is; at the end of the pipe, end what is left."""
    guarded: dict[tuple[str, str], None] = {}
    for line in sys.stdin.buffer:
        sign, kind, what = json.loads(line)
        if sign == "+":
            guarded[kind, what] = None
        else:
            guarded.pop((kind, what), None)
    for kind in (GROUP, STRAYS, DIRECTORY):
        for known, what in guarded:
            if known == kind:
                _end(kind, what)


if __name__ == "__main__":
    main()
