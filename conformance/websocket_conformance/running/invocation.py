"""How this program was started, so that messages can contain a command that repeats it."""

import os
import shlex
import shutil
import sys
from pathlib import Path

from websocket_conformance.processes import callers_path, is_of_uvx

NAME = "whatwg-websockets"
"""The name of the program where it is installed."""


def invocation() -> str:
    """Return the words, quoted for a shell, by which the caller can start this program again.

    The words are the program's name if the caller's shell finds it by that name. Otherwise, as in
    an environment that is not activated, they are its path, or the path of Python and the module.
    Under ``uvx``, the path would be one in uv's cache, so the words are the name.
    """
    started = Path(sys.argv[0])
    if is_of_uvx():
        return NAME
    if started.name == "__main__.py":
        return shlex.join([_program(sys.executable), "-m", started.parent.name])
    if started.stem != NAME or not started.is_file():
        return NAME
    return shlex.quote(_program(str(started)))


def _program(path: str) -> str:
    """Return the name of a program if the caller's shell finds it by that name; else its path."""
    place = Path(os.path.abspath(path))
    found = shutil.which(place.name, path=callers_path())
    return place.name if found and Path(found).absolute() == place else str(place)
