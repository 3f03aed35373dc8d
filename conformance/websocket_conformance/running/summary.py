"""The summary of a run that is printed on a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from websocket_conformance.report.baseline import Baseline, mended, new_failures
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import MOST_REPEATED, Run
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running.progress import STYLES, styled

_MOST_NAMED = 40
_MOST_SPANS = 10


def print_summary(
    console: Console, run: Run, baseline: Baseline | None, patterns: Sequence[str] = ()
) -> None:
    """Print the table of sections and verdicts, the cases that fall short, and the score.

    Args:
        console: the console to print on.
        run: the run.
        baseline: the cases that are known to fall short; new ones come first, and are repeated.
        patterns: the cases that were selected, as the user named them.
    """
    if run.results:
        console.print(_table(run))
    news = run.short if baseline is None else new_failures(run, baseline)
    are_new = {result.case for result in news}
    known = [result for result in run.short if result.case not in are_new]
    mark = "" if baseline is None else "new: "
    lines = [*_short(run, news, mark), *_short(run, known, "known: ")]
    for line in lines[:_MOST_NAMED]:
        console.print(line)
    if len(lines) > _MOST_NAMED:
        console.print("More cases fall short; the report has them all.")
    for line in repeating(run, news, patterns):
        console.print(line, markup=False)
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


def _short(run: Run, results: Iterable[Result], mark: str) -> Iterator[str]:
    """Return a line for all cases that have the same verdict for the same reason."""
    order = {result.case: at for at, result in enumerate(run.results)}
    alike: dict[tuple[Verdict, str], list[str]] = {}
    for result in results:
        alike.setdefault((result.verdict, result.reason), []).append(result.case)
    for (verdict, reason), cases in alike.items():
        named = escape(_named(cases, order))
        yield f"{named:>8}  {mark}{styled(verdict)}  {escape(reason)}"


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


def _table(run: Run) -> Table:
    table = Table(show_footer=True)
    table.add_column("section", footer="all")
    table.add_column("cases", footer=str(len(run.results)), justify="right")
    for verdict, count in run.counts.items():
        table.add_column(verdict, footer=str(count), justify="right", style=STYLES[verdict])
    for section in run.sections:
        verdicts = [each.verdict for each in run.results if each.section == section.id]
        counts = [str(verdicts.count(verdict) or "") for verdict in run.counts]
        number = f"{section.id:>2} " if section.id.isdecimal() else ""
        table.add_row(f"{number}{escape(section.title)}", str(len(verdicts)), *counts)
    return table


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
