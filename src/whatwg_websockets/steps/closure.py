"""Follows the links of the index: each algorithm that a step links to is indexed, or left out."""

from collections.abc import Iterable, Iterator

from whatwg_websockets.steps.faults import Fault
from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.links import RFC
from whatwg_websockets.steps.outside import Outside


def faults_of_links(standards: Iterable[Standard], outside: Outside) -> Iterator[Fault]:
    """Check each link of a step, and each algorithm that is left out.

    Args:
        standards: the standards with which the code is compared.
        outside: the algorithms that the index leaves out.
    """
    standards = list(standards)
    indexed = {target for standard in standards for target in _indexed(standard)}
    left_out = {each.target for each in outside.outsiders}
    linked: set[str] = set()
    for standard in standards:
        for algorithm in standard.algorithms:
            for number, targets in algorithm.links.items():
                linked.update(targets)
                for target in targets:
                    if target not in indexed and target not in left_out:
                        line = _line_of(target, algorithm, standard)
                        yield Fault(standard.path, line, _open(algorithm, number, target))
    for outsider in outside.outsiders:
        if outsider.target in indexed:
            yield Fault(
                outside.path,
                outsider.line,
                f"{outsider.target} is indexed, and so it is not outside; take the line away",
            )
        elif outsider.target not in linked:
            yield Fault(
                outside.path,
                outsider.line,
                f"no step of the index links to {outsider.target}; take the line away",
            )


def algorithms_of(standards: Iterable[Standard]) -> set[str]:
    """Return the targets of links to standards' algorithms, and to the requirements of RFCs."""
    algorithms: set[str] = set()
    for standard in standards:
        if standard.id.startswith(RFC):
            algorithms.update(_indexed(standard))
        algorithms.update(f"{standard.id}#{each.anchor}" for each in standard.algorithms)
    return algorithms


def _indexed(standard: Standard) -> Iterator[str]:
    """Yield the targets of links to a standard: its algorithms, and its requirements' places."""
    anchors = [each.anchor for each in standard.algorithms]
    anchors += [each.anchor for each in standard.requirements]
    yield from (f"{standard.id}#{anchor}" for anchor in anchors)


def _line_of(target: str, algorithm: Algorithm, standard: Standard) -> int:
    """Find the line on which an algorithm has a link, from 1, or else the line of its table.

    The link is written in the file unchanged, since no character of a link needs an escape in TOML.
    If several steps have the same link, the first one is found.
    """
    lines = standard.path.read_text(encoding="utf-8").splitlines()
    numbered = enumerate(lines[algorithm.line - 1 :], algorithm.line)
    return next((line for line, text in numbered if f'"{target}"' in text), algorithm.line)


def _open(algorithm: Algorithm, number: str, target: str) -> str:
    return (
        f"step {number} of {algorithm.name!r} links to {target}, which is neither indexed nor left"
        f" out; add it to its standard's file (`whatwg-websockets spec index PAGE --anchor"
        f" {target.rpartition('#')[2]}` makes the table), or to outside.toml with the reason"
    )
