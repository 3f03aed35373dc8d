"""``whatwg-websockets spec list`` and ``spec show``: the standards, with the code beside them."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from whatwg_websockets.cli.spec_sources import CodeFolder, Index, read
from whatwg_websockets.cli.spec_upstream import choose
from whatwg_websockets.steps.calls import Caller
from whatwg_websockets.steps.coverage import recorded_tests
from whatwg_websockets.steps.function_text import Code
from whatwg_websockets.steps.grammar import Mark
from whatwg_websockets.steps.index import Requirement, spec_folder
from whatwg_websockets.steps.links import anchor_in_code
from whatwg_websockets.steps.positions import Position
from whatwg_websockets.steps.requirements import MetView, Requirements, RequirementView
from whatwg_websockets.steps.view import AlgorithmView, FunctionView, Library, NotFound, StepView

EXIT_USAGE = 2

WIDE = 100
"""From this many columns on, the code stands beside the steps, else below them."""

BODY = 4
"""How far the body of a function is indented, in columns."""

THEME = "ansi_dark"
"""The colours of the terminal itself, so that they suit a light one too."""


SHOWN_TESTS = 3
"""How many of the tests that ran a step are named."""


def list_command(
    standard_id: Annotated[
        str | None,
        typer.Option(
            "--standard", metavar="ID", help="List only the standard with this id, such as rfc6455."
        ),
    ] = None,
    index: Index = None,
    code: CodeFolder = None,
) -> None:
    """List the algorithms and requirements of each standard, the WebSockets Standard first.

    With an unknown ID, the command prints the ids that there are, and exits with 2.
    """
    library, _ = read_library(index, code)
    standards = library.standards
    if standard_id is not None:
        standards = [choose(standards, standard_id)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("§", no_wrap=True)
    table.add_column("algorithm", ratio=1)
    table.add_column("anchor", style="dim", ratio=1, overflow="fold")
    for standard in standards:
        table.add_row("", Text(f"\n{standard.label}", style=_link(standard.url, "bold cyan")))
        for each in standard.algorithms:
            anchor = Text(anchor_in_code(each), style=_link(each.url))
            table.add_row(each.section, Text(each.name), anchor)
        for one in standard.requirements:
            id_ = Text(one.id, style=_link(one.url))
            table.add_row(one.section, Text(one.gist, style="italic"), id_)
    Console(highlight=False).print(table)


def show_command(
    name: Annotated[
        str,
        typer.Argument(
            help="The algorithm's name or anchor, its function's name, or a requirement's id."
        ),
    ],
    index: Index = None,
    code: CodeFolder = None,
) -> None:
    """Show an algorithm: its steps in plain words, their code, and what is around it.

    Or a requirement, likewise. Which tests ran a step is in what `make test` leaves behind.
    """
    library, requirements = read_library(index, code)
    console = Console(highlight=False)
    is_wide = console.width >= WIDE
    if name in requirements:
        parts = _parts_of_requirement(requirements.view(name))
    else:
        try:
            parts = _parts(library.view(library.find(name)), is_wide=is_wide)
        except NotFound as error:
            _say_what_there_is(error, requirements.near(name))
            raise typer.Exit(EXIT_USAGE) from None
    for part in parts:
        console.print(part)


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


def _say_what_there_is(error: NotFound, requirements: list[Requirement]) -> None:
    """Name the algorithms and requirements that may be meant, each by what finds it."""
    console = Console(stderr=True, highlight=False)
    if not error.candidates and not requirements:
        console.print(f"{error}; `whatwg-websockets spec list` names them all", markup=False)
        return
    console.print(f"{error}; write one of these:", markup=False)
    anchors = [anchor_in_code(each) for each in error.candidates]
    for each, anchor in zip(error.candidates, anchors, strict=True):
        called = each.name if anchors.count(anchor) > 1 else anchor
        console.print(f"  '{called}'  ({each.standard} {each.section} {each.name})", markup=False)
    for one in requirements:
        console.print(f"  '{one.id}'  ({one.standard} {one.section})", markup=False)


def _parts(view: AlgorithmView, *, is_wide: bool) -> Iterator[RenderableType]:
    """Take an algorithm apart into what is printed one below the other."""
    algorithm = view.algorithm
    about = f"{view.standard.label}, section {algorithm.section}, {algorithm.kind}"
    yield Text(algorithm.name, style="bold")
    yield Text(about, style="dim")
    yield Text(algorithm.url, style=_link(algorithm.url, "cyan"), overflow="fold")
    if algorithm.not_built is not None and not view.functions:
        yield Text.assemble((f"\n{Mark.NOT_BUILT}  ", "yellow"), algorithm.not_built)
        yield Text(f"Its steps are {', '.join(algorithm.steps)}.", style="dim")
    elif not view.functions:
        yield Text("\nNo function carries it out.", style="red")
    for function in view.functions:
        yield from _parts_of_function(function, view.tests, is_wide=is_wide)
    if view.functions and view.missing:
        yield Text(f"\nWithout a comment: {', '.join(view.missing)}", style="red")
    yield from _around(view, is_wide=is_wide)


def _parts_of_function(
    function: FunctionView, named: tuple[str, ...], *, is_wide: bool
) -> Iterator[RenderableType]:
    where = f"{os.path.relpath(function.path)}:{function.line}"
    heading = Text(f"\n{where}", style=_link(function.path.as_uri(), "green"), overflow="fold")
    if function.part:
        heading.append(f"  {function.part}", style="bold")
    yield heading
    yield Text()
    prose = Text(function.prose)
    opening = [_code(function.signature)]
    if function.preparation:
        opening.append(_code(function.preparation, indentation=BODY))
    if not is_wide:
        yield prose
        yield Text()
        yield from (Padding(code, (0, 0, 0, 2)) for code in opening)
        for step in function.steps:
            yield Text()
            yield _words(step, named)
            yield from (Padding(code, (0, 0, 0, 2)) for code in _codes(step))
        return
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 1, 0))
    table.add_column(ratio=2, overflow="fold")
    table.add_column(ratio=3, overflow="fold")
    table.add_row(prose, Group(*opening))
    for step in function.steps:
        table.add_row(_words(step, named), Group(*_codes(step)))
    yield table


def _words(step: StepView, named: tuple[str, ...]) -> RenderableType:
    """Return the words of a step, indented as deep as it is, and the tests that ran it."""
    words = Text(step.text)
    if step.mark is not Mark.CARRIED_OUT:
        words = Text.assemble((f"{step.mark}  ", "yellow"), (step.text, "dim"))
    lines = [words, *_ran_under(step.tests, named)]
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    if step.is_requirement:
        grid.add_row(Text("§", style="bold magenta"), Group(Text(step.number[2:], "bold"), *lines))
    else:
        grid.add_row(Text(f"{step.number}.", style="bold magenta"), Group(*lines))
    return Padding(grid, (0, 0, 0, 2 * step.depth))


def _ran_under(tests: tuple[str, ...], named: tuple[str, ...]) -> list[Text]:
    """Name some tests that ran a step, first those that name its anchor or whose files do."""
    nearest = sorted(tests, key=lambda test: {test, test.partition("::")[0]}.isdisjoint(named))
    lines = nearest[:SHOWN_TESTS]
    if len(tests) > SHOWN_TESTS:
        lines.append(f"and {len(tests) - SHOWN_TESTS} more")
    return [Text(line, style="dim", overflow="fold") for line in lines]


def _codes(step: StepView) -> list[Syntax]:
    """Return the code of a step, below what leads to it."""
    return [_code(code, indentation=BODY) for code in (step.lead, step.code) if code]


def _code(code: Code, indentation: int = 0) -> Syntax:
    """Return code with its line numbers, without so many columns of indentation."""
    return Syntax(
        re.sub(rf"^ {{1,{indentation}}}", "", code.text, flags=re.M) if indentation else code.text,
        "python",
        theme=THEME,
        background_color="default",
        line_numbers=True,
        start_line=code.first_line,
        word_wrap=True,
    )


def _around(view: AlgorithmView, *, is_wide: bool) -> Iterator[RenderableType]:
    """Print what is around an algorithm, each kind under its heading."""
    yield from _section("Called by", (_caller(each, is_wide) for each in view.callers))
    yield from _section("Calls", (_caller(each, is_wide) for each in view.callees))
    yield from _section("Positions", map(_position, view.positions))
    if not any(step.tests for function in view.functions for step in function.steps):
        yield from _section("Tests", map(Text, view.tests))


def _parts_of_requirement(view: RequirementView) -> Iterator[RenderableType]:
    """Take a requirement apart into what is printed one below the other."""
    requirement = view.requirement
    about = f"{view.standard.label}, section {requirement.section}, {requirement.kind}"
    yield Text(requirement.id, style="bold")
    yield Text(about, style="dim")
    yield Text(requirement.url, style=_link(requirement.url, "cyan"), overflow="fold")
    yield Text(f"\n{requirement.gist}")
    if not view.places:
        yield Text("\nNo code meets it.", style="red")
    for met in view.places:
        yield from _parts_of_place(met, view.tests)
    yield from _section("Positions", map(_position, view.positions))
    if not any(met.tests for met in view.places):
        yield from _section("Tests", map(Text, view.tests))


def _parts_of_place(met: MetView, named: tuple[str, ...]) -> Iterator[RenderableType]:
    comment = met.place.comment
    heading = Text(f"\n{met.place.where}", style=_link(comment.path.as_uri(), "green"))
    if met.place.function is not None:
        heading.append(f"  {met.place.function.name}", style="bold")
    yield heading
    mark = "" if comment.is_carried_out else f"{comment.mark}  "
    yield Text(mark + comment.words, style="yellow" if mark else "")
    yield from _ran_under(met.tests, named)
    if met.code:
        yield Padding(_code(met.code), (0, 0, 0, 2))


def _section(heading: str, lines: Iterable[Text]) -> Iterator[RenderableType]:
    lines = list(lines)
    if lines:
        yield Text(f"\n{heading}", style="bold")
        for line in lines:
            line.overflow = "fold"
            yield Padding(line, (0, 0, 0, 2))


def _caller(caller: Caller, is_wide: bool) -> Text:
    where = f"{caller.module.partition('.')[2]}.{caller.qualified_name}"
    if caller.marked is None:
        return Text(where, style="dim")
    return Text.assemble(caller.marked.name, (f"  {where}" if is_wide else "", "dim"))


def _position(position: Position) -> Text:
    title = Text(position.title, style=_link(position.path.as_uri()))
    return title.append(f"  {os.path.relpath(position.path)}", style="dim")


def _link(url: str, style: str = "") -> Style:
    return Style.parse(style) + Style(link=url)
