"""The commands ``run``, ``report`` and ``implementations`` of ``whatwg-websockets conformance``."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
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
"""A width in columns that no table exceeds."""


def run(
    implementation: Annotated[
        list[str],
        typer.Option(
            help="A known implementation; repeat the option for several.", show_default=OURS
        ),
    ] = [],  # noqa: B006
    command: Annotated[
        list[str],
        typer.Option(
            help="The command of your own driver. {url} stands for the URL of the fuzzing server, "
            "{agent} for the name, {jobs} for how many cases to play at a time, {loop} for the "
            "event loop. A command with {case_url}, the URL of a case, is started for each case. "
            "Repeat the option for several drivers."
        ),
    ] = [],  # noqa: B006
    server: Annotated[
        list[str],
        typer.Option(
            help="A server: the name of a known server, or your own command, in which {port} "
            "stands for the port to listen on at 127.0.0.1; repeat the option for several."
        ),
    ] = [],  # noqa: B006
    url: Annotated[
        list[str],
        typer.Option(
            help="The URL of a server that already runs, such as ws://127.0.0.1:9001; repeat the "
            "option for several."
        ),
    ] = [],  # noqa: B006
    agent: Annotated[
        list[str],
        typer.Option(
            help="The name of a command or a URL in the report; repeat the option for several, in "
            "the order --command, --server, --url.",
            show_default="client or server",
        ),
    ] = [],  # noqa: B006
    agent_version: Annotated[
        list[str],
        typer.Option(
            help="The version of the command's or URL's program, for the report; repeat the option "
            "for several, in the order of --agent."
        ),
    ] = [],  # noqa: B006
    suite: Annotated[SuiteName, typer.Option(help="The suite to run.")] = SuiteName.EMBEDDED,
    source: Annotated[
        Source | None,
        typer.Option(
            help="The source of the Autobahn suite: a Docker engine, or a Python 2.7.",
            show_default=Source.AUTO,
        ),
    ] = None,
    profile: Annotated[Profile | None, PROFILE] = None,
    root: Annotated[
        Path | None,
        typer.Option(
            help="The folder of a checkout of web-platform-tests.",
            show_default="$WPT, or what --fetch has fetched",
        ),
    ] = None,
    fetch: Annotated[
        bool,
        typer.Option(
            "--fetch", help="First fetch the parts of web-platform-tests that are needed, with git."
        ),
    ] = False,
    expectations: Annotated[
        Path | None,
        typer.Option(
            help="A file with the subtests of web-platform-tests that are not expected to pass.",
            show_default="the known implementation's own",
        ),
    ] = None,
    cases: Annotated[
        list[str],
        typer.Option(
            help="Cases such as 1.1.1 or '6.*'; of web-platform-tests, pages, tests and folders. "
            "Repeat the option or use commas for several."
        ),
    ] = ["*"],  # noqa: B006
    exclude_cases: Annotated[
        list[str], typer.Option(help="Cases to leave out, written as for --cases.")
    ] = [],  # noqa: B006
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many cases are played at a time; with the Autobahn suite, how many servers.",
            show_default="what suits the driver; with the Autobahn suite, the number of cores",
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
            help="How many seconds a driver may do nothing before it counts as hung, and a server "
            "may take until it accepts a connection; with web-platform-tests, how many seconds "
            "an ordinary test may take.",
            show_default="30; 40 with the API suite; 10 with web-platform-tests; 120 with the "
            "Autobahn suite, and 500 for large and compressed messages",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(help="A file with cases that are known to fall short; only new ones count."),
    ] = None,
    write_baseline: Annotated[
        bool,
        typer.Option("--write-baseline", help="Write the results of this run to the baseline."),
    ] = False,
    report_dir: Annotated[Path, typer.Option(help="The folder of the report.")] = REPORT_DIR,
    autobahn_files: Annotated[
        bool | None,
        typer.Option(
            "--autobahn-files/--no-autobahn-files",
            help="Write Autobahn's own files too: index.json, and one file per case.",
            show_default="only with the Autobahn suite",
        ),
    ] = None,
) -> None:
    """Run a suite against implementations of WebSocket clients or servers, and write a report.

    The exit status is 0 if every case has the best verdict that it can have (with a baseline: if no
    case falls short that is not in the baseline), 1 if not, or if a server does not listen, 2 for a
    wrong option, a command that cannot be started, or a report that cannot be written, 3 if the
    suite or an implementation is not installed, 130 if interrupted.
    """
    _check_words("--agent", agent)
    _check_words("--agent-version", agent_version)
    try:
        targets = naming.named(_targets(implementation, command, server, url), agent, agent_version)
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
    commands: Iterable[str],
    servers: Iterable[str],
    urls: Iterable[str],
) -> list[Target]:
    """Return the targets to be tested, each once; whatwg-websockets if the user names none."""
    values = {
        Option.IMPLEMENTATION: implementations,
        Option.COMMAND: commands,
        Option.SERVER: servers,
        Option.URL: urls,
    }
    targets = [Target(option, each) for option, some in values.items() for each in some]
    return list(dict.fromkeys(targets)) or [Target(Option.IMPLEMENTATION, OURS)]


def _patterns(values: Iterable[str]) -> tuple[str, ...]:
    """Return the patterns in some values, each of which may have commas between patterns."""
    return tuple(filter(None, (part.strip() for value in values for part in value.split(","))))


def _check(order: Order) -> None:
    """Refuse options that do not go together.

    Raises:
        typer.BadParameter: an option has no meaning with the others.
    """
    if not order.patterns:
        raise typer.BadParameter("no case is named; write '*' for all cases", param_hint="--cases")
    for option, value, reason in _pointless(order):
        if value not in (None, False):
            raise typer.BadParameter(reason, param_hint=option)


def _pointless(order: Order) -> Iterator[tuple[str, object, str]]:
    """Return the options without a meaning among the others, each with its value and the reason."""
    servers = [target for target in order.targets if target.is_server]
    if order.suite is SuiteName.WPT:
        yield from _pointless_for_pages(order, servers)
    else:
        reason = "only web-platform-tests have this option; write --suite wpt"
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
        yield "--source", order.source, "only the real suite has a source; write --suite autobahn"
    if len(servers) == len(order.targets):
        yield "--loop", order.loop, "a server runs on the event loop that it chooses"
        if order.suite is SuiteName.EMBEDDED:
            reason = "for servers, the command fuzzingclient writes Autobahn's files"
            yield "--autobahn-files", order.autobahn_files, reason


def _pointless_for_pages(
    order: Order, servers: Sequence[Target]
) -> Iterator[tuple[str, object, str]]:
    """Return the options that have no meaning with web-platform-tests."""
    yield "--profile", order.profile, "web-platform-tests have no profiles"
    yield "--loop", order.loop, "web-platform-tests run on the event loop of their page"
    yield "--autobahn-files", order.autobahn_files, "Autobahn has no file for web-platform-tests"
    for target in servers:
        yield target.option, target.value, "a server loads no pages"


def _check_words(option: str, texts: Iterable[str]) -> None:
    """Refuse a name or a version that cannot be printed.

    Raises:
        typer.BadParameter: one of them cannot.
    """
    for text in texts:
        if not text.isprintable() or not text.strip():
            raise typer.BadParameter(
                f"'{visible(text)}' is not printable text in UTF-8", param_hint=option
            )


def report(
    runs: Annotated[
        list[Path],
        typer.Argument(
            help="Saved runs (run.json), or folders of reports, Autobahn's or this program's."
        ),
    ],
    out: Annotated[Path, typer.Option(help="The folder of the report.")],
) -> None:
    """Combine saved runs in one report, side by side.

    The exit status is 0, or 2 if a file cannot be read as a run or a report.
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
    """Return the run in a file, or the runs in a directory: saved runs, or Autobahn's reports.

    Raises:
        ReportError: there is no run.
    """
    if not path.is_dir():
        return [saved.load(path)]
    for place in (path, path / publishing.FOLDER):
        files = sorted((place / site.RUNS).glob("*.json"))
        if files:
            return [saved.load(file) for file in files]
    return from_autobahn.runs(path)


def implementations() -> None:
    """List the known implementations, whether each is installed, and how to install the others."""
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
    """Print a table; if it is too wide, print two lines per row, so that no name is broken."""
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
