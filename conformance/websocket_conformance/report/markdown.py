"""Write runs as Markdown, for a pull request: the totals, then the cases that fall short."""

from collections.abc import Iterator, Sequence

from websocket_conformance.counting import counted
from websocket_conformance.foreign import visible, web_link
from websocket_conformance.report.baseline import Baseline, mended, new_failures
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import MOST_REPEATED, Run
from websocket_conformance.results.verdict import GLYPHS, Verdict

MOST_CASES = 40
"""How many cases of a run are named at most, so that the summary stays readable."""


def markdown(runs: Sequence[Run], baseline: Baseline | None = None) -> str:
    """Return a summary of runs.

    Args:
        runs: the runs.
        baseline: the cases that are known to fall short, to separate new failures from known ones.
    """
    lines = ["## WebSocket conformance", "", *_table(runs, baseline)]
    for run in runs:
        lines += _new(run, baseline) if baseline else _short(run)
        lines += _aftermaths(run)
    return "\n".join(lines) + "\n"


def _table(runs: Sequence[Run], baseline: Baseline | None) -> Iterator[str]:
    occurring = [verdict for verdict in Verdict if any(verdict in run.counts for run in runs)]
    yield _row("", "suite", "at their best", *map(str, occurring))
    yield _row("---", "---", "---:", *["---:"] * len(occurring))
    for run in runs:
        is_well = not new_failures(run, baseline) if baseline else run.is_best
        sign = GLYPHS[Verdict.OK] if is_well else GLYPHS[Verdict.FAILED]
        counts = [str(run.counts.get(verdict, "")) for verdict in occurring]
        suite = _plain(f"{run.suite}, {run.profile}") + (", interrupted" if run.interrupted else "")
        score = f"**{run.good}** of {run.asked}"
        yield _row(f"{sign} {_plain(run.label)}", suite, score, *counts)


def _short(run: Run) -> Iterator[str]:
    if run.short:
        heading = f"{_plain(run.label)}: {counted(len(run.short), 'case')} short of the best"
        yield from ("", f"### {heading}", "", *_cases_of(run.short), *_again(run, run.short))


def _new(run: Run, baseline: Baseline) -> Iterator[str]:
    new, good = new_failures(run, baseline), mended(run, baseline)
    failures = counted(len(new), "new failure") if new else "no new failures"
    heading = f"{_plain(run.label)}: {failures}, {len(run.short) - len(new)} known"
    yield from ("", f"### {heading}", "", *_cases_of(new), *_again(run, new))
    if good:
        named = ", ".join(map(_plain, good[:MOST_CASES])) + (" …" if len(good) > MOST_CASES else "")
        yield from ("", f"At their best now; remove them from the baseline: {named}.")


def _cases_of(results: Sequence[Result]) -> Iterator[str]:
    if not results:
        return
    yield _row("case", "verdict", "what the judge does", "why", "source")
    yield _row("---", "---", "---", "---", "---")
    for result in results[:MOST_CASES]:
        link = web_link(result.link)
        source = f"[{_plain(result.source)}]({link})" if link else _plain(result.source)
        sign = f"{GLYPHS[result.verdict]} {result.verdict}"
        about = _plain(result.subject)
        yield _row(_plain(result.case), sign, about, _plain(result.reason), source)
    if len(results) > MOST_CASES:
        yield _row(f"and {len(results) - MOST_CASES} more", "", "", "", "")


def _again(run: Run, results: Sequence[Result]) -> Iterator[str]:
    """Return a block with the command line that plays the cases again."""
    cases = [result.case for result in results[:MOST_REPEATED]]
    if line := run.repeat(*cases) if cases else "":
        which = "them" if len(cases) == len(results) else f"the first {len(cases)} of them"
        yield from ("", f"To play {which} again:", "", f"    {visible(line)}")


def _aftermaths(run: Run) -> Iterator[str]:
    for sentence in run.aftermaths:
        yield from ("", f"{_plain(run.label)}: {_plain(sentence)}")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Escape text for a cell of a table."""
    for char in "\\`*_[]<>|#":
        text = text.replace(char, f"\\{char}")
    return visible(" ".join(text.split()))
