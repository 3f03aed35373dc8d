"""What ``whatwg-websockets spec drift --draft`` tells: what would become of each step."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

import typer

from whatwg_websockets.cli.spec_upstream import choose, usage
from whatwg_websockets.steps.comments import SourceFile
from whatwg_websockets.steps.draft_changes import DraftChange, DraftChanges, Target
from whatwg_websockets.steps.drift import Change, How
from whatwg_websockets.steps.faults import place
from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.links import Catalogue, series


def counted(changes: Iterable[Change | DraftChange]) -> str:
    """Count changes by what they are: "2 changed, 1 went"."""
    counts = Counter(change.how for change in changes)
    return ", ".join(f"{counts[how]} {how}" for how in How if counts[how])


def tell(
    id_: str, drafts: list[DraftChanges], standards: list[Standard], sources: list[SourceFile]
) -> None:
    """Print what a draft would change, algorithm by algorithm; exit with 2 if nobody knows.

    Args:
        id_: the id of the draft.
        drafts: what drafts would change in the standard.
        standards: the index.
        sources: the comments of the code.
    """
    found = [each for each in drafts if each.draft == id_]
    if not found:
        known = series([repr(each.draft) for each in drafts] or ["no draft"], "or")
        raise usage(f"{id_!r} is no draft whose changes are kept; write {known}")
    (changes,) = found
    standard, draft = choose(standards, changes.standard), choose(standards, changes.draft)
    algorithms = {(each.anchor, each.name): each for each in standard.algorithms}
    catalogue = Catalogue([standard])
    for key, group in groupby(changes.changes, key=lambda each: (each.anchor, each.name)):
        algorithm = algorithms[key]
        typer.echo(f"{algorithm.section} {algorithm.name}  {algorithm.url}")
        for change in group:
            typer.echo(f"  {change.how}: {_what(change, draft)}")
            if change.words:
                typer.echo(f"    {change.words}")
            for where in _places(algorithm, change.step, catalogue, sources):
                typer.echo(f"    see {where}")
        typer.echo("")
    typer.echo(f"If {draft.label} landed: {counted(changes.changes)}.")


def _what(change: DraftChange, draft: Standard) -> str:
    """Name the step, and what it becomes."""
    was = f"step {change.step}" if change.step else ""
    now = _named(change.now, change.anchor, draft)
    if now == was or not now:
        what = was or now
    else:
        what = f"{was}, then {now}" if was else now
    kin = _named(change.kin, change.anchor, draft)
    return f"{what}, much like {kin}" if kin else what


def _named(target: Target | None, own: str, draft: Standard) -> str:
    if target is None:
        return ""
    names = [each.name for each in draft.algorithms if each.anchor == target.anchor]
    return f"step {target.step}" + (f" of {names[0]}" if target.anchor != own and names else "")


def _places(
    algorithm: Algorithm, step: str, catalogue: Catalogue, sources: list[SourceFile]
) -> Iterable[str]:
    """Find the lines of code that carry out a step."""
    for function in (function for source in sources for function in source.functions):
        meant = catalogue.algorithm(function.anchor, function.name)
        if meant is None or meant[0] is not algorithm:
            continue
        for comment in function.steps:
            if step in comment.stands_for(algorithm.steps):
                yield place(comment.path, comment.line)
