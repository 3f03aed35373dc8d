"""Fetches a checkout of web-platform-tests with git: the needed folders of the newest commit."""

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
"""The folders of the tests in scope, and of the files that they include."""

_MARK = ".fetched-by-whatwg-websockets"


async def fetch(place: Path, say: Callable[[str], object]) -> None:
    """Fetch a checkout to a folder, or update a checkout that was fetched before.

    Neither the history nor folders that are not needed are fetched. An existing folder is changed
    only if this function made it, or if it is empty.

    Args:
        place: the folder.
        say: prints what is done.

    Raises:
        UsageError: the folder has other content, or cannot be made.
        MissingError: git is not installed, or cannot fetch the checkout.
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
    """Return whether a checkout was fetched to a folder before.

    Raises:
        UsageError: the folder has other content.
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
    """Run git, without a prompt for a password.

    Raises:
        MissingError: git fails; the message has the last lines that it printed.
    """
    log = place / ".git-log"
    environ = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    status = await run(["git", "-C", str(place), *arguments], log, environ=environ)
    words = last_lines(log, 3)
    log.unlink()
    if status:
        raise MissingError(f"git {arguments[0]}: {words}")
