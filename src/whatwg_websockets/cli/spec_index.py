"""``whatwg-websockets spec index``: for maintainers, renew the index from a newer text."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from whatwg_websockets.cli.spec_drift import StandardId
from whatwg_websockets.cli.spec_sources import Index, read, read_changes, read_left_out
from whatwg_websockets.cli.spec_upstream import choose, read_text_of, usage
from whatwg_websockets.files import replace_text
from whatwg_websockets.steps.draft_changes import as_toml, with_words_of
from whatwg_websockets.steps.draft_changes import changes_by as changes_by_draft
from whatwg_websockets.steps.drift import drift
from whatwg_websockets.steps.hyperlinks import Targets
from whatwg_websockets.steps.index import CHANGES, Standard, spec_folder
from whatwg_websockets.steps.matching import OtherStandard
from whatwg_websockets.steps.passages import Upstream
from whatwg_websockets.steps.refresh import (
    lost_requirements,
    new_algorithm,
    refreshed,
    unknown_sentences,
)


def index_command(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="The newer text, a .bs or HTML file, or its URL.")
    ],
    standard_id: StandardId = "websockets",
    index: Index = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write the file instead of printing it.")
    ] = False,
    version: Annotated[
        str | None,
        typer.Option(
            help="The version of the newer text, such as its commit.", show_default="as it is"
        ),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option(
            "--date",
            formats=["%Y-%m-%d"],
            help="The date of that version.",
            show_default="as it is",
        ),
    ] = None,
    anchor: Annotated[
        str | None,
        typer.Option(help="Print the table of an algorithm that the index does not have yet."),
    ] = None,
    sentences: Annotated[
        bool, typer.Option("--sentences", help="Print the sentences that the index does not have.")
    ] = False,
    changes_by: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Print what the draft ID would change in the standard; FILE is the draft's text.",
        ),
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID=PAGE",
            help="The page of another standard, from which its algorithms are known.",
        ),
    ] = None,
) -> None:
    """Print a standard's file of the index with the numbers, hashes and links of a newer text.

    Links are written from a published page only, since a source has no addresses; from a source the
    links of the index stay. The file has no words of the standard, and only --sentences prints any.
    Requirements whose sentences are gone are listed on the standard error; a person has to correct
    their hashes.

    With --changes-by the command prints what a draft would change in the standard, and keeps what a
    person has written about each change.
    """
    standards, sources = read(index, None)
    standard = choose(standards, standard_id)
    upstream = read_text_of(source)
    pages = {standard.id: upstream, **dict(_page(each) for each in beside or ())}
    if changes_by is not None:
        draft = choose(standards, changes_by)
        path = (index or spec_folder()) / f"{draft.id}{CHANGES.removeprefix('*')}"
        try:
            changes = drift(standard, upstream, sources, standards=standards)
        except OtherStandard as error:
            raise usage(f"{source} {error}") from None
        new = changes_by_draft(changes, standard, draft, path)
        for old in read_changes(index):
            new = with_words_of(new, old) if old.path == path else new
        _give(as_toml(new), path if write else None)
        return
    targets = _targets(standards, standard.id, read_left_out(index).urls, pages)
    if anchor is not None:
        typer.echo(_table(upstream, anchor, targets), nl=False)
    elif sentences:
        for each in unknown_sentences(standard, upstream):
            typer.echo(f"{each.hash} {each.section} #{each.anchor} (line {each.line}) {each.text}")
    else:
        text = standard.path.read_text(encoding="utf-8")
        text = refreshed(text, upstream, version, None if day is None else day.date(), targets)
        _give(text, standard.path if write else None)
        for id_ in lost_requirements(standard, upstream):
            typer.echo(
                f"{id_}: the text no longer has its sentence; --sentences prints the new sentences",
                err=True,
            )


def _page(option: str) -> tuple[str, Upstream]:
    """Read the page of another standard, or exit with 2."""
    id_, separator, source = option.partition("=")
    if not separator:
        raise usage(
            f"{option!r} does not name a standard; write the id before its page: infra=PAGE"
        )
    return id_, read_text_of(source)


def _targets(
    standards: list[Standard], own: str, left_out: dict[str, str], pages: dict[str, Upstream]
) -> Targets:
    """Return what decides which links count."""
    return Targets(
        own,
        {**left_out, **{standard.id: standard.url for standard in standards}},
        {id_: page.performed for id_, page in pages.items()},
        {
            f"{standard.id}#{algorithm.anchor}"
            for standard in standards
            for algorithm in standard.algorithms
        },
    )


def _table(upstream: Upstream, anchor: str, targets: Targets) -> str:
    """Write the table of an algorithm, or exit with 2 if the text does not have it."""
    found = upstream.algorithm(anchor, "")
    if found is None:
        raise usage(f"the text has no algorithm at {anchor!r}, or more than one")
    return new_algorithm(found, anchor, targets if upstream.has_links else None)


def _give(text: str, path: Path | None) -> None:
    if path is None:
        typer.echo(text, nl=False)
    else:
        replace_text(path, text)
