"""The command ``whatwg-websockets``.

Its commands are the entry points of the group ``whatwg_websockets.commands``, each a typer
application, or a function that is one command. A command can thus live in a package that this one
must not import. An entry point names the extra that its command needs.

An entry point that names no extra is a plain command: a function that takes the arguments behind
the command's name and returns the exit status. It runs without the libraries of any extra.
"""

import importlib
import sys
from importlib.metadata import entry_points

from whatwg_websockets.cli.standard_output import ending_with_its_output

GROUP = "whatwg_websockets.commands"
"""The group of the entry points that are commands."""

ABOUT = "The WHATWG WebSockets Standard in Python."
"""The first line of the command's help."""

EXIT_USAGE = 2
EXIT_MISSING = 3
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command, or print what to install first and exit with status 3.

    ``--version`` and ``--help`` work without any extra. Ctrl-C while the command is being loaded
    ends it with status 130; after that, each command handles Ctrl-C itself. If standard output
    cannot be written to, every command ends as :mod:`.standard_output` says.
    """
    try:
        with ending_with_its_output():
            _run()
    except KeyboardInterrupt:
        raise SystemExit(EXIT_INTERRUPTED) from None
    except ModuleNotFoundError as error:
        extras = importlib.import_module("whatwg_websockets.cli.extras")
        status = extras.answer(sys.argv[1:], error)
        if status is None:
            raise
        raise SystemExit(status) from None


def _run() -> None:
    for point in entry_points(group=GROUP, name=next(iter(sys.argv[1:]), "")):
        if not point.extras:
            raise SystemExit(point.load()(sys.argv[2:]))
    importlib.import_module("whatwg_websockets.cli.app").build()()
