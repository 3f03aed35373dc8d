"""How this program was started, so that it can say how to start it again."""

import os
import shlex
import shutil
import sys
from pathlib import Path

from websocket_conformance.processes import callers_path

NAME = "whatwg-websockets"
"""What the program is called where it is installed."""


def invocation() -> str:
    """The words, quoted for a shell, by which the caller can start this program again.

    That is its name where the caller's shell finds it by that. Otherwise, as under ``uvx`` or from
    the environment of a checkout that is not active, it is its path, or the path of Python and the
    module.
    """
    started = Path(sys.argv[0])
    if started.name == "__main__.py":
        return shlex.join([_program(sys.executable), "-m", started.parent.name])
    if started.stem != NAME or not started.is_file():
        return NAME
    return shlex.quote(_program(str(started)))


def _program(path: str) -> str:
    """The name of a program if the caller's shell finds it by that, or else its whole path."""
    place = Path(os.path.abspath(path))
    found = shutil.which(place.name, path=callers_path())
    return place.name if found and Path(found).absolute() == place else str(place)
