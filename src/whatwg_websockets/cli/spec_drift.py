"""``whatwg-websockets spec drift``: what changed in a standard, and which code to look at."""

from itertools import groupby
from typing import Annotated

import typer

from whatwg_websockets.cli.spec_drafts import counted, tell
from whatwg_websockets.cli.spec_sources import CodeFolder, Index, read, read_changes, read_left_out
from whatwg_websockets.cli.spec_upstream import EXIT_DRIFT, choose, read_text_of, usage
from whatwg_websockets.steps.closure import algorithms_of
from whatwg_websockets.steps.draft_changes import DraftChanges
from whatwg_websockets.steps.drift import Change, How, drift
from whatwg_websockets.steps.faults import place
from whatwg_websockets.steps.hyperlinks import KnownTargets
from whatwg_websockets.steps.index import Standard
from whatwg_websockets.steps.matching import OtherStandard

StandardId = Annotated[str, typer.Option("--standard", help="The id of the standard.")]


def drift_command(
    source: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="The newer text: Bikeshed's source or the published page.",
            show_default="the published page",
        ),
    ] = None,
    standard_id: StandardId = "websockets",
    draft: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Print what this draft would change; needs no newer text.",
        ),
    ] = None,
    index: Index = None,
    code: CodeFolder = None,
) -> None:
    """Say what changed in a standard since the index was made, and which code to look at again.

    Exits with 0 if nothing changed, with 1 if something did, and with 2 if the text is that of
    another standard. With --draft nothing is fetched: the command prints what would become of each
    step if the draft landed, from what is kept beside the index, and exits with 0.
    """
    standards, sources = read(index, code)
    standard = choose(standards, standard_id)
    drafts = [each for each in read_changes(index) if each.standard == standard.id]
    if draft is not None:
        tell(draft, drafts, standards, sources)
        return
    source = source or standard.url
    outside = read_left_out(index)
    urls = {**outside.urls, **{each.id: each.url for each in standards}}
    known = algorithms_of(standards) | {each.target for each in outside.outsiders}
    targets = KnownTargets(standard.id, urls, known)
    try:
        changes = drift(standard, read_text_of(source), sources, targets)
    except OtherStandard as error:
        raise usage(f"{source}: {error}") from None
    for (section, name, url), group in groupby(changes, _head):
        typer.echo(f"{section} {name or 'outside of algorithms'}  {url}".lstrip())
        for change in group:
            _print(change)
        typer.echo("")
    typer.echo(_total(standard, changes))
    for each in drafts:
        typer.echo(_if_it_landed(each, standards))
    raise typer.Exit(EXIT_DRIFT if changes else 0)


def _if_it_landed(changes: DraftChanges, standards: list[Standard]) -> str:
    """Say in one line what a draft would change."""
    return (
        f"If {choose(standards, changes.draft).label} landed: {counted(changes.changes)};"
        f" `whatwg-websockets spec drift --draft {changes.draft}` lists them."
    )


def _head(change: Change) -> tuple[str, str, str]:
    return change.section, change.name, change.url


def _print(change: Change) -> None:
    """Print one change: what it is, the words as they are now, and the code."""
    line = f" (line {change.line})" if change.line else ""
    typer.echo(f"  {change.how}: {change.what}{line}")
    if change.text and change.how is not How.MOVED:
        typer.echo(f"    now: {change.text}")
    for where in change.places:
        typer.echo(f"    look at {place(where.path, where.line)}")


def _total(standard: Standard, changes: tuple[Change, ...]) -> str:
    """Say in one line how much changed."""
    of = f"{standard.label} since {standard.version} ({standard.date.isoformat()})"
    if not changes:
        return f"No drift in the {of}."
    return f"Drift in the {of}: {counted(changes)}."
