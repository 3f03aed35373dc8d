"""The commands ``run``, ``report`` and ``implementations`` of ``whatwg-websockets conformance``."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from websocket_conformance import terminal
from websocket_conformance.autobahn.find import Source
from websocket_conformance.cases.profile import Profile
from websocket_conformance.errors import Exit, ReportError, UsageError
from websocket_conformance.foreign import visible
from websocket_conformance.implementations import OURS
from websocket_conformance.implementations import implementations as known_implementations
from websocket_conformance.report import from_autobahn, publishing, saved, site
from websocket_conformance.results.run import Run
from websocket_conformance.running import naming
from websocket_conformance.running.command import execute
from websocket_conformance.running.order import (
    PROFILE,
    REPORT_DIR,
    Loop,
    Option,
    Order,
    SuiteName,
    Target,
)

_WITHOUT_BOUNDS = 10_000
"""More columns than any table of ours needs."""


def run(
    implementation: Annotated[
        list[str],
        typer.Option(help="A known implementation; repeat it for several.", show_default=OURS),
    ] = [],  # noqa: B006
    command: Annotated[
        str,
        typer.Option(
            help="A command that starts your own driver. {url} stands for the URL of the fuzzing "
            "server, {agent} for the name, {jobs} for the number of cases to play at a time, "
            "{loop} for the event loop; {case_url} for the URL of one case, if each start plays "
            "one."
        ),
    ] = "",
    server: Annotated[
        list[str],
        typer.Option(
            help="A known server, or a command that starts your own, in which {port} stands for "
            "the port of 127.0.0.1 to listen on; repeat it for several."
        ),
    ] = [],  # noqa: B006
    url: Annotated[
        str, typer.Option(help="The URL of a running server, such as ws://127.0.0.1:9001.")
    ] = "",
    agent: Annotated[
        list[str],
        typer.Option(
            help="The name in the report of a command or a URL; repeat it for several, in the "
            "order --command, --server, --url.",
            show_default="client, or server",
        ),
    ] = [],  # noqa: B006
    agent_version: Annotated[
        str, typer.Option(help="The version of your own program, for the report.")
    ] = "",
    suite: Annotated[SuiteName, typer.Option(help="The suite.")] = SuiteName.EMBEDDED,
    source: Annotated[
        Source | None,
        typer.Option(
            help="What runs the Autobahn suite: a Docker engine, or a Python 2.7.",
            show_default=Source.AUTO,
        ),
    ] = None,
    profile: Annotated[Profile | None, PROFILE] = None,
    root: Annotated[
        Path | None,
        typer.Option(
            help="A checkout of web-platform-tests.",
            show_default="$WPT, or the checkout of --fetch",
        ),
    ] = None,
    fetch: Annotated[
        bool,
        typer.Option(
            "--fetch", help="Fetch or update a checkout of web-platform-tests first, with git."
        ),
    ] = False,
    expectations: Annotated[
        Path | None,
        typer.Option(
            help="A file with the subtests of web-platform-tests that are expected to fail.",
            show_default="the file of a known implementation",
        ),
    ] = None,
    cases: Annotated[
        list[str],
        typer.Option(
            help="The cases to play, such as 1.1.1 or '6.*'; with web-platform-tests, pages, tests "
            "and folders; repeat it or use commas."
        ),
    ] = ["*"],  # noqa: B006
    exclude_cases: Annotated[
        list[str], typer.Option(help="The cases to leave out, in the same form as --cases.")
    ] = [],  # noqa: B006
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="The number of cases to play at a time; with the Autobahn suite, the number of "
            "servers, each with a driver.",
            show_default="as many as the driver can; one for each core with the Autobahn suite",
        ),
    ] = None,
    loop: Annotated[
        Loop | None,
        typer.Option(help="The event loop of a driver in Python.", show_default="asyncio"),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            min=1,
            help="The seconds after which an idle driver has hung, and within which a server has "
            "to accept a connection; with web-platform-tests, the seconds that an ordinary test "
            "may take.",
            show_default="30; 40 with the API suite; 10 with web-platform-tests; 120 with the "
            "Autobahn suite, and 500 for large and compressed messages",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(help="A file of cases that are known to fall short; only others count."),
    ] = None,
    write_baseline: Annotated[
        bool,
        typer.Option(
            "--write-baseline", help="Write the cases that fall short now to the baseline."
        ),
    ] = False,
    report_dir: Annotated[Path, typer.Option(help="The folder of the report.")] = REPORT_DIR,
    autobahn_files: Annotated[
        bool | None,
        typer.Option(
            "--autobahn-files/--no-autobahn-files",
            help="Write files in Autobahn's format, index.json and one for each case, in the "
            "suite's folder.",
            show_default="with the Autobahn suite",
        ),
    ] = None,
) -> None:
    """Run a suite against implementations of WebSocket clients or servers, and write a report.

    Ends with 0 if every case has the best verdict that it can have (with a baseline: if no further
    case falls short), 1 if not, 2 if an option is wrong or the report cannot be written, 3 if the
    suite or an implementation is missing, 130 if interrupted.
    """
    _check_words(*(("--agent", name) for name in agent), ("--agent-version", agent_version))
    try:
        targets = naming.named(
            _targets(implementation, command, server, url, agent_version), list(filter(None, agent))
        )
    except UsageError as error:
        terminal.complain(str(error))
        raise typer.Exit(Exit.USAGE) from error
    order = Order(
        suite=suite,
        targets=targets,
        source=source,
        profile=profile,
        patterns=_patterns(cases),
        excluded=_patterns(exclude_cases),
        jobs=jobs,
        loop=loop,
        timeout=timeout,
        baseline=baseline,
        writes_baseline=write_baseline,
        report_dir=report_dir,
        autobahn_files=autobahn_files,
        root=root,
        fetches=fetch,
        expectations=expectations,
    )
    _check(order)
    raise typer.Exit(terminal.status(execute(order, terminal.console())))


def _targets(
    implementations: Iterable[str],
    command: str,
    servers: Iterable[str],
    url: str,
    version: str,
) -> list[Target]:
    """What is to be tested; this implementation if nothing is named.

    Raises:
        typer.BadParameter: a version is given, and there is no program of a person's own.
    """
    values = {
        Option.IMPLEMENTATION: implementations,
        Option.COMMAND: filter(None, [command]),
        Option.SERVER: servers,
        Option.URL: filter(None, [url]),
    }
    targets = [Target(option, each) for option, some in values.items() for each in some]
    targets = list(dict.fromkeys(targets)) or [Target(Option.IMPLEMENTATION, OURS)]
    if version and not any(target.usual_name for target in targets):
        raise typer.BadParameter(
            "a known implementation says its version itself", param_hint="--agent-version"
        )
    return [replace(each, version=version) if each.usual_name else each for each in targets]


def _patterns(values: Iterable[str]) -> tuple[str, ...]:
    """The patterns in some values, in each with commas between them."""
    return tuple(filter(None, (part.strip() for value in values for part in value.split(","))))


def _check(order: Order) -> None:
    """Refuse what cannot be asked for together.

    Raises:
        typer.BadParameter: something is asked for that means nothing with the rest.
    """
    if not order.patterns:
        raise typer.BadParameter("no case is named; all of them are '*'", param_hint="--cases")
    for option, value, reason in _pointless(order):
        if value not in (None, False):
            raise typer.BadParameter(reason, param_hint=option)


def _pointless(order: Order) -> Iterator[tuple[str, object, str]]:
    """The options that mean nothing with the rest, what stands behind each, and why."""
    servers = [target for target in order.targets if target.is_server]
    if order.suite is SuiteName.WPT:
        yield from _pointless_for_pages(order, servers)
    else:
        reason = "only web-platform-tests have it: --suite wpt"
        yield "--root", order.root, reason
        yield "--fetch", order.fetches, reason
        yield "--expectations", order.expectations, reason
    if order.suite is SuiteName.API:
        yield "--profile", order.profile, "the scenarios at the API have no profiles"
        reason = "the scenarios at the API run on the event loop of their driver"
        yield "--loop", order.loop, reason
        reason = "Autobahn has no file for a scenario at the API"
        yield "--autobahn-files", order.autobahn_files, reason
        for target in servers:
            yield target.option, target.value, "a server has no API to be tested at"
    if order.suite is not SuiteName.AUTOBAHN:
        yield "--source", order.source, "only the real suite has a source: --suite autobahn"
    if len(servers) == len(order.targets):
        yield "--loop", order.loop, "a server runs on the event loop that it chooses"
        if order.suite is SuiteName.EMBEDDED:
            reason = "fuzzingclient writes Autobahn's files of servers"
            yield "--autobahn-files", order.autobahn_files, reason


def _pointless_for_pages(
    order: Order, servers: Sequence[Target]
) -> Iterator[tuple[str, object, str]]:
    """The options that mean nothing with web-platform-tests."""
    yield "--profile", order.profile, "web-platform-tests have no profiles"
    yield "--loop", order.loop, "web-platform-tests run on the event loop of their page"
    yield "--autobahn-files", order.autobahn_files, "Autobahn has no file for web-platform-tests"
    for target in servers:
        yield target.option, target.value, "a server loads no pages"


def _check_words(*options: tuple[str, str]) -> None:
    """Refuse a name or a version that cannot be printed.

    Raises:
        typer.BadParameter: one of them cannot.
    """
    for name, text in options:
        if not text.isprintable() or (text and not text.strip()):
            raise typer.BadParameter(
                f"'{visible(text)}' is not printable text in UTF-8", param_hint=name
            )


def report(
    runs: Annotated[
        list[Path],
        typer.Argument(
            help="Saved runs (run.json), or directories of reports, Autobahn's or our own."
        ),
    ],
    out: Annotated[Path, typer.Option(help="The folder of the report.")],
) -> None:
    """Make one report from several saved runs.

    Ends with 0, or with 2 if a file cannot be used.
    """
    try:
        site.check(out)
        site.write([run for path in runs for run in _read(path)], out)
    except (ReportError, UsageError) as error:
        terminal.complain(str(error))
        raise typer.Exit(Exit.USAGE) from error
    except OSError as error:
        terminal.complain(f"no report can be written to {out}: {error.strerror}")
        raise typer.Exit(Exit.USAGE) from error
    terminal.say(f"Report  {out / 'index.html'}")
    raise typer.Exit(terminal.status(Exit.BEST))


def _read(path: Path) -> list[Run]:
    """The run in a file, or the runs that a directory has: as they are, or as Autobahn's reports.

    Raises:
        ReportError: there are no runs.
    """
    if not path.is_dir():
        return [saved.load(path)]
    for place in (path, path / publishing.FOLDER):
        files = sorted((place / site.RUNS).glob("*.json"))
        if files:
            return [saved.load(file) for file in files]
    return from_autobahn.runs(path)


def implementations() -> None:
    """List the known implementations, which are installed, and how to install the others."""
    rows, missing = [], []
    for each in known_implementations().values():
        version = each.version()
        runtime = each.runtime() if version else ""
        roles = ", ".join(each.roles)
        rows.append((each.name, version or "not installed", each.language, roles, runtime))
        if not version:
            missing.append(each)
    _print_whole(("name", "version", "language", "tested as", "runs on"), rows)
    for each in missing:
        commands = "\n".join(f"  {shlex.join(words)}" for words in each.commands_to_install())
        terminal.say(f"\nTo install {each.name}:\n{commands}")
    raise typer.Exit(terminal.status(Exit.BEST))


def _print_whole(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, or two lines a row where it is too wide, so that no name is broken."""
    console = terminal.console()
    table = Table()
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*map(escape, row))
    without_bounds = console.options.update_width(_WITHOUT_BOUNDS)
    if console.measure(table, options=without_bounds).maximum <= console.width:
        console.print(table)
        return
    for name, version, *more in rows:
        terminal.say(f"{name} {version}\n  {'; '.join(filter(None, more))}")
