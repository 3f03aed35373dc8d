"""The implementations that the suites can be run against, read from ``implementations.toml``."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from websocket_conformance.errors import MissingError

OURS = "whatwg-websockets"
"""The implementation that is run by default."""

_HASH = re.compile(r"\b([0-9a-f]{7})[0-9a-f]{33}\b")
_PROBE_SECONDS = 60
_DRIVERS = Path(__file__).parent / "testees" / "node"
API = Path(__file__).parent / "api"
"""The folder of the drivers that play scenarios and are not written in Python."""


@dataclass(frozen=True)
class Implementation:
    """An implementation and its commands; see the head of ``implementations.toml``.

    Attributes:
        name: its name.
        language: the language that it is written for.
        home: its URL.
        install: the commands that install it.
        version_command: the command that prints its version.
        runtime_command: the command that prints the version of its runtime.
        start: the command that plays cases as a client; empty if it is not a client.
        serve: the command that listens on a port and echoes; empty if it is not a server.
        scenarios: the command that plays the scenarios at the API; empty if the runner plays them
            itself; None if the implementation does not play them.
        wpt: the command that loads a page of web-platform-tests; empty if it loads none.
        jobs: how many cases it can play at a time.
        variable: the environment variable with its path; empty if there is no such variable.
    """

    name: str
    language: str
    home: str
    install: tuple[tuple[str, ...], ...]
    version_command: tuple[str, ...]
    runtime_command: tuple[str, ...]
    start: tuple[str, ...]
    serve: tuple[str, ...]
    scenarios: tuple[str, ...] | None
    jobs: int
    variable: str
    wpt: tuple[str, ...]

    @property
    def cache(self) -> Path:
        """The folder in which it is installed."""
        return cache_directory() / "implementations" / self.name

    def filled(self, command: tuple[str, ...], **more: str) -> list[str]:
        """Return a command with its placeholders filled in."""
        known = {
            "python": sys.executable,
            **{name: self._program(name) for name in ("node", "bun", "deno")},
            "drivers": str(_DRIVERS),
            "api": str(API),
            "cache": str(self.cache),
        }
        return [filled_in(word, known | more) for word in command]

    @property
    def roles(self) -> tuple[str, ...]:
        """What it can be tested as: a client, a server, a page's API, a page of WPT's."""
        has = {
            "client": bool(self.start),
            "server": bool(self.serve),
            "API": self.scenarios is not None,
            "page": bool(self.wpt),
        }
        return tuple(role for role, it_has in has.items() if it_has)

    def _program(self, name: str) -> str:
        """Return the JavaScript runtime: from the environment, in the folder, or on ``$PATH``."""
        installed = self.cache / "node_modules" / ".bin" / name
        there = str(installed) if installed.exists() else name
        return os.environ.get(name.upper()) or there

    def version(self) -> str | None:
        """Return the version that is installed; None if it is not installed."""
        return _output(self.filled(self.version_command))

    def version_here(self) -> str:
        """Return the version that is installed.

        Raises:
            MissingError: it is not installed; the message says how to install it, in a few lines.
        """
        if (version := self.version()) is not None:
            return version
        commands = [f"  {shlex.join(words)}" for words in self.commands_to_install()]
        lines = [f"{self.name} is not installed; to install it:", *commands]
        if self.variable:
            lines.append(f"or set its path: {self.variable}=/path/to/{self.name}")
        raise MissingError("\n".join(lines))

    def runtime(self) -> str:
        """Return its runtime with the version, in which the hash of a commit has seven digits."""
        return _HASH.sub(r"\1", _output(self.filled(self.runtime_command)) or "?")

    def commands_to_install(self) -> list[list[str]]:
        """Return the commands that install it, in order."""
        return [self.filled(command) for command in self.install]


def cache_directory() -> Path:
    """Return the folder of implementations that are installed once for all checkouts."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "whatwg-websockets"


def implementations() -> dict[str, Implementation]:
    """Return all implementations by name, in the order of the file."""
    text = (files("websocket_conformance") / "implementations.toml").read_text(encoding="utf-8")
    return {name: _implementation(name, entry) for name, entry in tomllib.loads(text).items()}


def _implementation(name: str, entry: Mapping[str, Any]) -> Implementation:
    return Implementation(
        name=name,
        language=entry["language"],
        home=entry["home"],
        install=tuple(map(tuple, entry["install"])),
        version_command=tuple(entry["version"]),
        runtime_command=tuple(entry["runtime"]),
        start=tuple(entry.get("start", ())),
        serve=tuple(entry.get("serve", ())),
        scenarios=tuple(entry["scenarios"]) if "scenarios" in entry else None,
        jobs=entry.get("jobs", 1),
        variable=entry.get("variable", ""),
        wpt=tuple(entry.get("wpt", ())),
    )


def filled_in(word: str, values: Mapping[str, str]) -> str:
    """Return a word of a command, with its placeholders filled in."""
    for name, value in values.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def _output(command: list[str]) -> str | None:
    """Return what a command prints; None if it fails or cannot be run."""
    try:
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            check=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=_PROBE_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
