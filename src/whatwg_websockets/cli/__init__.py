"""The command ``whatwg-websockets``.

What it can do is found by entry points of the group ``whatwg_websockets.commands``, each a typer
application, or a function that is one command. So a command can live in a package that this one
must not import.
"""

import importlib
import importlib.util
import sys

REQUIRED = ("typer", "rich", "jinja2", "lxml")
"""What the commands need beyond the core dependencies: the extra ``[conformance]``."""

EXIT_MISSING = 3
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command, or say what to install first and exit with status 3.

    Ctrl-C while it is being loaded ends it with status 130; later that is the command's to say.
    """
    if any(importlib.util.find_spec(package) is None for package in REQUIRED):
        print('This command needs: pip install "whatwg-websockets[conformance]"', file=sys.stderr)
        raise SystemExit(EXIT_MISSING)
    try:
        importlib.import_module("whatwg_websockets.cli.app").build()()
    except KeyboardInterrupt:
        raise SystemExit(EXIT_INTERRUPTED) from None
