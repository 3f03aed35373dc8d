"""The command ``whatwg-websockets echo``: a server that sends every message back.

The command needs only Python's standard library and no extra, so the package always has a server
for the first example.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from websocket_conformance.errors import Exit
from websocket_conformance.fuzzing.addresses import Address, host_of, why_not_listening
from websocket_conformance.fuzzing.echo import EchoServer
from websocket_conformance.signals import asked_to_end

HOST, PORT = "127.0.0.1", 8080
_HIGHEST_PORT = 65535


def main(arguments: Sequence[str]) -> int:
    """Echo messages until Ctrl-C, or until the process is asked to end.

    Args:
        arguments: the command line, without the name of the command.

    Returns:
        The exit status: 0, or 2 if the server could not listen.

    Raises:
        SystemExit: the command line is wrong (status 2), or asks for help (status 0).
    """
    options = parser().parse_args(arguments)
    return asyncio.run(
        _serve(
            EchoServer(once=options.once, compresses=options.compresses),
            Address(options.host, options.port),
        )
    )


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    reader = argparse.ArgumentParser(
        prog="whatwg-websockets echo",
        description="Send every message back to the client that sent it, until Ctrl-C.",
    )
    reader.add_argument(
        "--host", type=_host, default=HOST, help=f"the address to listen on [{HOST}]"
    )
    reader.add_argument(
        "--port",
        type=_port,
        default=PORT,
        help=f"the port to listen on; 0 for a free port [{PORT}]",
    )
    reader.add_argument(
        "--once", action="store_true", help="close a connection after its first message"
    )
    reader.add_argument(
        "--no-deflate",
        dest="compresses",
        action="store_false",
        help="compress nothing, so that payloads can be read on the wire",
    )
    return reader


def _host(text: str) -> str:
    try:
        return host_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a host: {error}") from None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= _HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to {_HIGHEST_PORT}")
    return int(text)


async def _serve(server: EchoServer, address: Address) -> int:
    stopped = asyncio.Event()
    with asked_to_end(stopped.set):
        try:
            listening = await server.listen(address)
        except OSError as error:
            print(why_not_listening(error, address), file=sys.stderr)
            return Exit.USAGE
        echoing = (
            "Echoing one message of each connection" if server.once else "Echoing every message"
        )
        print(f"{echoing} on {listening.url}/ (Ctrl-C ends the server)", flush=True)
        await stopped.wait()
        await server.close()
    return Exit.BEST
