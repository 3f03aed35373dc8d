"""Keep the machine busy."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# The process ends when the process that started it ends, since its standard input closes then.
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
    """Run busy processes while the context lasts; by default, one for each core."""
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
