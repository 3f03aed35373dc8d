"""Writes the index anew from a standard's own text: numbers and hashes, never words."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date

from whatwg_websockets.steps.hyperlinks import Targets
from whatwg_websockets.steps.index import Standard
from whatwg_websockets.steps.passages import Passage, Upstream, UpstreamAlgorithm

WIDTH = 100
"""The maximum length of a line with links in a file of the index, in characters."""


def refreshed(
    text: str,
    upstream: Upstream,
    version: str | None = None,
    day: date | None = None,
    targets: Targets | None = None,
) -> str:
    """Return the text of a file of the index with the numbers, hashes and links of a newer text.

    No algorithm is added or removed. An algorithm that is not found is not changed, and neither are
    the requirements, since only a person can decide which sentence replaced another. Links are
    written anew only if the newer text has links: a page has them, a source does not.

    Args:
        text: the file's text.
        upstream: the standard's own text.
        version: the version of that text; None to keep the version in the file.
        day: the day of that version; None to keep the day in the file.
        targets: decides which links count; None to keep the links in the file.
    """
    if not upstream.has_links:
        targets = None
    tables = re.split(r"^(?=\[)", text, flags=re.M)
    result: list[str] = []
    found: UpstreamAlgorithm | None = None
    for table in tables:
        head = table.split("\n", 1)[0].strip()
        if head == "[standard]":
            result.append(_with_version(table, version, day))
        elif head == "[[algorithm]]":
            (keys,) = tomllib.loads(table)["algorithm"]
            found = upstream.algorithm(keys["anchor"], keys["name"], keys.get("introduction"))
            found = found and found.folded(keys.get("folded", ()))
            result.append(_with_links_counted(_with_introduction(table, found), found, targets))
        elif head == "[algorithm.steps]" and found is not None:
            result.append(_with_steps(table, found, targets))
        elif head == "[algorithm.links]" and found is not None and targets is not None:
            continue
        else:
            result.append(table)
    end = text[len(text.rstrip("\n")) :]
    return "".join(result).rstrip("\n") + end


def _with_version(table: str, version: str | None, day: date | None) -> str:
    if version is not None:
        table = re.sub(r'^version = "[^"]*"', f'version = "{version}"', table, flags=re.M)
    if day is not None:
        table = re.sub(r"^date = \S+", f"date = {day.isoformat()}", table, flags=re.M)
    return table


def _with_introduction(table: str, found: UpstreamAlgorithm | None) -> str:
    if found is None:
        return table
    return re.sub(
        r'^introduction = "[^"]*"',
        f'introduction = "{found.introduction_hash}"',
        table,
        flags=re.M,
    )


def _with_links_counted(
    table: str, found: UpstreamAlgorithm | None, targets: Targets | None
) -> str:
    """Write how many links the steps have, if that is known, after the other keys."""
    if found is None or targets is None:
        return table
    rest = re.sub(r"^linked = .*\n", "", table, flags=re.M)
    keys = rest.rstrip("\n")
    return "\n".join([keys, *_count_of(found, targets)]) + rest[len(keys) :]


def _with_steps(table: str, found: UpstreamAlgorithm, targets: Targets | None) -> str:
    """Write all steps and their links anew, unless the table is empty on purpose."""
    if '"' not in table:
        return table
    rest = table.rstrip("\n")
    return "\n".join([*_steps(found), *_links(found, targets)]) + table[len(rest) :]


def _steps(found: UpstreamAlgorithm) -> Iterator[str]:
    yield "[algorithm.steps]"
    for number, hash_ in found.hashes.items():
        yield f'"{number}" = "{hash_}"'


def _targets_of(found: UpstreamAlgorithm, targets: Targets | None) -> dict[str, list[str]]:
    """Return what each step links to; empty if that is not known."""
    if targets is None:
        return {}
    return {number: targets.of(step.links) for number, step in found.steps.items()}


def _count_of(found: UpstreamAlgorithm, targets: Targets | None) -> Iterator[str]:
    """Write how many links the steps have, if they have any."""
    count = sum(map(len, _targets_of(found, targets).values()))
    if count:
        yield f"linked = {count}"


def _links(found: UpstreamAlgorithm, targets: Targets | None) -> Iterator[str]:
    """Write what the steps link to, if that is known and not empty."""
    links = _targets_of(found, targets)
    if any(links.values()):
        yield ""
        yield "[algorithm.links]"
    for number, each in links.items():
        if each:
            yield from _wrapped(number, [f'"{target}"' for target in each])


def _wrapped(number: str, targets: list[str]) -> Iterator[str]:
    line = f'"{number}" = [{", ".join(targets)}]'
    if len(line) <= WIDTH:
        yield line
    else:
        yield f'"{number}" = ['
        yield from (f"    {target}," for target in targets)
        yield "]"


def new_algorithm(found: UpstreamAlgorithm, anchor: str, targets: Targets | None = None) -> str:
    """Write the table of an algorithm that the index does not have yet.

    Args:
        found: the algorithm.
        anchor: its fragment.
        targets: decides which of its links count; None to leave them out.
    """
    lines = [
        "[[algorithm]]",
        f'anchor = "{anchor}"',
        f'name = "{found.name}"',
        f'section = "{found.first.section}"',
        'kind = "algorithm"',
        f'introduction = "{found.introduction_hash}"',
        *_count_of(found, targets),
        "",
        *_steps(found),
        *_links(found, targets),
    ]
    return "\n".join(lines) + "\n"


def unknown_sentences(standard: Standard, upstream: Upstream) -> list[Passage]:
    """Find the sentences that are neither requirements, nor informative, nor introductions."""
    known: set[str | None] = {each.hash for each in standard.requirements}
    known |= standard.informative or set()
    known |= set(_introductions(standard, upstream))
    return [each for each in upstream.sentences if each.hash not in known]


def _introductions(standard: Standard, upstream: Upstream) -> Iterable[str]:
    for algorithm in standard.algorithms:
        found = upstream.algorithm(algorithm.anchor, algorithm.name, algorithm.introduction)
        if found is not None and algorithm.steps:
            yield from (each.hash for each in found.introduction)


def lost_requirements(standard: Standard, upstream: Upstream) -> list[str]:
    """Return the ids of the requirements whose sentences the text does not have."""
    there = {each.hash for each in upstream.sentences}
    return [each.id for each in standard.requirements if each.hash and each.hash not in there]
