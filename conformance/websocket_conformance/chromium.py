"""Chromium: its path, its version, and how it is started with a page.

Neither playwright nor the DevTools protocol is needed: the page itself asks the judge for work,
with `fetch`. That works in every browser, and nothing stands between the page and its WebSocket.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websocket_conformance.errors import MissingError
from websocket_conformance.guardian import temporary_directory
from websocket_conformance.processes import Running, started

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--expose-gc",
)

_LONGEST_PLACE = 58
"""How many octets the path of a profile may have: Chromium makes a directory in it, and a socket in
that, whose path may have 104 on all systems."""


def find() -> str:
    """Return the path of Chromium: ``$CHROMIUM``, or the first of its names on ``$PATH``.

    Raises:
        MissingError: Chromium was not found.
    """
    wanted = os.environ.get("CHROMIUM")
    for name in [wanted] if wanted else NAMES:
        if path := shutil.which(name):
            return path
    raise MissingError(
        "Chromium was not found.\n"
        "Install it (Debian: apt-get install chromium), or set CHROMIUM=/path/to/chromium."
    )


async def version(path: str) -> str:
    """Return the version that Chromium prints, such as ``"150.0.7871.100"``.

    Raises:
        MissingError: it prints no version.
    """
    process = await asyncio.create_subprocess_exec(
        path, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    output, _ = await process.communicate()
    words = output.decode().split()
    found = next((word for word in words if word[0].isdigit()), "")
    if process.returncode or not found:
        raise MissingError(f"{path} does not print a version, so it is not used.")
    return found


@asynccontextmanager
async def opened(path: str, url: str) -> AsyncIterator[Running]:
    """A context in which Chromium runs, with a page and its own profile.

    Chromium is ended with its helper processes, which after a crash still write to the profile.
    """
    with temporary_directory("whatwg-websockets-") as profile:
        command = [path, *FLAGS, f"--user-data-dir={profile}", url]
        async with started(command, environ=_environ(str(profile))) as process:
            yield process


def _environ(profile: str) -> dict[str, str]:
    """Return the environment in which Chromium puts its temporary directories into its profile.

    They are then removed with the profile if Chromium is killed. One of them contains a socket,
    whose path must not be long.
    """
    return {"TMPDIR": profile} if len(os.fsencode(profile)) <= _LONGEST_PLACE else {}
