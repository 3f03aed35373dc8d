"""Chromium: where it is, which version it has, and how it is started with a page.

Neither playwright nor the DevTools protocol is needed: the page says itself what it wants, by
`fetch`. That works in every browser, and nothing comes between its WebSocket and the page.
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
    """The path of Chromium: ``$CHROMIUM``, or the first of its names that is on the path.

    Raises:
        MissingError: Chromium is not installed.
    """
    wanted = os.environ.get("CHROMIUM")
    for name in [wanted] if wanted else NAMES:
        if path := shutil.which(name):
            return path
    raise MissingError(
        "Chromium is not here.\n"
        "Install it (Debian: apt-get install chromium), or set CHROMIUM=/path/to/chromium."
    )


async def version(path: str) -> str:
    """What it says that its version is, such as ``"150.0.7871.100"``.

    Raises:
        MissingError: it does not say.
    """
    process = await asyncio.create_subprocess_exec(
        path, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    output, _ = await process.communicate()
    words = output.decode().split()
    found = next((word for word in words if word[0].isdigit()), "")
    if process.returncode or not found:
        raise MissingError(f"{path} does not say its version, so it is not asked.")
    return found


@asynccontextmanager
async def opened(path: str, url: str) -> AsyncIterator[Running]:
    """Chromium, with a page and a profile of its own, for as long as the context lasts.

    It is ended with its helpers: one that has crashed leaves them to write to the profile.
    """
    with temporary_directory("whatwg-websockets-") as profile:
        command = [path, *FLAGS, f"--user-data-dir={profile}", url]
        async with started(command, environ=_environ(str(profile))) as process:
            yield process


def _environ(profile: str) -> dict[str, str]:
    """The environment in which Chromium puts its own temporary directories into its profile.

    So they are removed with the profile if Chromium is killed. One of them has a socket in it, and
    the path of that may not be long.
    """
    return {"TMPDIR": profile} if len(os.fsencode(profile)) <= _LONGEST_PLACE else {}
