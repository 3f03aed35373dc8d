"""``whatwg-websockets spec drift``: what changed in a standard, and which code to look at."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from whatwg_websockets.cli.spec_drafts import Texts, choose_draft, telling_of
from whatwg_websockets.cli.spec_older import read_words, without_words
from whatwg_websockets.cli.spec_sources import CodeFolder, Index, read, read_changes, read_left_out
from whatwg_websockets.cli.spec_upstream import EXIT_DRIFT, choose, read_text_of, usage
from whatwg_websockets.steps.closure import algorithms_of
from whatwg_websockets.steps.draft_changes import DraftChanges
from whatwg_websockets.steps.drift import Change, drift
from whatwg_websockets.steps.faults import place
from whatwg_websockets.steps.hyperlinks import KnownTargets
from whatwg_websockets.steps.index import Standard
from whatwg_websockets.steps.matching import OtherStandard
from whatwg_websockets.steps.outside import Outside
from whatwg_websockets.steps.telling import (
    Telling,
    Told,
    as_json,
    as_lines,
    as_markdown,
    counted,
)
from whatwg_websockets.steps.words_by_hash import WordsByHash

StandardId = Annotated[
    str, typer.Option("--standard", metavar="ID", help="The id of the standard.")
]


def drift_command(
    source: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="The newer text: Bikeshed's source or the published page; with --draft, the text"
            " of the draft.",
            show_default="the published page",
        ),
    ] = None,
    was: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL|DIR",
            help="The older text, to print what each changed step said: a file, a page, or a git"
            " checkout of the standard, which is read at the version of the index.",
            show_default=False,
        ),
    ] = None,
    standard_id: StandardId = "websockets",
    draft: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Print what this draft would change; needs no text.",
        ),
    ] = None,
    with_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    with_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    index: Index = None,
    code: CodeFolder = None,
) -> None:
    """Print what changed in a standard since the index was made, and which code to look at again.

    The exit status is 0 if nothing changed, 1 if something did, and 2 if a text cannot be read or
    is that of another standard.

    The index does not contain the words of the standards. With --was, the command prints what each
    changed step said.

    With --draft, nothing is fetched: the command prints what would become of each step if the draft
    landed, from a file beside the index, and the exit status is 0. With --source and --was too, it
    prints the words of the draft and of the standard.
    """
    if with_markdown and with_json:
        raise usage("--markdown and --json exclude each other; write one of them")
    standards, sources = read(index, code)
    standard = choose(standards, standard_id)
    drafts = [each for each in read_changes(index) if each.standard == standard.id]
    older = None if was is None else read_words(was, standard, standards)
    if draft is not None:
        changes, text = choose_draft(draft, drafts, standards)
        newer = None if source is None else read_words(source, text, standards)
        _give(
            telling_of(changes, standard, text, sources, Texts(older, newer)),
            with_markdown,
            with_json,
        )
        return
    source = source or standard.url
    targets = _targets(standard, standards, read_left_out(index))
    try:
        found = drift(standard, read_text_of(source), sources, targets, standards, older)
    except OtherStandard as error:
        raise usage(f"{source} {error}") from None
    telling = _telling(standard, found, source, older, was)
    notes = tuple(_if_it_landed(each, standards) for each in drafts)
    _give(replace(telling, notes=(*telling.notes, *notes)), with_markdown, with_json)
    raise typer.Exit(EXIT_DRIFT if found else 0)


def _targets(standard: Standard, standards: list[Standard], outside: Outside) -> KnownTargets:
    """Return what decides which links lead to algorithms that are known."""
    urls = {**outside.urls, **{each.id: each.url for each in standards}}
    known = algorithms_of(standards) | {each.target for each in outside.outsiders}
    return KnownTargets(standard.id, urls, known)


def _telling(
    standard: Standard,
    changes: tuple[Change, ...],
    source: str,
    older: WordsByHash | None,
    was: str | None,
) -> Telling:
    """Put together what a newer text changed.

    Args:
        standard: the standard.
        changes: what changed.
        source: where the newer text was read from.
        older: the words of the older text; None where it was not read.
        was: where the older text was read from; None where it was not read.
    """
    told = tuple(_told(change, older) for change in changes)
    about = {
        "title": f"Drift in the {standard.label}",
        "standard": standard.id,
        "version": standard.version,
        "date": standard.date.isoformat(),
        "source": source,
        "was": was or "",
    }
    had_words = sum(bool(change.was_hash) for change in changes)
    lacking = had_words - sum(bool(each.was) for each in told)
    notes = (without_words(lacking, was, standard.version),) if was and lacking else ()
    return Telling(about, told, _total(standard, changes), notes)


def _told(change: Change, older: WordsByHash | None) -> Told:
    return Told(
        change.how,
        change.what,
        change.section,
        change.name,
        change.url,
        line=change.line,
        was="" if older is None else older.get(change.was_hash),
        now=change.text,
        places=tuple(place(each.path, each.line) for each in change.places),
    )


def _give(telling: Telling, with_markdown: bool, with_json: bool) -> None:
    """Print the changes in the form that the options select."""
    if with_markdown:
        typer.echo(as_markdown(telling), nl=False)
    elif with_json:
        typer.echo(as_json(telling))
    else:
        console = Console(highlight=False)
        for line in as_lines(telling):
            _print(console, line)


def _print(console: Console, line: str) -> None:
    """Print a line; on a terminal, wrap it, and indent the wrapped lines as the first."""
    if console.is_terminal and line:
        words = line.lstrip(" ")
        indentation = len(line) - len(words)
        console.print(Padding(Text(words, overflow="fold"), (0, 0, 0, indentation)))
    else:
        console.print(Text(line), soft_wrap=True)


def _if_it_landed(changes: DraftChanges, standards: list[Standard]) -> str:
    """Return one line on what a draft would change."""
    return (
        f"If {choose(standards, changes.draft).label} landed:"
        f" {counted(each.how for each in changes.changes)};"
        f" `whatwg-websockets spec drift --draft {changes.draft}` lists them."
    )


def _total(standard: Standard, changes: tuple[Change, ...]) -> str:
    """Return one line on how much changed."""
    of = f"{standard.label} since {standard.version} ({standard.date.isoformat()})"
    if not changes:
        return f"No drift in the {of}."
    return f"Drift in the {of}: {counted(each.how for each in changes)}."
