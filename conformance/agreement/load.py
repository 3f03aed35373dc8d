"""Keep the machine busy."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# The process ends with the process that started it, whose end closes its standard input.
_SPIN = """
import os, sys, threading
def leave():
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=leave, daemon=True).start()
while True:
    pass
"""


@contextmanager
def load(processes: int | None = None) -> Iterator[None]:
    """A context with processes that loop without a pause: by default, one for each core."""
    count = os.cpu_count() or 1 if processes is None else processes
    command = [sys.executable, "-c", _SPIN]
    spinning = [
        subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603
        for _ in range(count)
    ]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.communicate()
