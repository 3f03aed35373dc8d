"""``whatwg-websockets spec show``: an algorithm beside its code and the standard's own text."""

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from whatwg_websockets.cli import EXIT_USAGE
from whatwg_websockets.cli.spec_pieces import (
    BODY,
    caller_line,
    code_of,
    codes_of,
    link_style,
    position_line,
    ran_under,
    section,
    tests_below,
    tests_of_step,
    words_of_step,
)
from whatwg_websockets.cli.spec_sources import CodeFolder, Index, read
from whatwg_websockets.cli.spec_upstream import read_own_text
from whatwg_websockets.cli.spec_words import Barred, about_text, printed
from whatwg_websockets.steps.coverage import recorded_tests
from whatwg_websockets.steps.grammar import Mark
from whatwg_websockets.steps.index import Requirement, Standard, spec_folder
from whatwg_websockets.steps.lookup import Entry, Unclear, look_up
from whatwg_websockets.steps.own_text import OwnText
from whatwg_websockets.steps.pairing import How
from whatwg_websockets.steps.requirements import MetView, Requirements, RequirementView
from whatwg_websockets.steps.view import AlgorithmView, FunctionView, Library, StepView

WIDE = 100
"""From this many columns on, the code stands beside the steps; on narrower terminals, below
them."""

THREE = 130
"""From this many columns on, the standard's text has its own column; else it is below ours."""


def show_command(
    name: Annotated[
        str,
        typer.Argument(
            help="The name or the anchor of an algorithm or a requirement, the name of the"
            " algorithm's function, the number of a section, or a close code."
        ),
    ],
    source: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="The standard's own text, to be shown beside the steps: the source that Bikeshed"
            " reads (.bs), or the published page.",
            show_default=False,
        ),
    ] = None,
    index: Index = None,
    code: CodeFolder = None,
) -> None:
    """Show an algorithm: each step in plain words, the code that carries it out, and its tests.

    Below the steps are the algorithms that call this one, those that it calls, and the positions
    about it. A requirement is shown with the code that meets it. The tests of each step are shown
    after `make test` has run.

    The number of a section shows the section's only algorithm. A section with several, and a close
    code, are answered with a list of the names to write, and the exit status 2.

    With --source, each step has the standard's own words beside it, and a step whose words are not
    those of the index is marked. The exit status is 2 if the text is not that of the standard.
    """
    library, requirements = read_library(index, code)
    console = Console(highlight=False)
    try:
        entry = look_up(name, library, requirements)
    except Unclear as error:
        _say_what_there_is(library, error)
        raise typer.Exit(EXIT_USAGE) from None
    if isinstance(entry, Requirement):
        requirement = requirements.view(entry.id)
        own = _read_own(source, requirement.standard, library)
        parts = _parts_of_requirement(requirement, own)
    else:
        view = library.view(entry)
        own = _read_own(source, view.standard, library)
        shown = _Shown(view, console.width, own)
        others = section(
            "Others of this name", map(Text, _called(library, library.namesakes(entry)))
        )
        parts = chain(shown.parts(), others)
    for part in parts:
        console.print(part, crop=False)


def _read_own(source: str | None, standard: Standard, library: Library) -> OwnText | None:
    """Read the standard's text, if a source is given; exit with 2 if it is another standard's."""
    return None if source is None else read_own_text(source, standard, library)


def read_library(index: Path | None, code: Path | None) -> tuple[Library, Requirements]:
    """Read the algorithms and the requirements, with the tests that ran their steps."""
    standards, sources = read(index, code)
    spec = index or spec_folder()
    tests = spec.resolve().parent / "tests"
    options: Any = {
        "positions": spec / "positions",
        "tests": tests if tests.is_dir() else None,
        "tests_of": recorded_tests(sources),
    }
    return Library(standards, sources, **options), Requirements(standards, sources, **options)


def _say_what_there_is(library: Library, error: Unclear) -> None:
    """List the algorithms and requirements that a name may mean, each by a name that finds it."""
    if not error.entries:
        typer.echo(f"{error}; `whatwg-websockets spec list` names them all", err=True)
        return
    typer.echo(f"{error}; write one of these:", err=True)
    for line in _called(library, error.entries):
        typer.echo(f"  {line}", err=True)


def _called(library: Library, entries: Iterable[Entry]) -> Iterator[str]:
    """Return a line for each entry: a name by which it is found, and where it is defined."""
    for each in entries:
        if isinstance(each, Requirement):
            yield f"'{each.id}'  ({each.standard} {each.section})"
        else:
            yield f"'{library.query_for(each)}'  ({each.standard} {each.section} {each.name})"


_Row = tuple[Group | None, RenderableType, list[RenderableType], list[Syntax]]
"""A step: the standard's words, if they were read; the comment; the tests that ran it; the code."""


class _Shown:
    """The parts of an algorithm, in the order in which they are printed.

    Args:
        view: the algorithm.
        width: how many columns there are.
        own: the standard's own text; None where the reader has not given it.
    """

    def __init__(self, view: AlgorithmView, width: int, own: OwnText | None) -> None:
        self.view = view
        self.algorithm = view.algorithm
        self.is_wide = width >= WIDE
        self.has_three = own is not None and width >= THREE
        self.own = own

    def parts(self) -> Iterator[RenderableType]:
        """Return all parts, from the name to the algorithms around this one."""
        view, algorithm = self.view, self.algorithm
        about = f"{view.standard.label}, section {algorithm.section}, {algorithm.kind}"
        yield Text(algorithm.name, style="bold")
        yield Text(about, style="dim")
        yield Text(algorithm.url, style=link_style(algorithm.url, "cyan"), overflow="fold")
        if self.own is not None:
            yield about_text(self.own, algorithm)
        if algorithm.not_built is not None and not view.functions:
            yield Text.assemble((f"\n{Mark.NOT_BUILT}  ", "yellow"), algorithm.not_built)
            yield Text(f"Its steps are {', '.join(algorithm.steps)}.", style="dim")
        elif not view.functions:
            yield Text("\nNo function carries it out.", style="red")
        for function in view.functions:
            yield from self.function(function)
        if view.functions and view.missing:
            yield Text(f"\nWithout a comment: {', '.join(view.missing)}", style="red")
        yield from self.rest_of_the_text()
        yield from _around(view, is_wide=self.is_wide)

    def function(self, function: FunctionView) -> Iterator[RenderableType]:
        """Return a function that carries the algorithm out, or a part of it."""
        where = f"{os.path.relpath(function.path)}:{function.line}"
        style = link_style(function.path.as_uri(), "green")
        heading = Text(f"\n{where}", style=style, overflow="fold")
        if function.part:
            heading.append(f"  {function.part}", style="bold")
        yield heading
        yield Text()
        opening = [code_of(function.signature)]
        if function.preparation:
            opening.append(code_of(function.preparation, indentation=BODY))
        rows: list[_Row] = [(self.introduction(function), Text(function.prose), [], opening)]
        rows += [
            (
                self.words_of(step),
                words_of_step(step),
                tests_of_step(step, self.view.tests),
                codes_of(step),
            )
            for step in function.steps
        ]
        yield from self.side_by_side(rows) if self.is_wide else _one_below_the_other(rows)

    def side_by_side(self, rows: list[_Row]) -> Iterator[RenderableType]:
        """Return the steps beside their code, and beside the standard's words if there is room.

        Each step has a table, so that the names of its tests, which are not folded, can be below.
        """
        for position, (own, words, tests, codes) in enumerate(rows):
            yield self.beside(own, words, codes, has_heads=self.has_three and not position)
            yield from tests
            yield Text()

    def beside(
        self, own: Group | None, words: RenderableType, codes: list[Syntax], *, has_heads: bool
    ) -> Table:
        """Return a step beside its code, and beside the standard's words if there is room."""
        table = Table(
            box=None,
            pad_edge=False,
            expand=True,
            padding=(0, 2, 0, 0),
            show_header=has_heads,
            header_style="bold",
        )
        if self.has_three:
            table.add_column("the standard", ratio=2, overflow="fold")
        table.add_column("our words", ratio=2, overflow="fold")
        table.add_column("the code", ratio=3, overflow="fold")
        if self.has_three:
            table.add_row(own or Text(), words, Group(*codes))
        else:
            table.add_row(words if own is None else Group(words, Barred(own)), Group(*codes))
        return table

    def introduction(self, function: FunctionView) -> Group | None:
        """Return the standard's introduction, beside the function that is the whole algorithm."""
        if self.own is None or function.part:
            return None
        words = self.own.introduction(self.algorithm)
        return None if words is None else printed([("", words)])

    def words_of(self, step: StepView) -> Group | None:
        """Return the standard's words for a step; None if it has no words for that step."""
        words = [] if self.own is None else self.own.beside(self.algorithm, step)
        return printed(words) if words else None

    def rest_of_the_text(self) -> Iterator[RenderableType]:
        """Return the standard's words for steps without a comment, and for steps that are new."""
        if self.own is None:
            return
        steps = self.own.steps(self.algorithm)
        missing = [(number, steps[number]) for number in self.view.missing]
        if missing:
            yield Text("\nThe standard's text of the steps without a comment", style="bold")
            yield Padding(printed(missing), (0, 0, 0, 2))
        new = [(each.number, each) for each in steps.values() if each.how is How.CAME]
        if new:
            yield Text("\nSteps that the index does not have", style="bold")
            yield Padding(printed(new), (0, 0, 0, 2))


def _one_below_the_other(rows: list[_Row]) -> Iterator[RenderableType]:
    """Return the steps, each with the standard's words and the code below the comment."""
    for position, (own, words, tests, codes) in enumerate(rows):
        if position:
            yield Text()
        yield words
        yield from tests
        if own is not None:
            yield Padding(Barred(own), (0, 0, 0, 2))
        if not position:
            yield Text()
        yield from (Padding(code, (0, 0, 0, 2)) for code in codes)


def _around(view: AlgorithmView, *, is_wide: bool) -> Iterator[RenderableType]:
    """Return the callers, callees and positions of an algorithm, each kind under its heading."""
    yield from section("Called by", (caller_line(each, is_wide) for each in view.callers))
    yield from section("Calls", (caller_line(each, is_wide) for each in view.callees))
    yield from section("Positions", map(position_line, view.positions))
    if not any(step.tests for function in view.functions for step in function.steps):
        yield from tests_below(view.tests)


def _parts_of_requirement(view: RequirementView, own: OwnText | None) -> Iterator[RenderableType]:
    """Return the parts of a requirement, in the order in which they are printed."""
    requirement = view.requirement
    about = f"{view.standard.label}, section {requirement.section}, {requirement.kind}"
    yield Text(requirement.id, style="bold")
    yield Text(about, style="dim")
    yield Text(requirement.url, style=link_style(requirement.url, "cyan"), overflow="fold")
    yield Text(f"\n{requirement.gist}")
    if own is not None:
        yield Barred(printed([("", own.sentence(requirement))]))
    if not view.places:
        yield Text("\nNo code meets it.", style="red")
    for met in view.places:
        yield from _parts_of_place(met, view.tests)
    yield from section("Positions", map(position_line, view.positions))
    if not any(met.tests for met in view.places):
        yield from tests_below(view.tests)


def _parts_of_place(met: MetView, named: tuple[str, ...]) -> Iterator[RenderableType]:
    comment = met.place.comment
    heading = Text(f"\n{met.place.where}", style=link_style(comment.path.as_uri(), "green"))
    if met.place.function is not None:
        heading.append(f"  {met.place.function.name}", style="bold")
    yield heading
    mark = "" if comment.is_carried_out else f"{comment.mark}  "
    yield Text(mark + comment.words, style="yellow" if mark else "")
    yield from ran_under(met.tests, named)
    if met.code:
        yield Padding(code_of(met.code), (0, 0, 0, 2))
