"""Writes the pages of all algorithms and positions when a build begins.

The pages are Markdown, so that Sphinx treats them like every other page, but they are not kept in
the repository. An unchanged page is not written again, so that Sphinx need not read it again.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from sphinx.application import Sphinx

from reading_room.decided import section_id
from reading_room.drafts import pages_of_drafts
from reading_room.house import (
    ALGORITHMS,
    POSITIONS,
    Room,
    room,
    short_title_of,
    slug,
    title_of,
)
from reading_room.markdown import WIDE, breakable, md, page, source, table, toctree, words
from reading_room.marks import NAMES, pages_of_marks
from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.positions import ASPECTS, Position
from whatwg_websockets.steps.tally import Row, total_of
from whatwg_websockets.steps.view import AlgorithmView

HEADS = (
    *("standard", "algorithms", "requirements"),
    *(f"{{mark}}`{mark}`" for mark in ("carried out", "not built", "n/a")),
    "of",
)
"""The heads of the table of all standards."""


def write_pages(app: Sphinx) -> None:
    """Write all pages, and remove the pages of things that no longer exist."""
    here = room(app.config)
    pages = dict(
        [
            *pages_of_standards(here),
            *pages_of_marks(here),
            *pages_of_drafts(here),
            *pages_of_positions(here),
        ]
    )
    docs = Path(app.srcdir)
    for folder in (ALGORITHMS, POSITIONS):
        for path in (docs / folder).rglob("*.md"):
            if path.relative_to(docs).with_suffix("").as_posix() not in pages:
                path.unlink()
    for name, text in pages.items():
        path = docs / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def point_to_pages(app: Sphinx, docname: str, text: list[str]) -> None:
    """Let links to the files of positions, which work in a checkout, lead to their pages.

    The file README.md lists the positions, as the page index.md does.
    """
    pages = re.sub(r"\]\((?:\.\./)+spec/positions/", f"](/{POSITIONS}/", text[0])
    text[0] = pages.replace(f"](/{POSITIONS}/README.md", f"](/{POSITIONS}/index.md")


# The standards.


def pages_of_standards(here: Room) -> Iterator[tuple[str, str]]:
    """Write the page of all standards, and for each standard its pages."""
    yield f"{ALGORITHMS}/index", _index_of_standards(here)
    for standard in here.standards:
        folder = f"{ALGORITHMS}/{standard.id}"
        yield f"{folder}/index", _index_of(here, standard)
        if standard.requirements:
            yield f"{folder}/requirements", _requirements_of(here, standard)
        for algorithm in standard.algorithms:
            name = here.pages[algorithm]
            yield name, _page_of(algorithm, name)


def _index_of_standards(here: Room) -> str:
    rows = []
    for standard in here.standards:
        total = total_of(row for row in here.rows.values() if row.standard == standard.id)
        rows.append(
            (
                f"[{md(title_of(standard))}]({standard.id}/index.md)",
                len(standard.algorithms) or "",
                len(standard.requirements) or "",
                total.carried_out,
                total.not_built,
                total.not_applicable,
                total.total,
            )
        )
    drafts = [name.rpartition("/")[2] for name, _ in pages_of_drafts(here)]
    watched = [each for each in here.index if not each.is_carried_out]
    return page(
        f"{WIDE}# The standard, algorithm by algorithm",
        "Each page shows one algorithm: its steps in plain words on one side, and the code that"
        " carries them out on the other. Below each step stand the tests that ran it and the test"
        " that fails without it, as far as they are recorded. Below the steps stand the algorithms"
        " that call this one, the algorithms that it calls, the [positions](../positions/index.md)"
        " about it, and the tests that name it. Every change is checked: each step has its code,"
        " and each comment its step. These tables count what the check counts. A step that needs"
        " documents, navigation or a user to ask is {mark}`n/a`; a step that this program could"
        " carry out and does not yet is {mark}`not built`. Both have a reason. One page lists [all"
        " marks](marks.md), another [what is not built](not-built.md), and a third the algorithms"
        " that the index [leaves out](outside.md).",
        table(HEADS, rows),
        *(f"Some steps would be others [if a draft landed]({each}.md)." for each in drafts),
        *(
            f"Watched, but not carried out: [{md(each.title)}]({each.url}) ({md(each.status)})."
            for each in watched
        ),
        toctree(
            [
                *(f"{each.id}/index" for each in here.standards),
                *NAMES,
                *drafts,
            ]
        ),
    )


def _index_of(here: Room, standard: Standard) -> str:
    names = [here.pages[each].rpartition("/")[2] for each in standard.algorithms]
    requirements = ["requirements"] if standard.requirements else []
    parts = [
        f"{WIDE}# {md(title_of(standard))}",
        f"<{standard.url}>, {_version(standard)} of {standard.date}.",
        *_said_of_a_draft(standard),
    ]
    if standard.algorithms:
        parts.append(
            table(
                (
                    *(
                        "§",
                        "algorithm",
                        "{mark}`carried out`",
                        "{mark}`not built`",
                        "{mark}`n/a`",
                        "of",
                    ),
                    *("sentences", "positions", "tests", "kind"),
                ),
                _rows_of_algorithms(here, standard),
            )
        )
    if standard.requirements:
        row = here.rows[standard.id, "", None]
        parts.append(
            f"Besides its algorithms the {_kind(standard)} asks for {row.total} things in sentences"
            f" without a number: {row.carried_out} of them are met, {row.not_built} are not built,"
            f" {row.not_applicable} cannot be here. They are the [requirements](requirements.md)."
        )
    return page(*parts, toctree([*names, *requirements]))


def _said_of_a_draft(standard: Standard) -> Iterator[str]:
    """Return a paragraph which says that a draft is a draft."""
    if standard.draft is not None:
        yield (
            f"This is a draft, {md(standard.draft)}, at commit {standard.version}. It is not part"
            " of any standard yet, and its text may still change; `whatwg-websockets spec drift`"
            " says when it does."
        )


def _version(standard: Standard) -> str:
    return f"version {standard.version}" if not standard.id.startswith("rfc") else "the text"


def _rows_of_algorithms(here: Room, standard: Standard) -> Iterator[tuple[object, ...]]:
    for section, algorithms in groupby(standard.algorithms, key=lambda each: each.section):
        shown = _target(section_id(section)) + section
        for algorithm in algorithms:
            row = here.rows[standard.id, _anchor_of_row(here, algorithm), algorithm.name]
            view = here.view(algorithm)
            page_name = here.pages[algorithm].rpartition("/")[2]
            yield (
                shown,
                f"[{breakable(algorithm.name)}]({page_name}.md)",
                *_counts(row),
                _sentences(view) or "",
                len(view.positions) or "",
                len(view.tests) or "",
                algorithm.kind,
            )
            shown = ""


def _target(id_: str) -> str:
    """Return an anchor in a table that a link may lead to."""
    return f'<a class="target" id="{id_}"></a>'


def _first_of_section(section: str, seen: set[str]) -> str:
    """Return the anchor of a section, for the first of its rows; else an empty text."""
    if section in seen:
        return ""
    seen.add(section)
    return _target(section_id(section))


def _sentences(view: AlgorithmView) -> int:
    """Count the requirements that are met in an algorithm's functions."""
    steps = (step for function in view.functions for step in function.steps)
    return len({id_ for step in steps if step.is_requirement for id_ in step.numbers})


def _anchor_of_row(here: Room, algorithm: Algorithm) -> str:
    return next(
        anchor
        for standard, anchor, name in here.rows
        if (standard, name) == (algorithm.standard, algorithm.name)
        and anchor.rpartition("#")[2] == algorithm.anchor
    )


def _counts(row: Row) -> tuple[object, ...]:
    counts = (row.carried_out, row.not_built, row.not_applicable, row.total)
    return tuple(count or "" for count in counts)


def _requirements_of(here: Room, standard: Standard) -> str:
    sections: set[str] = set()
    rows = [
        (
            f"{_first_of_section(each.section, sections)}[{each.section}]({each.url})",
            f"{_target(slug(each.id))}`{each.id}`",
            md(each.kind),
            md(each.gist),
            "<br>".join(
                source(here.short(place))
                for _, place in here.comments_of_requirements.get(each.id, ())
            ),
        )
        for each in standard.requirements
    ]
    return page(
        f"{WIDE}# Requirements of {md(short_title_of(standard))}",
        f"What the {_kind(standard)} asks for outside of its numbered steps, in our own words. The"
        " comment in the code says how it is met, or why it is not.",
        table(("§", "id", "kind", "what is asked", "where"), rows),
    )


def _kind(standard: Standard) -> str:
    return "standard" if standard.draft is None else "draft"


def _page_of(algorithm: Algorithm, name: str) -> str:
    return page(
        f"{WIDE}# {md(algorithm.name)}",
        f"```{{algorithm}} {name.removeprefix(f'{ALGORITHMS}/')}\n:own-page:\n```",
    )


# The positions.


def pages_of_positions(here: Room) -> Iterator[tuple[str, str]]:
    """Write the list of all positions, and the page of each."""
    yield f"{POSITIONS}/index", _index_of_positions(here)
    for name, position in here.positions.items():
        yield f"{POSITIONS}/{name}", _page_of_position(here, position)


def _index_of_positions(here: Room) -> str:
    groups = list(_groups(here))
    parts = [
        f"{WIDE}# Positions",
        "What the standards leave open, or get wrong: one question a page, with what the text"
        " says, what a browser does, and what this implementation does and why. The order of"
        " authority is the standard's text, then the RFC, then what browsers do, then what is"
        f" written here. There are {len(here.positions)}.",
        "Four things are compared with browsers, each by itself: what the page sees, what is on the"
        " wire, when it comes, and what browsers have that is not built here. Each is the *same*,"
        " *differs*, or was *not compared*; the page of a position names the browsers and their"
        " versions. Where a scenario can ask, a test holds the browser's answer against ours.",
    ]
    for title, positions in groups:
        rows = [(_title(each), _abouts(here, each), *_compared(each)) for each in positions]
        heads = ("question", "about", *map(str.lower, ASPECTS.values()))
        parts += [f"## {md(title)}", _block("compared", table(heads, rows))]
    names = (each.path.stem for _, positions in groups for each in positions)
    return page(*parts, toctree(names))


def _groups(here: Room) -> Iterator[tuple[str, list[Position]]]:
    """Return the positions in the groups of their README, and then those that it lacks."""
    left = dict(here.positions)
    readme = here.root / "spec" / "positions" / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    for group in re.split(r"^## ", text, flags=re.M)[1:]:
        names = re.findall(r"\]\(([\w-]+)\.md\)", group)
        positions = [left.pop(name) for name in names if name in left]
        if positions:
            yield group.partition("\n")[0], positions
    if left:
        yield "Others", list(left.values())


def _page_of_position(here: Room, position: Position) -> str:
    facts = [
        ("About", _abouts(here, position)),
        ("Code", "<br>".join(map(source, position.code)) or "none yet"),
        ("Tests", "<br>".join(map(source, position.tests)) or "none yet"),
        ("Browsers", "<br>".join(map(md, position.browsers)) or md(f"none: {position.not_asked}")),
        *zip(ASPECTS.values(), _compared(position), strict=True),
    ]
    return page(
        f"{WIDE}# {words(position.title)}",
        "\n".join([":::{list-table}", ":class: facts", "", *_items(facts), ":::"]),
        position.text,
    )


def _items(facts: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in facts:
        yield from (f"* - **{name}**", f"  - {text}")


def _title(position: Position) -> str:
    return f"[{words(position.title)}]({position.path.stem}.md)"


def _abouts(here: Room, position: Position) -> str:
    """Link to the algorithms that a position is about, or else to the place in the standard."""
    algorithms = here.algorithms_of(position)
    links = [f"[{md(each.name)}](/{here.pages[each]}.md)" for each in algorithms]
    anchors = {each.anchor for each in algorithms}
    for where in position.where:
        standard, _, anchor = where.rpartition("#")
        if anchor not in anchors:
            links.append(_place_in_standard(here, standard or position.standard, anchor))
    return "<br>".join(links)


def _place_in_standard(here: Room, standard: str, anchor: str) -> str:
    urls = {each.id: each.url for each in here.index}
    name = f"RFC {standard[3:]}" if standard.startswith("rfc") else standard
    text = f"{name} {anchor.removeprefix('section-')}"
    return f"[{md(text)}]({urls[standard]}#{anchor})" if standard in urls else md(text)


def _compared(position: Position) -> Iterator[str]:
    """Show the result of each comparison, with a class for colours and filters."""
    for aspect in ASPECTS:
        result = position.compared[aspect]
        yield f'<span class="{result.replace(" ", "-")}">{result}</span>'


def _block(name: str, text: str) -> str:
    return f":::{{container}} {name}\n{text}\n:::"
