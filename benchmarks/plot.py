"""The plot of a run: one SVG file that needs nothing else, in light and in dark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.results import OURS, RATE, Report, Row

WIDTH = 880
MARGIN = 24
GUTTER = 32
TOP = 92
NAME_WIDTH = 82
VALUE_WIDTH = 66
BAR_HEIGHT = 13
BAR_STEP = 17
GROUP_HEAD = 24
GROUP_GAP = 18
NOTE_STEP = 16


class MissingTemplateEngineError(Exception):
    """jinja2 is not there."""


@dataclass(frozen=True)
class Bar:
    """One client in one group, in pixels."""

    client: str
    ours: bool
    y: float
    width: float
    low: float
    high: float
    text: str


@dataclass(frozen=True)
class Group:
    """One workload on one event loop."""

    title: str
    x: float
    y: float
    bars: tuple[Bar, ...]


def plot(report: Report) -> str:
    """Draw the rates of a run: bars beside each other, each group on a scale of its own."""
    try:
        from jinja2 import Environment, FileSystemLoader
    except ImportError as error:
        raise MissingTemplateEngineError("jinja2 is not installed") from error
    rows = report.having(RATE)
    loops = list(dict.fromkeys(row.loop for row in rows))
    column_width = (WIDTH - 2 * MARGIN - GUTTER * (len(loops) - 1)) / max(len(loops), 1)
    scale_width = column_width - NAME_WIDTH - VALUE_WIDTH
    groups: list[Group] = []
    bottom = float(TOP)
    for column, loop in enumerate(loops):
        x = MARGIN + column * (column_width + GUTTER)
        y = float(TOP)
        for row in rows:
            if row.loop == loop:
                bars = _bars(report, row, scale_width)
                groups.append(Group(row.title, x, y, bars))
                y += GROUP_HEAD + BAR_STEP * len(bars) + GROUP_GAP
        bottom = max(bottom, y)
    notes = [f"{name}: {why}" for name, why in report.missing.items()]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True
    )
    return environment.get_template("plot.svg.jinja").render(
        width=WIDTH,
        height=round(bottom + NOTE_STEP * len(notes) + MARGIN / 2),
        margin=MARGIN,
        name_width=NAME_WIDTH,
        bar_height=BAR_HEIGHT,
        group_head=GROUP_HEAD,
        notes=[(bottom + NOTE_STEP * number, note) for number, note in enumerate(notes)],
        groups=groups,
        versions=_versions(report),
        python=f"{report.python['implementation']} {report.python['version']}",
        rounds=report.options["rounds"],
    )


def _bars(report: Report, row: Row, scale_width: float) -> tuple[Bar, ...]:
    figures = {
        client: figure
        for client in report.present
        if (figure := row.figure(client, RATE.key)) is not None
    }
    longest = max((figure.high for figure in figures.values()), default=1.0)
    return tuple(
        Bar(
            client=client,
            ours=client == OURS,
            y=BAR_STEP * number,
            width=figure.median / longest * scale_width,
            low=figure.low / longest * scale_width,
            high=figure.high / longest * scale_width,
            text=f"{figure.median:,.0f}",
        )
        for number, (client, figure) in enumerate(figures.items())
    )


def _versions(report: Report) -> str:
    names = {OURS: "whatwg-websockets"}
    wanted = [names.get(client, client) for client in report.present]
    if any(row.loop == "uvloop" for row in report.rows):
        wanted.append("uvloop")
    return ", ".join(
        f"{name} {report.versions[name]}" for name in wanted if name in report.versions
    )
