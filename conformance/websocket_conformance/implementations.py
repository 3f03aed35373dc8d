"""The implementations that the suites can be run against, as ``implementations.toml`` has them."""

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
"""The implementation that is run where none is named."""

_HASH = re.compile(r"\b([0-9a-f]{7})[0-9a-f]{33}\b")
_PROBE_SECONDS = 60
_DRIVERS = Path(__file__).parent / "testees" / "node"
API = Path(__file__).parent / "api"
"""The folder of the drivers that play scenarios and are not in Python."""


@dataclass(frozen=True)
class Implementation:
    """An implementation, and the commands that have to do with it; see the head of the file.

    Attributes:
        name: its name.
        language: what it is written for.
        home: where it lives.
        install: the commands that install it.
        version_command: the command that prints its version.
        runtime_command: the command that prints the version of what runs it.
        start: the command that plays cases as a client, empty if it has no client.
        serve: the command that listens on a port and echoes, empty if it has no server.
        scenarios: the command that plays the scenarios at the API, empty if the runner plays them
            itself; None if nothing does.
        wpt: the command that loads a page of web-platform-tests, empty if it loads no pages.
        jobs: how many cases it can play at a time.
        variable: the environment variable with its path, empty if no variable has it.
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
        """The folder of its own."""
        return cache_directory() / "implementations" / self.name

    def filled(self, command: tuple[str, ...], **more: str) -> list[str]:
        """A command with what the braces stand for."""
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
        """What it can be judged as: a client, a server, a page's API, a page of WPT's."""
        has = {
            "client": bool(self.start),
            "server": bool(self.serve),
            "API": self.scenarios is not None,
            "page": bool(self.wpt),
        }
        return tuple(role for role, it_has in has.items() if it_has)

    def _program(self, name: str) -> str:
        """What runs JavaScript: as the environment says, in the folder, or on the path."""
        installed = self.cache / "node_modules" / ".bin" / name
        there = str(installed) if installed.exists() else name
        return os.environ.get(name.upper()) or there

    def version(self) -> str | None:
        """The version that is installed, None if none is."""
        return _output(self.filled(self.version_command))

    def version_here(self) -> str:
        """The version that is installed.

        Raises:
            MissingError: none is; the message says how to get it, in a few lines.
        """
        if (version := self.version()) is not None:
            return version
        commands = [f"  {shlex.join(words)}" for words in self.commands_to_install()]
        lines = [f"{self.name} is not installed; to install it:", *commands]
        if self.variable:
            lines.append(f"or say where it is: {self.variable}=/path/to/{self.name}")
        raise MissingError("\n".join(lines))

    def runtime(self) -> str:
        """What runs it, and its version; of the hash of a commit its first seven digits."""
        return _HASH.sub(r"\1", _output(self.filled(self.runtime_command)) or "?")

    def commands_to_install(self) -> list[list[str]]:
        """The commands that install it, in order."""
        return [self.filled(command) for command in self.install]


def cache_directory() -> Path:
    """Where what is installed once is kept."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "whatwg-websockets"


def implementations() -> dict[str, Implementation]:
    """All implementations by name, in the order of the file."""
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
    """A word of a command, with what the names in braces stand for."""
    for name, value in values.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def _output(command: list[str]) -> str | None:
    """What a command prints, None if it fails or cannot be run."""
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
