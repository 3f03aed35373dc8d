"""The command ``wstest``, with the options of Autobahn's command, for scripts that start that.

The modes ``fuzzingserver`` and ``fuzzingclient`` are here; the others belong to Autobahn's own
program. ``python -m websocket_conformance.wstest`` is another way to start it.

As in Autobahn's command, a configuration that is missing is written, a wrong option ends the
command with 1, and a fuzzing server that is interrupted ends with 0. A fuzzing client whose server
does not answer ends with 3, while Autobahn's ends with 0.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from websocket_conformance.counting import counted
from websocket_conformance.errors import Exit

if TYPE_CHECKING:
    from websocket_conformance.cases.profile import Profile
    from websocket_conformance.fuzzing.addresses import Address
    from websocket_conformance.fuzzing.config import Config

FUZZING_SERVER, FUZZING_CLIENT = "fuzzingserver", "fuzzingclient"
ELSEWHERE = (
    "broadcastclient",
    "broadcastserver",
    "echoclient",
    "echoserver",
    "massconnect",
    "serializer",
    "testeeclient",
    "testeeserver",
)
"""The modes that only Autobahn's own program has."""

WRONG = 1
"""The exit status of this command after an error, which is that of Autobahn's command."""

_HIGHEST_PORT = 65535
_INDENT = 3


class _Parser(argparse.ArgumentParser):
    """A parser that exits with 1 after an error, as Autobahn's command does."""

    def error(self, message: str) -> NoReturn:
        print(f"wstest: {message}\nTry wstest --help for usage details.", file=sys.stderr)
        raise SystemExit(WRONG)


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks for.

    Args:
        arguments: the command line; None for the one that the program was started with.

    Raises:
        SystemExit: always, with the status.
    """
    options = parser().parse_args(arguments)
    product = f"whatwg-websockets {version('whatwg-websockets')}"
    if options.autobahnversion or options.version:
        print(f"{product}: this is not Autobahn's program, and has its options.")
        raise SystemExit(0)
    _check(options)
    try:
        import typer

        terminal = import_module("websocket_conformance.terminal")
        import_module("websocket_conformance.running.fuzzing")
    except ModuleNotFoundError as error:
        print(
            f"wstest needs {error.name}: pip install 'whatwg-websockets[conformance]'",
            file=sys.stderr,
        )
        raise SystemExit(Exit.MISSING) from None
    try:
        status = terminal.status(_run(options, _spec(options)))
    except typer.Exit as ended:
        status = ended.exit_code
    raise SystemExit(WRONG if status == Exit.USAGE else status)


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    reader = _Parser(
        prog="wstest",
        description="Autobahn's cases, played as Autobahn's command of this name plays them.",
    )
    add = reader.add_argument
    add(
        "-m",
        "--mode",
        help=f"{FUZZING_SERVER} or {FUZZING_CLIENT}; this program has no other modes",
    )
    add(
        "-s",
        "--spec",
        type=_filled,
        help="the configuration, as JSON [./MODE.json, which is written if missing]",
    )
    add(
        "-w",
        "--wsuri",
        type=_filled,
        help="the server to be tested, if the configuration names none",
    )
    add("-u", "--webport", default="", help="ignored: there is no web server here")
    add("-c", "--cert", type=_file, help="the fuzzing server's certificate, to speak TLS")
    add("-k", "--key", type=_file, help="its private key")
    add(
        "-d",
        "--debug",
        action="store_true",
        help="ignored: reports always contain everything that was exchanged",
    )
    add("-o", "--outfile", help="ignored: no mode of this program has an output file")
    add("-t", "--testset", help="ignored: no mode of this program has test sets")
    add("-i", "--ident", help="ignored: no mode of this program has an identifier")
    add("-a", "--autobahnversion", action="store_true", help="print the version and exit")
    add("--version", action="store_true", help="print the version and exit")
    return reader


def _filled(text: str) -> str:
    """Return the value of an option, which may not be empty: its variable would not be set.

    Raises:
        argparse.ArgumentTypeError: it is empty.
    """
    if not text:
        raise argparse.ArgumentTypeError("the value is empty")
    return text


def _file(text: str) -> Path:
    return Path(_filled(text))


def _check(options: argparse.Namespace) -> None:
    """Exit if the options contradict each other, and name those that have no effect here."""
    modes = f"{FUZZING_SERVER} and {FUZZING_CLIENT}"
    if not options.mode:
        _wrong("a mode must be specified to run: -m fuzzingserver or -m fuzzingclient.")
    if options.mode in ELSEWHERE:
        _wrong(
            f"only Autobahn's own program has the mode {options.mode}; this program has {modes}."
        )
    if options.mode not in (FUZZING_SERVER, FUZZING_CLIENT):
        _wrong(f"there is no mode {options.mode!r}; this program has {modes}.")
    if options.webport and not _is_port(options.webport):
        _wrong(f"{options.webport!r} is not a port for -u/--webport.")
    is_server = options.mode == FUZZING_SERVER
    if is_server and options.webport and int(options.webport):
        _note(
            f"there is no web server on port {options.webport} here: "
            "the reports are files, and need none."
        )
    if bool(options.cert) != bool(options.key):
        _wrong("-c/--cert and -k/--key: give both or neither.")
    pointless = {
        "-d/--debug": options.debug,
        "-o/--outfile": options.outfile,
        "-t/--testset": options.testset,
        "-i/--ident": options.ident,
        "-w/--wsuri": is_server and options.wsuri,
        "-c/--cert and -k/--key": not is_server and options.cert,
        "-u/--webport": not is_server and options.webport,
    }
    for name in [name for name, value in pointless.items() if value]:
        _note(f"{name} has no effect in the mode {options.mode} of this program, and is ignored.")


def _wrong(message: str) -> NoReturn:
    parser().error(message)


def _note(message: str) -> None:
    print(f"wstest: {message}", file=sys.stderr)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) <= _HIGHEST_PORT


def _spec(options: argparse.Namespace) -> Path:
    """Return the file of the configuration, which is written if it was not named and is missing."""
    if options.spec:
        file = Path(options.spec)
        _say(f"Using explicit spec file '{file}'")
    else:
        file = Path(f"{options.mode}.json")
        if file.is_file():
            _say(f"Using implicit spec file '{file}'")
        else:
            _say(f"Auto-generating spec file '{file}'")
            _write(options, file)
    _say(f"Loading spec from {file.absolute()}")
    return file


def _write(options: argparse.Namespace, file: Path) -> None:
    """Write the default configuration, with the server of the command line."""
    from websocket_conformance.fuzzing.config import CLIENT_DEFAULTS, SERVER_DEFAULTS

    is_server = options.mode == FUZZING_SERVER
    defaults = SERVER_DEFAULTS if is_server else CLIENT_DEFAULTS
    named = {"servers": [{"url": options.wsuri}]} if options.wsuri and not is_server else {}
    spec = {**defaults, **named, "exclude-cases": [], "exclude-agent-cases": {}}
    try:
        file.write_text(json.dumps(spec, indent=_INDENT) + "\n", encoding="utf-8")
    except OSError as error:
        _wrong(f"{file} cannot be written: {error.strerror}.")


def _run(options: argparse.Namespace, spec: Path) -> int:
    """Run a mode to its end, and return the exit status."""
    from websocket_conformance.cases.profile import Profile
    from websocket_conformance.fuzzing.config import read_client, read_server
    from websocket_conformance.running import fuzzing

    profile = Profile.FULL
    if options.mode == FUZZING_CLIENT:
        config = fuzzing.configured(lambda: read_client(spec, profile, options.wsuri), None)
        cases = counted(len(config.cases), "test case")
        _say(f"Ok, will run {cases} against {counted(len(config.servers), 'server')}")
        return asyncio.run(fuzzing.visit(config, 1, profile, strict=False))
    config = fuzzing.configured(lambda: read_server(spec, profile), None)
    return fuzzing.run_server(config, profile, options.cert, options.key, announce=_announce)


def _announce(config: "Config", address: "Address", profile: "Profile") -> None:
    """Print that the server listens, in the lines that scripts wait for."""
    del profile
    tls = " TLS" if address.secure else ""
    _say(f"Autobahn's cases, whatwg-websockets: Fuzzing Server (Port {address.port}{tls})")
    _say(f"Listening on {address.url}")
    cases = counted(len(config.cases), "test case")
    _say(f"Ok, will run {cases} for any clients connecting")


def _say(line: str) -> None:
    import_module("websocket_conformance.terminal").say(line)


if __name__ == "__main__":
    main()
