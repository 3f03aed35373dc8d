"""Makes the suite ready to run: pulls the image, or fills a cached environment of Python 2.7."""

import asyncio
import hashlib
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path

from websocket_conformance import logged
from websocket_conformance.autobahn import SUITE_VERSION
from websocket_conformance.autobahn.find import (
    MISSING,
    Python27,
    Source,
    docker_engine,
    python27,
)
from websocket_conformance.autobahn.suites import (
    IMAGE,
    DockerSuite,
    PythonSuite,
    python2_environ,
)
from websocket_conformance.errors import MissingError
from websocket_conformance.implementations import cache_directory

VIRTUALENV = "virtualenv==20.21.1"
"""The last version of virtualenv that makes environments for Python 2.7."""

LOCK_POLL = 0.2

Say = Callable[[str], None]


async def ready_suite(source: Source, say: Say) -> DockerSuite | PythonSuite:
    """Install the suite if necessary, and return it ready to be started.

    Args:
        source: where the suite may be taken from.
        say: called with a sentence for each action that takes long.

    Raises:
        MissingError: the suite cannot be installed; the message says what was tried.
    """
    reason = ""
    if source is not Source.PYTHON and (engine := docker_engine()):
        try:
            return await _pulled(engine, say)
        except MissingError as error:
            reason = f"{error}\n"
    if source is not Source.DOCKER and (python := python27()):
        return await installed(python, say)
    raise MissingError(f"{reason}{MISSING}" if reason else f"{MISSING} {source.missing()}")


async def _pulled(engine: DockerSuite, say: Say) -> DockerSuite:
    log = _new_log(cache_directory() / "docker-pull.log")
    if await logged.run([engine.docker, "image", "inspect", IMAGE], log):
        say(f"Pulling {IMAGE}, once.")
        await _do([engine.docker, "pull", IMAGE], log)
    return engine


async def installed(python: Python27, say: Say) -> PythonSuite:
    """Return the suite in the cached environment of a Python 2.7; install it if necessary.

    The marker of an environment is written last, so an environment that an interrupted run left
    behind lacks the marker and is deleted.

    Raises:
        MissingError: the installation failed; the message has the end of its log.
    """
    pins = files("websocket_conformance.autobahn") / "requirements.txt"
    key = hashlib.sha256(f"{python.path}\n{pins.read_text()}".encode()).hexdigest()[:12]
    directory = cache_directory() / f"autobahntestsuite-{SUITE_VERSION}-{key}"
    interpreter = directory / "python2.7" / "bin" / "python"
    async with _locked(Path(f"{directory}.lock"), say) as lock:
        marker = directory / "complete"
        if not (marker.exists() and interpreter.exists()):
            say(f"Installing autobahntestsuite {SUITE_VERSION} for {python.path}, once.")
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir(parents=True)
            with as_file(pins) as requirements:
                await _install(python, directory, requirements, lock)
            marker.write_text(f"{python.version}\n")
    return PythonSuite(interpreter, python.version)


async def _install(python: Python27, directory: Path, pins: Path, lock: int) -> None:
    log = _new_log(Path(f"{directory}.log"))
    do = partial(_do, log=log, keep_open=[lock])
    tools, environment = directory / "tools", directory / "python2.7"
    pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    data = {"VIRTUALENV_OVERRIDE_APP_DATA": str(directory / "seeds")}
    await do([sys.executable, "-m", "venv", str(tools)])
    await do([str(tools / "bin" / "python"), *pip, VIRTUALENV])
    make = [str(tools / "bin" / "virtualenv"), "--python", str(python.path), str(environment)]
    await do(make, environ={**python2_environ(), **data})
    fill = [str(environment / "bin" / "python"), *pip, "--no-deps", "--requirement", str(pins)]
    await do(fill, environ=python2_environ())


def _new_log(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


@asynccontextmanager
async def _locked(path: Path, say: Say) -> AsyncIterator[int]:
    """Hold a lock that is released when the last process with its descriptor has ended."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as lock:
        waiting = False
        while not _try_lock(lock.fileno()):
            if not waiting:
                say("Another run is installing the suite; waiting for it.")
            waiting = True
            await asyncio.sleep(LOCK_POLL)
        yield lock.fileno()


def _try_lock(descriptor: int) -> bool:
    import fcntl  # Windows has no `fcntl`; the command only reports there that it cannot run.

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _do(
    command: Sequence[str],
    log: Path,
    environ: Mapping[str, str] | None = None,
    keep_open: Sequence[int] = (),
) -> None:
    status = await logged.run(command, log, environ=environ, keep_open=keep_open)
    if status:
        raise MissingError(
            f"The Autobahn suite could not be installed; {Path(command[0]).name} ended with "
            f"{status} (the whole log: {log}):\n{logged.last_lines(log)}"
        )
