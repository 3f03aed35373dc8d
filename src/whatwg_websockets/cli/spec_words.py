"""The standard's own words, as ``whatwg-websockets spec show`` prints them beside the steps."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from whatwg_websockets.steps.index import Algorithm
from whatwg_websockets.steps.own_text import OwnText, OwnWords
from whatwg_websockets.steps.pairing import How

BAR = Style(color="cyan", dim=True)


class Barred:
    """A renderable with a bar at the left of each of its lines.

    Args:
        inside: what is printed beside the bar.
    """

    def __init__(self, inside: RenderableType) -> None:
        self.inside = inside

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines, each behind its bar."""
        narrower = options.update(width=max(options.max_width - 2, 1))
        for line in console.render_lines(self.inside, narrower, pad=False):
            yield Segment("│ ", BAR)
            yield from line
            yield Segment.line()


def printed(words: Iterable[tuple[str, OwnWords]]) -> Group:
    """Return the standard's words of some steps, each behind its number.

    Args:
        words: the number that the index has for each step, "" for a sentence, and its words.
    """
    return Group(*(_words(number, each) for number, each in words))


def _words(number: str, words: OwnWords) -> Text:
    line = Text(overflow="fold")
    if number:
        line.append(f"{number}. ", style="cyan")
    if words.how is not None:
        line.append(f"{_said(words)}  ", style="yellow")
    return line.append(words.text, style="italic")


def _said(words: OwnWords) -> str:
    """Return what became of a step since the index was made."""
    if words.how is How.WENT:
        return "not in this text"
    if words.how is How.MOVED:
        return f"now step {words.number}"
    return str(words.how)


def about_text(own: OwnText, algorithm: Algorithm) -> Text:
    """Return a line that names the text, and reports whether its steps are those of the index."""
    counts = own.changes(algorithm)
    said = ", ".join(f"{counts[how]} {how}" for how in How if counts[how])
    version = f"version {own.standard.version}, which the code follows"
    line = Text("The standard's text: ", style="dim", overflow="fold").append(own.name, "cyan")
    if not said:
        return line.append(f". Its steps are those of {version}.")
    return line.append(f". Compared with {version}: ").append(f"{said}.", style="yellow")
