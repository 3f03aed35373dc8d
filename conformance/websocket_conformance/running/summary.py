"""The summary of a run that is printed on a terminal."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from websocket_conformance.counting import counted
from websocket_conformance.report.baseline import Baseline, mended, new_failures
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import MOST_REPEATED, Run
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running.progress import STYLES, styled

_MOST_NAMED = 40
_MOST_SPANS = 10

_PARTICULAR = re.compile(
    r"""(The[ ]code[ ]has[ ]to[ ]be[ ][^.]*)  # which code came is not a particular of the case
    | "[^"]*" | \b[0-9a-f]{2}\b              # payloads, as text or in hexadecimal
    | … | \bof[ ][0-9,]+[ ]octets?\b | [0-9][0-9,]*""",
    re.VERBOSE,
)
"""The parts of a reason that differ between cases which fall short for the same reason."""


def print_summary(
    console: Console, run: Run, baseline: Baseline | None, patterns: Sequence[str] = ()
) -> None:
    """Print the verdicts of each section, the cases that fall short, and the score.

    What the implementation's process did after cases comes before the score.

    Args:
        console: the console to print on.
        run: the run.
        baseline: the cases that are known to fall short; new ones come first, and are repeated.
        patterns: the cases that were selected, as the user named them.
    """
    if run.results:
        console.print(_table(console, run))
    news = run.short if baseline is None else new_failures(run, baseline)
    are_new = {result.case for result in news}
    known = [result for result in run.short if result.case not in are_new]
    mark = "" if baseline is None else "new: "
    lines = [*_short(run, news, mark), *_short(run, known, "known: ")]
    for _, line in lines[:_MOST_NAMED]:
        console.print(line)
    if more := sum(cases for cases, _ in lines[_MOST_NAMED:]):
        they = "falls short; the report has it" if more == 1 else "fall short; the report has them"
        console.print(f"{counted(more, 'more case')} {they}.")
    for line in repeating(run, news, patterns):
        console.print(line, markup=False)
    for line in run.aftermaths:
        console.print(line, style="yellow", markup=False)
    console.print(escape(f"Suite   {run.suite_version}"))
    console.print(_score(run))
    if baseline is not None:
        console.print(_against(run, baseline))


def repeating(run: Run, short: Sequence[Result], patterns: Sequence[str]) -> Iterator[str]:
    """Return commands that repeat the first of some cases, and all of them or the first few."""
    cases = [result.case for result in short]
    if not (cases and run.command):
        return
    yield f"Again, {cases[0]}: {run.repeat(cases[0])}"
    if len(cases) > MOST_REPEATED and patterns and len(cases) == run.asked:
        yield f"Again, all of these: {run.repeat(*patterns)}"
    elif len(cases) > MOST_REPEATED:
        yield f"Again, the first {MOST_REPEATED}: {run.repeat(*cases[:MOST_REPEATED])}"
    elif len(cases) > 1:
        yield f"Again, all of these: {run.repeat(*cases)}"


def _short(run: Run, results: Iterable[Result], mark: str) -> Iterator[tuple[int, str]]:
    """Return a line for the cases that break the same requirement alike, and how many they are.

    What went wrong with a program, before the suite could judge a case, is about no requirement.
    """
    order = {result.case: at for at, result in enumerate(run.results)}
    alike: dict[tuple[Verdict, str, str], list[Result]] = {}
    for result in results:
        source = result.source if result.explanation else ""
        alike.setdefault((result.verdict, _in_general(result.why), source), []).append(result)
    for (verdict, *_), some in alike.items():
        named = escape(_named([result.case for result in some], order))
        line = f"{named:>8}  {mark}{styled(verdict)}  {escape(_told(some))}"
        yield len(some), line


def _in_general(why: str) -> str:
    """Return a reason without what is particular to its case, to be compared with others."""
    return " ".join(_PARTICULAR.sub(lambda found: found[1] or "", why).split())


def _told(alike: Sequence[Result]) -> str:
    """Return why cases fall short, with what the judge sent in the first, and what came of it."""
    first = alike[0]
    subject = first.subject if first.explanation else ""
    where = f"In {first.case}:"
    if len(alike) == 1:
        parts = [subject, first.reason]
    elif any(each.why != first.why for each in alike):
        parts = [where, subject, first.reason]
    else:
        parts = [first.why, f"{where} {subject}" if subject else "", first.deeds]
    return " ".join(filter(None, parts))


def _named(cases: Sequence[str], order: Mapping[str, int]) -> str:
    """Return a short list of cases, in which neighbours are a range."""
    spans: list[list[str]] = []
    for case in cases:
        if spans and order[case] == order[spans[-1][-1]] + 1:
            spans[-1].append(case)
        else:
            spans.append([case])
    named = [each[0] if len(each) == 1 else f"{each[0]} to {each[-1]}" for each in spans]
    more = [f"{len(named) - _MOST_SPANS} more"] if len(named) > _MOST_SPANS else []
    text = ", ".join(named[:_MOST_SPANS] + more)
    return text if len(cases) == 1 else f"{text} ({len(cases)} cases)"


def _table(console: Console, run: Run) -> Table:
    """Return the table of sections, in the wider of its two forms if that fits."""
    wide = _grid(run)
    fits = wide.__rich_measure__(console, console.options).minimum <= console.width
    return wide if fits else _list(run)


def _grid(run: Run) -> Table:
    """Return a table with a column for each verdict, whose names are never shortened."""
    table = _empty(run)
    for verdict, count in run.counts.items():
        style = STYLES[verdict]
        table.add_column(verdict, str(count), justify="right", style=style, no_wrap=True)
    for title, verdicts in _sections(run):
        counts = [str(verdicts.count(verdict) or "") for verdict in run.counts]
        table.add_row(title, str(len(verdicts)), *counts)
    return table


def _list(run: Run) -> Table:
    """Return a table with one column for all verdicts, for a narrow terminal."""
    table = _empty(run)
    table.add_column("verdicts", _listed(list(run.counts.items())), overflow="fold")
    for title, verdicts in _sections(run):
        counts = [(verdict, verdicts.count(verdict)) for verdict in run.counts]
        table.add_row(title, str(len(verdicts)), _listed(counts))
    return table


def _empty(run: Run) -> Table:
    table = Table(show_footer=True)
    table.add_column("section", "all", overflow="fold")
    table.add_column("cases", str(len(run.results)), justify="right", no_wrap=True)
    return table


def _sections(run: Run) -> Iterator[tuple[str, list[Verdict]]]:
    """Return the title and the verdicts of each section."""
    for section in run.sections:
        number = f"{section.id:>2} " if section.id.isdecimal() else ""
        verdicts = [each.verdict for each in run.results if each.section == section.id]
        yield f"{number}{escape(section.title)}", verdicts


def _listed(counts: Iterable[tuple[Verdict, int]]) -> str:
    return ", ".join(f"[{STYLES[each]}]{count} {each}[/]" for each, count in counts if count)


def _score(run: Run) -> str:
    minutes, seconds = divmod(round(run.seconds), 60)
    explained = run.counts.get(Verdict.EXPLAINED, 0)
    if explained:
        score = (
            f"{run.good - explained} of {run.asked} cases are OK, "
            f"and {explained} differ for a reason that is written down"
        )
    else:
        score = f"{run.good} of {run.asked} cases have the best verdict they can have"
    text = f"{run.label}: {score}; {minutes}:{seconds:02}"
    if run.interrupted:
        text += "; interrupted"
    if unplayed := run.asked - len(run.played):
        text += f"; {unplayed} not played"
    return f"[{'green' if run.is_best else 'bold red'}]{escape(text)}[/]"


def _against(run: Run, baseline: Baseline) -> str:
    new, good = new_failures(run, baseline), mended(run, baseline)
    known = len(run.short) - len(new)
    lines = [f"Against the baseline: {len(new)} new, {known} known, {len(good)} fixed"]
    lines += [f"Fixed; remove them from the baseline: {' '.join(good)}"] if good else []
    return "\n".join(lines)
