"""Chromium: where it is, which version it has, and how it is started with a page.

Neither playwright nor the DevTools protocol is needed: the page says itself what it wants, by
`fetch`. That works in every browser, and nothing comes between its WebSocket and the page.
"""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from websocket_conformance.errors import MissingError
from websocket_conformance.guardian import DIRECTORY, GROUP, GUARDIAN

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
GRACE = 10.0

_LONGEST_PLACE = 58
"""How many octets the path of a profile may have: Chromium makes a directory in it, and a socket in
that, whose path may have 104 on all systems."""

_TRIES = 100
"""How often it is tried to remove a profile, within that time."""


def find() -> str:
    """The path of Chromium: ``$CHROMIUM``, or the first of its names that is on the path.

    Raises:
        MissingError: there is none.
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
async def started(path: str, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Chromium, with a page and a profile of its own, for as long as the context lasts."""
    profile = tempfile.mkdtemp(prefix="whatwg-websockets-")
    with GUARDIAN.guarding(DIRECTORY, profile):
        process = await asyncio.create_subprocess_exec(
            path,
            *FLAGS,
            f"--user-data-dir={profile}",
            url,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environ(profile),
            start_new_session=True,
        )
        with GUARDIAN.guarding(GROUP, str(process.pid)):
            try:
                yield process
            finally:
                await _end(process)
                await _remove(profile)


def _environ(profile: str) -> dict[str, str]:
    """The environment in which Chromium puts its own temporary directories into its profile.

    So they are removed with the profile if Chromium is killed. One of them has a socket in it, and
    the path of that may not be long.
    """
    is_short = len(os.fsencode(profile)) <= _LONGEST_PLACE
    return {**os.environ, "TMPDIR": profile} if is_short else dict(os.environ)


async def _remove(profile: str) -> None:
    """Remove a profile, to which Chromium's helpers may still write when it has ended itself."""
    for _ in range(_TRIES):
        shutil.rmtree(profile, ignore_errors=True)
        if not _is_there(profile):
            return
        await asyncio.sleep(GRACE / _TRIES)


def _is_there(path: str) -> bool:
    return os.path.exists(path)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End it, and its helpers with it: one that has crashed leaves them to write on."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(GRACE):
            await process.wait()
    except TimeoutError:
        pass
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
