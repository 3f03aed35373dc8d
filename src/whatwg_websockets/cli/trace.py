"""The command ``whatwg-websockets trace``: one connection, told step by step, as it happens."""

import logging
import ssl
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console

from whatwg_websockets.cli.ending import Ending
from whatwg_websockets.cli.standard_output import EXIT_FULL
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.steps.page_names import ALGORITHMS
from whatwg_websockets.steps.trace.cause import LOGGER
from whatwg_websockets.steps.trace.html import as_html
from whatwg_websockets.steps.trace.jsonl import as_jsonl
from whatwg_websockets.steps.trace.live import Outcome, Visit, tell
from whatwg_websockets.steps.trace.mermaid import as_mermaid
from whatwg_websockets.steps.trace.plan import the_plans
from whatwg_websockets.steps.trace.secrets import without_secrets
from whatwg_websockets.steps.trace.terminal import Detail, Terminal
from whatwg_websockets.steps.trace.values import counted
from whatwg_websockets.steps.trace.visible import visible
from whatwg_websockets.tls.errors import TRUST_IN_THE_SETTINGS

GROUND = frozenset(("dom", "fileapi", "streams", "url", "webidl"))
"""The folders that are told with ``--all`` only: they are the same for every connection."""

EXIT_FAILED = 1


class Format(StrEnum):
    """The format of a trace."""

    TERMINAL = "terminal"
    JSONL = "jsonl"
    MERMAID = "mermaid"
    HTML = "html"


@dataclass(frozen=True)
class Output:
    """Where a trace is written to, and how.

    Attributes:
        format: in which format.
        file: where to.
        detail: how much of it, in the terminal's format.
        all_of: the folders whose minor algorithms are told in the overview as well.
        address: returns the address of a page of the docs; None where it is not known.
    """

    format: Format
    file: TextIO
    detail: Detail
    all_of: Collection[str]
    address: Callable[[str], str] | None


_BY_SUFFIX = {
    ".html": Format.HTML,
    ".jsonl": Format.JSONL,
    ".mmd": Format.MERMAID,
    ".mermaid": Format.MERMAID,
    ".txt": Format.TERMINAL,
}


def _format_named(name: str) -> Format:
    """Return the format of a name."""
    if name not in tuple(Format):
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(Format)}")
    return Format(name)


def trace_command(
    url: Annotated[str, typer.Argument(metavar="URL", help="The URL: ws, wss, http or https.")],
    send: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Send this text; again for more.")
    ] = None,
    close: Annotated[int | None, typer.Option(metavar="CODE", help="Close with this code.")] = None,
    protocol: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Ask for this subprotocol; again for more."),
    ] = None,
    stream: Annotated[
        bool, typer.Option("--stream", help="Use WebSocketStream (a draft) instead of WebSocket.")
    ] = False,
    origin: Annotated[
        str | None, typer.Option(metavar="ORIGIN", help="The origin to send; null by default.")
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Do not check the server's certificate.")
    ] = False,
    ca: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Trust the certificate authorities in this PEM file."),
    ] = None,
    wait: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="SECONDS",
            help="How long the server may take for the opening handshake, for as many messages as "
            "were sent, and for its Close frame, each.",
        ),
    ] = 2.0,
    verbose: Annotated[
        int,
        typer.Option(
            "--verbose",
            "-v",
            count=True,
            show_default=False,
            metavar="",
            help="Print each step too; twice, -vv: and the values.",
        ),
    ] = 0,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FOLDER",
            help="Tell the algorithms of this folder only, such as rfc6455; again for more.",
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option("--all", help=f"Tell the algorithms of {', '.join(sorted(GROUND))} too."),
    ] = False,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format",
            parser=_format_named,
            metavar="|".join(Format),
            help="The format; by default as FILE ends, else terminal.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=f"The file to write to; it ends in {', '.join(_BY_SUFFIX)}.",
        ),
    ] = None,
    docs: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER|URL",
            help="Where the built docs are: an HTML file links each algorithm to its page there.",
        ),
    ] = None,
) -> None:
    """Open a connection, send, close, and print what happens, line by line as it happens.

    Algorithms, frames, events and ready states are printed; with -v each step as well, with -vv
    also the values, each up to 2,000 characters. HTML and JSON Lines have all of it, and of each
    value up to 65,536 characters or bytes. Mermaid has what crosses the network and what the page
    does and hears.

    If the connection cannot be established, or ends without a closing handshake, or if the server
    does not send as many messages as it was sent, the reason is printed last, and the exit status
    is 1. After Ctrl-C it is 130, after SIGTERM 143; what has
    happened until then is printed, and written to FILE.
    """
    # What the library logs is in the trace, or is the reason that is printed at the end.
    logging.getLogger(LOGGER).addHandler(logging.NullHandler())
    with Ending() as ending:
        settings = _settings(origin, insecure, ca)
        visit = Visit(url, protocol or (), send or (), close, wait, stream)
        folders = _folders(only or [], everything)
        format_ = format_ or _format_of(output)
        detail = Detail(min(verbose, Detail.VALUES))
        all_of = only or (GROUND if everything else ())
        address = _address_in(docs)
        try:
            with _opened(output) as file:
                to = Output(format_, file, detail, all_of, address)
                outcome, written = _tell(visit, settings, folders, to, ending)
        except OSError as error:
            if output is None:
                raise
            typer.echo(f"{output} cannot be written: {error.strerror}", err=True)
            raise typer.Exit(EXIT_FULL) from error
    if output is not None:
        typer.echo(f"wrote {output}: {written}", err=True)
    if outcome.why:
        why = _with_options(outcome.why)
        typer.echo(visible(f"{without_secrets(url)}: {why}" if url else why), err=True)
        raise typer.Exit(ending.status or EXIT_FAILED)


def _with_options(why: str) -> str:
    """Return why a visit failed, with the command's options where the advice is for a program."""
    if TRUST_IN_THE_SETTINGS not in why:
        return why
    advice = why.replace(TRUST_IN_THE_SETTINGS, "give --ca FILE")
    return f"{advice}; or give --insecure to check no certificate"


def _tell(
    visit: Visit,
    settings: EnvironmentSettings,
    folders: Collection[str],
    to: Output,
    ending: Ending,
) -> tuple[Outcome, str]:
    """Carry out the visit, print it as it happens, or write it once it is over.

    Returns:
        The outcome, and how much was written.

    Raises:
        OSError: what is printed or written to is full, or closed.
    """
    if to.format is not Format.TERMINAL:
        outcome = ending.run(tell(visit, settings, folders))
        return outcome, _write(outcome, to)
    console = Console(file=to.file)
    terminal = Terminal(console, to.detail, to.all_of, ending.stop)
    outcome = ending.run(tell(visit, settings, folders, terminal))
    if terminal.error is not None:
        raise terminal.error
    return outcome, counted(terminal.lines, "line")


def _format_of(output: Path | None) -> Format:
    """Return the format that a file's name ends in; the terminal's without a file."""
    if output is None:
        return Format.TERMINAL
    try:
        return _BY_SUFFIX[output.suffix.lower()]
    except KeyError:
        message = (
            f"{output} does not end in {', '.join(_BY_SUFFIX)}, so the format is not known; "
            "name it with --format"
        )
        raise typer.BadParameter(message, param_hint="-o") from None


def _address_in(docs: str | None) -> Callable[[str], str] | None:
    """Return what makes the address of a page of the docs; None where they are not known."""
    if docs is None:
        return None
    root = docs.rstrip("/")
    if "://" not in docs:
        folder = Path(docs).resolve()
        if not (folder / ALGORITHMS).is_dir():
            message = f"{docs} has no folder {ALGORITHMS!r}; build the docs with: make docs"
            raise typer.BadParameter(message, param_hint="--docs")
        root = folder.as_uri()
    return lambda page: f"{root}/{page}.html"


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """Give the file to write to: standard output if no file is named."""
    if output is None:
        yield sys.stdout
        return
    try:
        file = output.open("w", encoding="utf-8")
    except OSError as error:
        message = f"{output} cannot be written: {error.strerror}"
        raise typer.BadParameter(message, param_hint="-o") from error
    with file:
        yield file


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
    """Return the folders whose steps are told; an empty set stands for all of them."""
    known = {plan.folder for plan in the_plans().values()}
    unknown = sorted(set(only) - known)
    if unknown:
        message = f"there is no folder {unknown[0]!r}; the folders are {', '.join(sorted(known))}"
        raise typer.BadParameter(message, param_hint="--only")
    if everything:
        return frozenset()
    return frozenset(only) or frozenset(known - GROUND)


def _write(outcome: Outcome, to: Output) -> str:
    """Write a trace that is over; return how many entries, or lines of a diagram, were written."""
    number = len(outcome.entries)
    how_much = f"{number} {'entry' if number == 1 else 'entries'}"
    if to.format is Format.JSONL:
        to.file.write(as_jsonl(outcome.entries))
    elif to.format is Format.MERMAID:
        diagram = as_mermaid(outcome.entries)
        to.file.write(diagram)
        how_much = counted(diagram.count("\n"), "line")
    else:
        title = without_secrets(outcome.visit.url)
        to.file.write(as_html(outcome.entries, title, address=to.address))
    to.file.flush()
    return how_much
