"""The command ``whatwg-websockets``.

What it can do is found by entry points of the group ``whatwg_websockets.commands``, each a typer
application, or a function that is one command. So a command can live in a package that this one
must not import. An entry point names the extra that its command needs.
"""

import importlib
import sys

EXIT_MISSING = 3
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command, or say what to install first and exit with status 3.

    Ctrl-C while it is being loaded ends it with status 130; later that is the command's to say.
    """
    try:
        importlib.import_module("whatwg_websockets.cli.app").build()()
    except KeyboardInterrupt:
        raise SystemExit(EXIT_INTERRUPTED) from None
    except ModuleNotFoundError as error:
        advice = importlib.import_module("whatwg_websockets.cli.extras").advice(sys.argv[1:], error)
        if advice is None:
            raise
        print(advice, file=sys.stderr)
        raise SystemExit(EXIT_MISSING) from None
