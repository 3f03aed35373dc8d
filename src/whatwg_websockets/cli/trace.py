"""The command ``whatwg-websockets trace``: one connection, told step by step."""

import asyncio
import ssl
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console

from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.steps.trace.html import as_html
from whatwg_websockets.steps.trace.jsonl import as_jsonl
from whatwg_websockets.steps.trace.live import Told, Visit, tell
from whatwg_websockets.steps.trace.mermaid import as_mermaid
from whatwg_websockets.steps.trace.plan import the_plans
from whatwg_websockets.steps.trace.terminal import print_trace

GROUND = frozenset(("dom", "fileapi", "streams", "url", "webidl"))
"""The folders whose steps are told with ``--all`` only: they are the same for every connection."""

EXIT_FAILED = 1


class Format(StrEnum):
    """How a trace is told."""

    TERMINAL = "terminal"
    JSONL = "jsonl"
    MERMAID = "mermaid"
    HTML = "html"


_BY_SUFFIX = {
    ".jsonl": Format.JSONL,
    ".mmd": Format.MERMAID,
    ".mermaid": Format.MERMAID,
    ".html": Format.HTML,
}


def trace_command(
    url: Annotated[str, typer.Argument(help="The URL: ws, wss, http or https.")],
    send: Annotated[list[str] | None, typer.Option(help="Send this text; again for more.")] = None,
    close: Annotated[int | None, typer.Option(help="Close with this code.")] = None,
    protocol: Annotated[
        list[str] | None, typer.Option(help="Ask for this subprotocol; again for more.")
    ] = None,
    stream: Annotated[
        bool, typer.Option("--stream", help="Use WebSocketStream (a draft) instead of WebSocket.")
    ] = False,
    origin: Annotated[str | None, typer.Option(help="The origin to send; null by default.")] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Do not check the server's certificate.")
    ] = False,
    ca: Annotated[
        Path | None, typer.Option(help="Trust the certificate authorities in this PEM file.")
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0, help="The seconds to wait for answers at most.")
    ] = 2.0,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Tell the steps of this folder only, such as rfc6455; again for more."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help=f"Tell the steps of {', '.join(sorted(GROUND))} too.")
    ] = False,
    format_: Annotated[
        Format | None, typer.Option("--format", help="How to tell it; by default as FILE ends.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="The file to write to.")
    ] = None,
) -> None:
    """Open a connection, send, close, and tell each step of it.

    Waits for as many messages as were sent. If the connection cannot be established, the command
    prints the steps up to then and the reason, and exits with 1.
    """
    settings = _settings(origin, insecure, ca)
    visit = Visit(url, protocol or (), send or (), close, wait, stream)
    folders = _folders(only or [], everything)
    if output is None:
        told = asyncio.run(tell(visit, settings, folders))
        _write(told, format_ or Format.TERMINAL, sys.stdout)
    else:
        format_ = format_ or _BY_SUFFIX.get(output.suffix, Format.TERMINAL)
        try:
            file = output.open("w", encoding="utf-8")
        except OSError as error:
            message = f"{output} cannot be written: {error.strerror}"
            raise typer.BadParameter(message, param_hint="-o") from error
        with file:
            told = asyncio.run(tell(visit, settings, folders))
            _write(told, format_, file)
    if told.why:
        typer.echo(f"{url}: {told.why}", err=True)
        raise typer.Exit(EXIT_FAILED)


def _settings(origin: str | None, insecure: bool, ca: Path | None) -> EnvironmentSettings:
    try:
        tls = ssl.create_default_context(cafile=ca)
    except OSError as error:
        message = f"{ca} has no certificates that can be read: {error.strerror or error}"
        raise typer.BadParameter(message, param_hint="--ca") from error
    tls.set_alpn_protocols(["http/1.1"])
    if insecure:
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
    try:
        return EnvironmentSettings(origin=origin, tls=tls)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--origin") from error


def _folders(only: list[str], everything: bool) -> frozenset[str]:
    """Return the folders whose steps are to be told; none for all of them."""
    known = {plan.folder for plan in the_plans().values()}
    unknown = sorted(set(only) - known)
    if unknown:
        message = f"there is no folder {unknown[0]!r}, but {', '.join(sorted(known))}"
        raise typer.BadParameter(message, param_hint="--only")
    if everything:
        return frozenset()
    return frozenset(only) or frozenset(known - GROUND)


def _write(told: Told, format_: Format, file: TextIO) -> None:
    if format_ is Format.JSONL:
        file.write(as_jsonl(told.entries))
    elif format_ is Format.MERMAID:
        file.write(as_mermaid(told.entries))
    elif format_ is Format.HTML:
        file.write(as_html(told.entries, told.visit.url))
    else:
        print_trace(told.entries, Console(file=file))
