"""The commands ``fuzzingserver`` and ``fuzzingclient`` of ``whatwg-websockets``.

They take the place of ``wstest -m fuzzingserver`` and ``wstest -m fuzzingclient``.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from websocket_conformance import terminal
from websocket_conformance.cases.profile import Profile
from websocket_conformance.counting import counted
from websocket_conformance.errors import Exit
from websocket_conformance.fuzzing import client
from websocket_conformance.fuzzing.addresses import Address, why_not_listening
from websocket_conformance.fuzzing.config import (
    DEFAULTS,
    Config,
    ServerUnderTest,
    read_client,
    read_server,
)
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.reaching import why_absent
from websocket_conformance.fuzzing.server import listen
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.fuzzing.values import ConfigError
from websocket_conformance.report import account, keeping, site
from websocket_conformance.report import autobahn_files as reports
from websocket_conformance.report.from_embedded import Plan
from websocket_conformance.report.publishing import Desk, place, publish
from websocket_conformance.running.order import PROFILE
from websocket_conformance.running.strict import alone
from websocket_conformance.signals import asked_to_end

Announce = Callable[[Config, Address, Profile], None]

_Spec = Annotated[
    Path | None, typer.Option("--spec", "-s", help="The file of the configuration, as JSON.")
]
_Profile = Annotated[Profile, PROFILE]
_Outdir = Annotated[Path | None, typer.Option(help="The folder of the reports.")]


@alone
def fuzzingserver(
    spec: _Spec = None,
    profile: _Profile = Profile.QUICK,
    outdir: _Outdir = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port to listen on; 0 for a free port.")
    ] = None,
    cert: Annotated[
        Path | None, typer.Option(help="The file of a certificate; the server then uses TLS.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="The file of the certificate's private key.")
    ] = None,
) -> None:
    """Play Autobahn's cases with every WebSocket client that asks for a case.

    The paths, the numbers of the cases, the configuration and the reports are those of Autobahn's
    fuzzing server, so that clients need no change. Without --spec, the configuration is
    ./fuzzingserver.json if it exists. Ctrl-C ends the server; the reports are written then.

    The exit status is 0; 1 if the reports could not be written; 2 if the server could not be
    started with these options.
    """
    spec = _asked_or_here(spec, "fuzzingserver.json")
    config = configured(lambda: read_server(spec, profile), outdir)
    status = run_server(config, profile, cert, key, port=port)
    raise typer.Exit(terminal.status(status))


@alone
def fuzzingclient(
    spec: _Spec = None,
    profile: _Profile = Profile.QUICK,
    outdir: _Outdir = None,
    jobs: Annotated[int, typer.Option(min=1, help="How many cases are played at a time.")] = 8,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit with 1 if a case does not have the best verdict that it can have.",
        ),
    ] = False,
) -> None:
    """Play Autobahn's cases with each of the WebSocket servers in the configuration.

    Without --spec, the configuration is ./fuzzingclient.json if it exists.

    The exit status is 0 if all cases were played, whatever their verdicts; 1 if the reports could
    not be written or, with --strict, if a case does not have the best verdict that it can have; 2
    if the client could not be started with these options; 3 if a server does not answer; 130 if
    interrupted.
    """
    spec = _asked_or_here(spec, "fuzzingclient.json")
    config = configured(lambda: read_client(spec, profile), outdir)
    status = asyncio.run(visit(config, jobs, profile, strict=strict))
    raise typer.Exit(terminal.status(status))


def _asked_or_here(spec: Path | None, name: str) -> Path | None:
    """Return the file that --spec names, else wstest's usual file in this directory, if any."""
    here = Path(name)
    if spec is not None or not here.is_file():
        return spec
    terminal.complain(f"No --spec is given; the configuration is {here} in this directory.")
    return here


def configured(read: Callable[[], Config], outdir: Path | None) -> Config:
    """Return the configuration, after a check that reports can be written."""
    try:
        config = read()
    except ConfigError as error:
        _refuse(str(error))
    where = config.source if outdir is None else "the command line"
    if outdir is not None:
        config = replace(config, outdir=outdir)
    try:
        site.check_writable(config.outdir)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        _refuse(f"{where}: outdir: no report can be written to {config.outdir}: {why}")
    for name in config.ignored:
        terminal.complain(f"{name} has no effect here and is ignored.")
    for name, pattern in config.unmatched:
        terminal.complain(f"{config.source}: {name}: {pattern!r} matches no case.")
    return config


def _refuse(message: str) -> NoReturn:
    terminal.complain(message)
    raise typer.Exit(Exit.USAGE)


def run_server(
    config: Config,
    profile: Profile,
    cert: Path | None,
    key: Path | None,
    *,
    port: int | None = None,
    announce: Announce | None = None,
) -> int:
    """Serve until the end, and return the exit status.

    Args:
        config: what is to be run.
        profile: how many messages the long cases send.
        cert: the file of the certificate; None for the configuration's.
        key: the file of its private key; None for the configuration's.
        port: where to listen; None for the configuration's.
        announce: prints that the server listens, and where; None for this command's own message.

    Raises:
        typer.Exit: the files cannot be used; the message has been printed.
    """
    address = config.address if port is None else replace(config.address, port=port)
    where = "the command line" if cert or key else config.source
    tls = _tls_context(cert or config.certificate, key or config.key, address, where)
    address = replace(address, secure=tls is not None)
    return asyncio.run(_serve(config, address, tls, profile, announce or _announce))


def _tls_context(
    cert: Path | None, key: Path | None, address: Address, where: str
) -> ssl.SSLContext | None:
    """Return the TLS context, or None without TLS; ``where`` names the source in messages."""
    if cert is None and key is None:
        if address.secure:
            _refuse(f"{where}: url: {address.url} needs a certificate: give cert and key.")
        return None
    if cert is None or key is None:
        _refuse(f"{where}: cert and key: give both or neither.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ValueError) as error:
        _refuse(f"{where}: cert and key: {cert} and {key} cannot be used: {error}")
    return context


def _announce(config: Config, address: Address, profile: Profile) -> None:
    cases = (
        f"{counted(len(config.cases), 'case')}, {profile.messages:,} messages where there are many"
    )
    terminal.say(f"Listening on {address.url}: {cases}.")


async def _serve(
    config: Config,
    address: Address,
    tls: ssl.SSLContext | None,
    profile: Profile,
    announce: Announce,
) -> int:
    if site.kept(place(config.outdir)):
        terminal.complain(
            f"The report in {place(config.outdir)} is from an earlier session, and is replaced by "
            "the report of this one. Name another outdir to keep it."
        )
    fuzzing = Fuzzing(config.cases, config.excluded, config.options, config.protocols)
    files = reports.Reports(config.outdir)
    fuzzing.write = files.write
    fuzzing.told = _say
    asked = Plan(config.cases, profile, config.excluded)

    def results() -> list[Played]:
        return list(fuzzing.book.results.values())

    desk = Desk(results, lambda some: publish(some, asked, config.outdir))
    fuzzing.reported = desk.ask
    try:
        server, listening = await listen(fuzzing, address, tls)
    except OSError as error:
        terminal.complain(why_not_listening(error, address))
        return Exit.USAGE
    with asked_to_end(fuzzing.stopped.set):
        announce(config, listening, profile)
        await fuzzing.stopped.wait()
        server.close()
        await desk.close()
        return _written(results(), asked, files)


async def visit(config: Config, jobs: int, profile: Profile, *, strict: bool) -> int:
    """Play all cases with all servers, and return the exit status.

    A server that does not answer is named and left out. If no server answers, no case is played and
    nothing is written.
    """
    present = await _present(config)
    if not present:
        return Exit.MISSING
    some_are_missing = len(present) < len(config.servers)
    config = replace(config, servers=present)
    before = keeping.cases(site.kept(place(config.outdir)))
    if before > len(config.cases):
        terminal.complain(
            f"The report in {place(config.outdir)} has {counted(before, 'case')}, and is "
            f"replaced by one with {len(config.cases)}. Name another outdir to keep it."
        )
    results: list[Played] = []

    def told(result: Played) -> None:
        results.append(result)
        _say(result)

    playing = asyncio.ensure_future(_visit_all(config, jobs, told))
    with asked_to_end(playing.cancel):
        await asyncio.wait([playing])
        if not playing.cancelled():
            playing.result()
        asked = Plan(config.cases, profile, config.excluded, playing.cancelled())
        status = _written(results, asked, reports.Reports(config.outdir))
    if playing.cancelled():
        return Exit.INTERRUPTED
    if some_are_missing:
        return Exit.MISSING
    if strict and not all(result.is_best for result in results):
        return Exit.SHORT
    return status


async def _present(config: Config) -> tuple[ServerUnderTest, ...]:
    """Return the servers that answer; print where the others were expected."""
    present = []
    for testee in config.servers:
        why = await why_absent(testee.address)
        if why is None:
            present.append(testee)
        else:
            terminal.complain(
                f"No server answers at {testee.address.url}, which {config.source} "
                f"{'name' if config.source == DEFAULTS else 'names'}: {why}. "
                "Start the server first, or name another one in the file that --spec names."
            )
    return tuple(present)


async def _visit_all(config: Config, jobs: int, told: Callable[[Played], None]) -> None:
    for testee in config.servers:
        terminal.say(f"{testee.agent or testee.address.url}: {counted(len(config.cases), 'case')}.")
        await client.play(testee, config.cases, jobs, told, config.excluded)


def _say(result: Played) -> None:
    """Print a result that falls short."""
    if not result.is_best:
        words = dict.fromkeys((result.behaviour.value, result.behaviour_close.value))
        told = filter(None, (result.case.sends, account.reason(result), account.deeds(result)))
        terminal.say(f"{result.number} {result.agent}: {' / '.join(words)}: {' '.join(told)}")


def _written(results: list[Played], asked: Plan, files: reports.Reports) -> int:
    """Write the reports and print the result; return 1 if they cannot be written."""
    outdir = files.directory
    try:
        files.write(results)
        page = publish(results, asked, outdir) if results else None
    except OSError as error:
        terminal.complain(f"The reports cannot be written: {error}")
        return Exit.SHORT
    best = sum(result.is_best for result in results)
    cases = counted(len(results), "case")
    they = "it" if len(results) == 1 else "they"
    terminal.say(
        f"{best} of {cases} reached the best verdict that {they} can have; reports in {outdir}"
    )
    if page is not None:
        terminal.say(f"Report  {page}")
    return Exit.BEST
