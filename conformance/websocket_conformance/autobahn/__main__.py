"""``python -m websocket_conformance.autobahn`` says what the suite can be run with here.

The command pulls and installs nothing. A ``PYTHON27`` that is set counts even if it is wrong: the
caller wants the suite to run, and the run reports what is wrong with the variable.
"""

import os
import sys

from websocket_conformance.autobahn.find import MISSING, Source, docker_engine, python27
from websocket_conformance.errors import Exit


def main() -> Exit:
    """Print what the suite would be run with, or else print on stderr what it needs."""
    if engine := docker_engine():
        print(f"The Autobahn suite can be run with the Docker engine {engine.version}.")
    elif named := os.environ.get("PYTHON27"):
        print(f"The Autobahn suite can be run with PYTHON27={named}, if that is a Python 2.7.")
    elif python := python27():
        print(f"The Autobahn suite can be run with Python {python.version}, {python.path}.")
    else:
        print(f"{MISSING} {Source.AUTO.missing()}", file=sys.stderr)
        return Exit.MISSING
    return Exit.BEST


if __name__ == "__main__":
    raise SystemExit(main())
