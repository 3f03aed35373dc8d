"""The commands of the fakes: the programs in fakes/ that the judge starts.

They are not measured, and those that need nothing but Python itself load nothing else: to load
coverage takes a process longer than Python takes to start.
"""

import json
import sys
from pathlib import Path

FAKES = Path(__file__).with_name("fakes")

_ALONE = [sys.executable, "-S"]
_WITH_WHAT_IS_INSTALLED = ["env", "-u", "COVERAGE_PROCESS_START", sys.executable]


def docker() -> list[str]:
    """Does what a Docker client does."""
    return [*_ALONE, str(FAKES / "fake_docker.py")]


def driver(mode: str) -> list[str]:
    """A driver of a client; what it is to play follows."""
    return [*_ALONE, str(FAKES / "odd_driver.py"), mode]


def player(mode: str) -> list[str]:
    """A player of scenarios."""
    return [*_ALONE, str(FAKES / "odd_player.py"), mode]


def page(instead: object, *lock: str) -> list[str]:
    """A page of web-platform-tests; what some pages do instead of what they should."""
    return [*_ALONE, str(FAKES / "odd_page.py"), json.dumps(instead), *lock]


def server(mode: str) -> list[str]:
    """A server; the port follows."""
    return [*_WITH_WHAT_IS_INSTALLED, str(FAKES / "odd_server.py"), mode]
