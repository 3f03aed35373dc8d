"""The parts of the output of ``whatwg-websockets spec show``: words, code, names of tests."""

import os
import re
from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from whatwg_websockets.steps.calls import Caller, where
from whatwg_websockets.steps.function_text import Code
from whatwg_websockets.steps.grammar import Mark
from whatwg_websockets.steps.positions import Position
from whatwg_websockets.steps.view import StepView

BODY = 4
"""How far the body of a function is indented, in columns."""

THEME = "ansi_dark"
"""The theme of the code: the terminal's own colours, which suit light terminals too."""


SHOWN_TESTS = 3
"""How many of the tests that ran a step are named at most."""


def words_of_step(step: StepView) -> RenderableType:
    """Return the words of a step, indented by its depth."""
    words = Text(step.text)
    if step.mark is not Mark.CARRIED_OUT:
        words = Text.assemble((f"{step.mark}  ", "yellow"), (step.text, "dim"))
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    if step.is_requirement:
        ids = Text(step.number[2:], "bold")
        grid.add_row(Text("§", style="bold magenta"), Group(ids, words))
    else:
        grid.add_row(Text(f"{step.number}.", style="bold magenta"), words)
    return Padding(grid, (0, 0, 0, 2 * step.depth))


def tests_of_step(step: StepView, named: tuple[str, ...]) -> list[RenderableType]:
    """Name some tests that ran a step, indented as the words of the step."""
    number = "§" if step.is_requirement else f"{step.number}."
    return ran_under(step.tests, named, 2 * step.depth + len(number) + 1)


def ran_under(
    tests: tuple[str, ...], named: tuple[str, ...], indentation: int = 0
) -> list[RenderableType]:
    """Name some tests that ran a step, first those that name its anchor or whose files do."""
    nearest = sorted(tests, key=lambda test: {test, test.partition("::")[0]}.isdisjoint(named))
    lines = nearest[:SHOWN_TESTS]
    if len(tests) > SHOWN_TESTS:
        lines.append(f"and {len(tests) - SHOWN_TESTS} more")
    return [whole(line, indentation, "dim") for line in lines]


def whole(name: str, indentation: int, style: str = "") -> RenderableType:
    """Return a name that stays on one line, so that it can be copied; to be printed uncropped."""
    # A text alone would be joined to another text, which is wrapped.
    return Group(Text(" " * indentation + name, style=style, no_wrap=True, overflow="ignore"))


def tests_below(tests: Iterable[str]) -> Iterator[RenderableType]:
    """Return the names of tests below their heading; nothing without any test."""
    lines = [whole(test, 2) for test in tests]
    if lines:
        yield Text("\nTests", style="bold")
        yield from lines


def codes_of(step: StepView) -> list[Syntax]:
    """Return the code of a step, below the conditions that lead to it."""
    return [code_of(code, indentation=BODY) for code in (step.lead, step.code) if code]


def code_of(code: Code, indentation: int = 0) -> Syntax:
    """Return code with its line numbers, and with some columns of indentation removed."""
    return Syntax(
        re.sub(rf"^ {{1,{indentation}}}", "", code.text, flags=re.M) if indentation else code.text,
        "python",
        theme=THEME,
        background_color="default",
        line_numbers=True,
        start_line=code.first_line,
        word_wrap=True,
    )


def section(heading: str, lines: Iterable[Text]) -> Iterator[RenderableType]:
    """Return lines below their heading; nothing without any line."""
    lines = list(lines)
    if lines:
        yield Text(f"\n{heading}", style="bold")
        for line in lines:
            line.overflow = "fold"
            yield Padding(line, (0, 0, 0, 2))


def caller_line(caller: Caller, is_wide: bool) -> Text:
    """Return the name of an algorithm's neighbour; with its function if the terminal is wide."""
    if caller.marked is None:
        return Text(where(caller), style="dim")
    return Text.assemble(caller.marked.name, (f"  {where(caller)}" if is_wide else "", "dim"))


def position_line(position: Position) -> Text:
    """Return the title of a position, and its file."""
    title = Text(position.title, style=link_style(position.path.as_uri()))
    return title.append(f"  {os.path.relpath(position.path)}", style="dim")


def link_style(url: str, style: str = "") -> Style:
    """Return a style that makes words a link, where the terminal has links."""
    return Style.parse(style) + Style(link=url)
