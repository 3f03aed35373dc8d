"""Brings a checkout of web-platform-tests, with git: of its newest commit what the suite needs."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from websocket_conformance.errors import MissingError, UsageError
from websocket_conformance.guardian import temporary_directory
from websocket_conformance.logged import last_lines, run

REPOSITORY = "https://github.com/web-platform-tests/wpt.git"
REPOSITORY_VARIABLE = "WPT_REPOSITORY"
"""The environment variable that names another repository, such as a mirror."""

FOLDERS = (
    "/websockets/",
    "/streams/",
    "/FileAPI/blob/",
    "/FileAPI/support/",
    "/common/",
    "/fetch/api/resources/",
    "/dom/abort/",
    "/dom/events/",
    "/interfaces/",
    "/resources/",
)
"""What the tests in scope include, and the tests."""

_MARK = ".fetched-by-whatwg-websockets"


async def fetch(place: Path, say: Callable[[str], object]) -> None:
    """Fetch a checkout to a folder, or bring one up to date that was fetched before.

    The history is not fetched, nor any other folder than those that are needed. A folder that is
    there has to be one that was fetched: nothing of a person's own is touched.

    Raises:
        UsageError: there is something else in the folder, or there can be no folder.
        MissingError: git is not here, or cannot fetch it.
    """
    if shutil.which("git") is None:
        raise MissingError("git is not installed, which --fetch needs.")
    source = os.environ.get(REPOSITORY_VARIABLE) or REPOSITORY
    try:
        is_there = _is_there(place)
        say(f"Fetching web-platform-tests from {source} to {place}; this can take minutes.")
        if is_there:
            await _update(place, source)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        with temporary_directory(".wpt-", place.parent) as directory:
            new = directory / "checkout"
            await _make(new, source)
            os.rename(new, place)
    except MissingError as error:
        raise MissingError(
            f"web-platform-tests cannot be fetched from {source}: {error}"
        ) from error
    except OSError as error:
        raise UsageError(f"Nothing can be fetched to {place}: {error.strerror}") from error


def _is_there(place: Path) -> bool:
    """Whether something was fetched to a folder before.

    Raises:
        UsageError: there is something else.
    """
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return False
    if not (place / ".git" / _MARK).exists():
        raise UsageError(
            f"{place} was not fetched by --fetch, which would overwrite what is there. Name "
            "another folder, or leave --fetch out."
        )
    return True


async def _make(new: Path, source: str) -> None:
    """Make a checkout in a new folder."""
    await _git(new.parent, "init", "--quiet", new.name)
    await _git(new, "remote", "add", "origin", source)
    await _git(new, "config", "remote.origin.promisor", "true")
    await _git(new, "config", "remote.origin.partialclonefilter", "blob:none")
    await _git(new, "sparse-checkout", "set", "--no-cone", *FOLDERS)
    await _update(new, source)
    (new / ".git" / _MARK).touch()


async def _update(place: Path, source: str) -> None:
    """Fetch the newest commit, and check it out."""
    await _git(place, "remote", "set-url", "origin", source)
    options = ("--quiet", "--depth=1", "--filter=blob:none", "--no-tags")
    await _git(place, "fetch", *options, "origin", "HEAD")
    await _git(place, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")


async def _git(place: Path, *arguments: str) -> None:
    """Run git, which asks nobody for a password.

    Raises:
        MissingError: it fails; the message says what it said.
    """
    log = place / ".git-log"
    environ = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    status = await run(["git", "-C", str(place), *arguments], log, environ=environ)
    words = last_lines(log, 3)
    log.unlink()
    if status:
        raise MissingError(f"git {arguments[0]}: {words}")
