"""A plugin of pytest that removes the modules that Python has on Unix only.

``pytest -p support.windows`` shows on any system whether tests can be collected without it. It is
gone once this is imported, before any other plugin and any conftest; so nothing else imports this.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

WITH_WHAT_THEY_NEED = (asyncio, subprocess, tempfile)
"""Modules that take another way on Windows; here they were imported while all was there."""

MODULES = frozenset({"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"})
"""The modules that Windows lacks."""

NAMES: dict[ModuleType, tuple[str, ...]] = {
    asyncio: ("open_unix_connection", "start_unix_server"),
    os: ("fork", "geteuid", "killpg", "mkfifo", "openpty", "setsid", "uname", "wait"),
    signal: ("SIGALRM", "SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2", "pthread_sigmask"),
    socket: ("AF_UNIX",),
}
"""The names that modules lack on Windows, except those that pytest itself uses on Unix."""


class Missing(MetaPathFinder):
    """A finder that finds no module of Unix."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """Raise ModuleNotFoundError for modules of Unix, and leave others to other finders."""
        if name in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


for _module in MODULES:
    sys.modules.pop(_module, None)
sys.meta_path.insert(0, Missing())
for _module_with_less, _names in NAMES.items():
    for _name in _names:
        if hasattr(_module_with_less, _name):
            delattr(_module_with_less, _name)
