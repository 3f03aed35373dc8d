"""Writes the tables of implementations' results in README and docs, from the kept runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.readme import filled

from agreement import saved
from kept_runs import bench, markdown, mutants
from kept_runs.markdown import listed, table
from websocket_conformance.implementations import implementations
from websocket_conformance.report import folders
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import Verdict

ROOT = Path(__file__).parents[3]

OURS = "whatwg-websockets"
AUTOBAHN = tuple(map(str, range(1, 20)))
"""The sections of the Autobahn suite, which the embedded suite also has."""
DRAFT = "websockets/stream/tentative"
"""The folder of web-platform-tests about a draft."""
FILES = "FileAPI"
"""The folder of web-platform-tests about files, some of which concern messages."""
STREAMS = "streams"
"""The folder of web-platform-tests about streams."""
DOM = "dom"
"""The folder of web-platform-tests about events and abort signals."""
WEBSOCKETS = "`websockets/` without the draft"
"""The name of the row that counts the subtests about WebSockets."""


def _is_about_websockets(folder: str) -> bool:
    return folder.partition("/")[0] == "websockets" and folder != DRAFT


IN_WINDOWS = (_is_about_websockets, False)
PARTS: dict[str, tuple[Callable[[str], bool], bool | None]] = {
    "websockets, window": IN_WINDOWS,
    "websockets, worker": (_is_about_websockets, True),
    "WebSocketStream (draft)": (lambda folder: folder == DRAFT, None),
    "streams": (lambda folder: folder.partition("/")[0] == STREAMS, None),
    "dom": (lambda folder: folder.partition("/")[0] == DOM, None),
    "FileAPI": (lambda folder: folder.partition("/")[0] == FILES, None),
}
"""The folders that a column of the table counts, and whether in workers, in windows, or in both."""
OPENING_OF_CLIENTS = tuple(map(str, range(20, 26)))
OPENING_OF_SERVERS = tuple(map(str, range(26, 30)))

Kept = dict[str, Run]
"""The kept runs, by the names of their files."""


def by_section(runs: Kept) -> str:
    """Write the real suite's verdicts on this implementation, with a row for each section."""
    run = runs[f"autobahn-{OURS}"]
    verdicts = [Verdict.OK, *(verdict for verdict in run.counts if verdict is not Verdict.OK)]
    rows = []
    for section in run.sections:
        part = only(run, [section.id])
        rows.append([f"{section.id} {section.title}", part.asked, *_counts(part, verdicts)])
    rows.append([f"**{each}**" for each in ("all", run.asked, *_counts(run, verdicts))])
    text = table(["section", "cases", *verdicts], rows)
    closing = sum(result.closing is Verdict.OK for result in run.results)
    return (
        f"{text}\n"
        f"{run.good} of {run.asked} cases have the best verdict that they can have, which is "
        f"INFORMATIONAL for {listed(informational(run))}; behaviour on close is OK in {closing}. "
        f"{run.suite_version}, {run.label} on {run.runtime}, {day(run)}.\n"
    )


def clients(runs: Kept) -> str:
    """Write the embedded suite's verdicts on clients, in the cases of Autobahn's suite."""
    return _ranking(_of(runs, "client-", AUTOBAHN))


def openings_of_clients(runs: Kept) -> str:
    """Write the embedded suite's verdicts on clients, in the opening handshake."""
    return _ranking(_of(runs, "client-", OPENING_OF_CLIENTS))


def servers(runs: Kept) -> str:
    """Write the embedded suite's verdicts on servers, in Autobahn's cases and in the handshake."""
    found = _of(runs, "server-")
    parts = {"1 to 10": AUTOBAHN, "26 to 29": OPENING_OF_SERVERS}
    header, rows = ["implementation", "on"], [[linked(run), run.runtime] for run in found]
    for title, sections in parts.items():
        some = [only(run, sections) for run in found]
        verdicts = _falling_short(some)
        header += [f"{title}: at their best", *verdicts]
        for row, run in zip(rows, some, strict=True):
            row += map(str, [run.good, *_counts(replace(run, results=run.short), verdicts)])
    return f"{table(header, rows)}\n{_sizes(found[0], parts)} {_caption(found)}\n"


def _sizes(run: Run, parts: Mapping[str, Sequence[str]]) -> str:
    told = (f"{len(only(run, some).results)} of sections {title}" for title, some in parts.items())
    return f"There are {listed(list(told))}."


def openings_of_servers(runs: Kept) -> str:
    """Write the embedded suite's verdicts on servers, in the opening handshake."""
    return _ranking(_of(runs, "server-", OPENING_OF_SERVERS))


def scenarios(runs: Kept) -> str:
    """Write how many scenarios at the API have the outcome that the standard requires."""
    found = _of(runs, "api-")
    verdicts = Verdict.OK, Verdict.EXPLAINED, Verdict.UNIMPLEMENTED
    rows = []
    for run in found:
        told = _counts(run, verdicts)
        otherwise = sum(result.verdict not in verdicts for result in run.results)
        rows.append([linked(run), run.runtime, *told, otherwise or ""])
    header = ["as the standard", "explained", "cannot be played", "otherwise"]
    return f"{table(['implementation', 'on', *header], rows)}\n{_caption(found)}\n"


def scenarios_by_section(runs: Kept) -> str:
    """Write the outcomes of scenarios with a row for each section; explained ones follow a plus."""
    found = _of(runs, "api-")
    rows = []
    for section in found[0].sections:
        parts = [only(run, [section.id]) for run in found]
        rows.append([section.title, parts[0].asked, *map(_explained, parts)])
    return table(["section", "scenarios", *(run.implementation for run in found)], rows)


def web_platform_tests(runs: Kept) -> str:
    """Write how many subtests of web-platform-tests pass, with a row for each implementation.

    Subtests about WebSockets are counted by the scope of their page; those of a draft and of files
    have their own columns.
    """
    found = [run for name, run in runs.items() if name.startswith("wpt-")]
    found.sort(key=lambda run: (run.implementation != OURS, -_passing(run, *IN_WINDOWS)))
    rows = [
        [
            linked(run),
            run.runtime,
            *(folders.tally(_of_part(run, *part)) for part in PARTS.values()),
        ]
        for run in found
    ]
    return f"{table(['implementation', 'on', *PARTS], rows)}\n{_caption(found)}\n"


def _of_part(run: Run, holds: Callable[[str], bool], is_worker: bool | None) -> list[Result]:
    """Return the subtests of some folders, in windows, in workers, or in both."""
    return [
        each
        for each in folders.subtests(run)
        if holds(each.section) and is_worker in (None, folders.kind(each.case).is_worker)
    ]


def _passing(run: Run, holds: Callable[[str], bool], is_worker: bool | None) -> int:
    return folders.tally(_of_part(run, holds, is_worker)).passed


def web_platform_tests_by_folder(runs: Kept, name: str = OURS) -> str:
    """Write the passed subtests of an implementation, with a row for each folder."""
    run = runs[f"wpt-{name}"]
    kinds = folders.kinds([run])
    rows = []
    for folder, of_all in folders.by_folder(run).items():
        counts = folders.by_kind(run, folder)
        rows.append([f"`{folder}`", *(str(counts.get(kind, "")) for kind in kinds), of_all])
    some = replace(run, results=tuple(_of_part(run, _is_about_websockets, None)))
    counts = folders.by_kind(some)
    told = [*(counts.get(kind, "") for kind in kinds), folders.tally(some.results)]
    rows.append([f"**{each}**" if str(each) else "" for each in (WEBSOCKETS, *told)])
    return table(["folder", *(kind.title for kind in kinds), "all"], rows)


def web_platform_tests_of_undici(runs: Kept) -> str:
    """Write the passed subtests of undici, with a row for each folder."""
    return web_platform_tests_by_folder(runs, "undici")


def _explained(run: Run) -> str:
    explained = run.counts.get(Verdict.EXPLAINED, 0)
    return f"{run.counts.get(Verdict.OK, 0)}" + (f" + {explained}" if explained else "")


def recorded(_: Kept) -> str:
    """Write which verdicts of the real suite are recorded for each implementation."""
    return bench.implementations_of(bench.recorded())


def moved(_: Kept) -> str:
    """Write which of the real suite's verdicts moved between its runs."""
    return bench.moved(bench.recorded())


def rounds(_: Kept) -> str:
    """Write how often the embedded suite had each verdict in some rounds."""
    return bench.rounds(saved.read(bench.ROUNDS))


COMPARED = ("websockets", "aiohttp", "picows")
BESIDE_VERDICTS = (
    ("API", "the browser's, exactly", *["its own, coroutines"] * 2, "its own, callbacks"),
    ("reads as", "the standard, step by step", "a library", "a library", "a library"),
    ("written in", "Python", "Python, masking in C", "Python and Cython", "Cython"),
    ("client and server", "client", "both", "both", "both"),
)
"""The properties, besides verdicts, of this implementation and those it is compared with."""


def compared(runs: Kept) -> str:
    """Write the properties of implementations, and the embedded suite's verdicts on them."""
    found = [only(runs[f"client-{name}"], AUTOBAHN) for name in (OURS, *COMPARED)]
    known = implementations()
    links = [f"[{name}]({known[name].home})" for name in COMPARED]
    verdicts = [", ".join(_in_words(run)) for run in found]
    (count,) = {len(run.results) for run in found}
    text = table(["", "this", *links], [*BESIDE_VERDICTS, (f"Autobahn's {count} cases", *verdicts)])
    labels = [run.label for run in found[1:]]
    return (
        f"{text}\nThe last row is what the embedded suite says of clients: {listed(labels)}. "
        f"{listed(informational(found[0]))} are INFORMATIONAL at best. {_caption(found)}\n"
    )


def _in_words(run: Run) -> list[str]:
    counts = zip(run.counts, _counts(run, list(run.counts)), strict=True)
    return [f"{count} {verdict}" for verdict, count in counts if count]


TABLES: dict[str, dict[str, Callable[[Kept], str]]] = {
    "README.md": {
        "conformance": by_section,
        "compared": compared,
        "wpt": web_platform_tests,
        "folders": web_platform_tests_by_folder,
    },
    "docs/conformance.md": {"conformance": by_section, "clients": clients, "servers": servers},
    "docs/running-steps.md": {"mutants": mutants.by_part},
    "docs/agreement.md": {"recorded": recorded, "moved": moved, "rounds": rounds},
    "docs/beyond-autobahn.md": {"clients": openings_of_clients, "servers": openings_of_servers},
    "docs/api-scenarios.md": {"scenarios": scenarios, "sections": scenarios_by_section},
    "docs/web-platform-tests.md": {
        "wpt": web_platform_tests,
        "folders": web_platform_tests_by_folder,
        "undici": web_platform_tests_of_undici,
    },
}
"""The tables that each page has between its marks."""


def pages(runs: Kept, root: Path = ROOT) -> dict[Path, str]:
    """Return the pages with the tables of the kept runs."""
    found = {}
    for name, tables in TABLES.items():
        text = (root / name).read_text(encoding="utf-8")
        for mark, write in tables.items():
            text = filled(text, mark, write(runs))
        found[root / name] = text
    return found


def only(run: Run, sections: Sequence[str]) -> Run:
    """Return a run with the results of some sections only."""
    results = tuple(result for result in run.results if result.section in sections)
    return replace(
        run,
        asked=len(results),
        results=results,
        sections=tuple(section for section in run.sections if section.id in sections),
    )


def _ranking(found: Sequence[Run]) -> str:
    """Write a row for each run, the best first: cases at their best, and the other verdicts."""
    verdicts = _falling_short(found)
    rows = []
    for run in sorted(found, key=lambda run: (-run.good, run.implementation != OURS)):
        short = replace(run, results=run.short)
        rows.append([linked(run), run.runtime, run.good, *_counts(short, verdicts)])
    text = table(["implementation", "on", "at their best", *verdicts], rows)
    return f"{text}\n{found[0].asked} cases. {_caption(found)}\n"


def _falling_short(found: Sequence[Run]) -> list[Verdict]:
    """Return the verdicts of the cases that fall short in any of some runs."""
    shorts = {result.verdict for run in found for result in run.short}
    return [verdict for verdict in Verdict if verdict in shorts]


def _of(runs: Kept, prefix: str, sections: Sequence[str] = ()) -> list[Run]:
    found = [run for name, run in runs.items() if name.startswith(prefix)]
    found.sort(key=lambda run: (-run.good, run.implementation != OURS))
    return [only(run, sections) for run in found] if sections else found


def _counts(run: Run, verdicts: Sequence[Verdict]) -> list[object]:
    return [run.counts.get(verdict, "") for verdict in verdicts]


def _caption(runs: Sequence[Run]) -> str:
    """Return the suite that judged, its profile, and the days."""
    suites = sorted({run.suite_version for run in runs})
    profiles = sorted({run.profile for run in runs if run.profile})
    days = sorted({day(run) for run in runs})
    profile = f", profile {listed(profiles)}" if profiles else ""
    return f"The suite of {listed(suites)}{profile}; {listed(days)}."


def informational(run: Run) -> list[str]:
    """Return the cases of a run whose best verdict is INFORMATIONAL."""
    return [result.case for result in run.results if result.best is Verdict.INFORMATIONAL]


def linked(run: Run) -> str:
    """Return the name of an implementation as a link to its home page, and its version."""
    known = implementations().get(run.implementation)
    if run.implementation == OURS or known is None:
        return run.label
    return f"[{run.implementation}]({known.home}) {run.version}".strip()


def day(run: Run) -> str:
    """Return the day of a run for people, such as 29 November 2026."""
    return markdown.day(run.started)
