"""Pictures of a run in SVG: a strip with a line per case, and a plot of the times."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from websocket_conformance.report.boards import Column, Row, Shelf
from websocket_conformance.results.result import Result

_HIGH, _GOOD_FROM = 20, 11
_WIDTH, _HEIGHT = 1000, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 8, 14, 26
_LABEL_WIDTH = 16


def strip(rows: Sequence[Row], at: int) -> Markup:
    """Return a column of a board as a strip, on which cases that fall short are tall and coloured.

    Args:
        rows: all rows of the board.
        at: the index of the column.
    """
    parts, x = [], 0
    cells = (row.cells[at] for row in rows)
    verdicts = ((cell.verdict, cell.is_good) if cell else (None, True) for cell in cells)
    for (verdict, is_good), group in groupby(verdicts):
        width = len(list(group))
        if verdict is not None:
            y = _GOOD_FROM if is_good else 0
            parts.append(
                f'<rect class="{verdict.slug}" x="{x}" y="{y}" width="{width}" '
                f'height="{_HIGH - y}"/>'
            )
        x += width
    return Markup(  # noqa: S704 - numbers and class names only
        f'<svg class="strip" viewBox="0 0 {x or 1} {_HIGH}" preserveAspectRatio="none" '
        f'aria-hidden="true">{"".join(parts)}</svg>'
    )


def plot(shelves: Sequence[Shelf], column: Column) -> Markup:
    """Return a plot of the time of each case: cases across, seconds up on a logarithmic scale."""
    rows = [row for shelf in shelves for row in shelf.rows if row.case in column.results]
    seconds = [column.results[row.case].seconds for row in rows]
    known = [each for each in seconds if each]
    if not known:
        return Markup("")
    scale = _Scale(len(rows), min(known), max(known))
    points = "".join(
        _point(row, column.results[row.case], scale.x(at), scale.y(each))
        for at, (row, each) in enumerate(zip(rows, seconds, strict=True))
        if each
    )
    frame = "".join([*scale.lines(), *_sections(shelves, column, scale)])
    name = escape(f"Seconds that each case took, {column.run.label}")
    return Markup(  # noqa: S704 - what comes from elsewhere is escaped
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{name}">'
        f"{frame}{points}</svg>"
    )


class _Scale:
    """The scales of a plot, from cases and seconds to coordinates."""

    def __init__(self, cases: int, least: float, most: float) -> None:
        self._cases = cases
        self._low = math.floor(math.log10(max(least, 1e-4)))
        self._high = max(math.ceil(math.log10(most)), self._low + 1)

    def x(self, at: float) -> float:
        """Return the x coordinate of a case, or of a place between two cases."""
        return round(_LEFT + (at + 0.5) / self._cases * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, seconds: float | None) -> float:
        """Return the y coordinate of a time."""
        power = math.log10(max(seconds or 0, 10**self._low))
        share = (power - self._low) / (self._high - self._low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    def lines(self) -> Iterator[str]:
        """Return a grid line for each power of ten."""
        for power in range(self._low, self._high + 1):
            y = self.y(10**power)
            yield f'<path class="grid" d="M{_LEFT} {y}H{_WIDTH - _RIGHT}"/>'
            tick = f"{10**power:g} s" if power >= 0 else f"{10 ** (power + 3):g} ms"
            yield f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{tick}</text>'


def _sections(shelves: Sequence[Shelf], column: Column, scale: _Scale) -> Iterator[str]:
    start, free_from = 0, 0.0
    for shelf in shelves:
        count = sum(row.case in column.results for row in shelf.rows)
        if not count:
            continue
        left, middle = scale.x(start - 0.5), scale.x(start + count / 2 - 0.5)
        yield f'<path class="grid" d="M{left} {_TOP}V{_HEIGHT - _BOTTOM}"/>'
        label = shelf.section.id
        if middle >= free_from and len(label) <= 3:
            free_from = middle + _LABEL_WIDTH
            place = f'x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle"'
            yield f"<text {place}>{escape(label)}</text>"
        start += count


def _point(row: Row, result: Result, x: float, y: float) -> str:
    """Return a dot for a case at its best, and a larger diamond for a case that falls short."""
    r = 2.6 if result.is_good else 5
    shape = (
        f'<circle cx="{x}" cy="{y}" r="{r}"/>'
        if result.is_good
        else f'<path d="M{x} {y - r:.1f}l{r} {r} {-r} {r} {-r} {-r}z"/>'
    )
    title = escape(f"{row.case} · {result.verdict} · {result.seconds:.3f} s")
    return (
        f'<a class="{result.verdict.slug}" href="../{escape(row.page)}" tabindex="-1">'
        f"<title>{title}</title>{shape}</a>"
    )
