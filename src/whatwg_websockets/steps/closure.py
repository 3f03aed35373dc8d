"""Follows the links of the index: each algorithm that a step links to is indexed, or left out."""

from collections.abc import Iterable, Iterator

from whatwg_websockets.steps.faults import Fault
from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.links import RFC
from whatwg_websockets.steps.outside import Outside


def faults_of_links(standards: Iterable[Standard], outside: Outside) -> Iterator[Fault]:
    """Look at what each step links to, and at what is left out.

    Args:
        standards: those with which the code is compared.
        outside: what the index leaves out.
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
    """Find the algorithms of some standards, as links have them; all that an RFC asks for, too."""
    algorithms: set[str] = set()
    for standard in standards:
        if standard.id.startswith(RFC):
            algorithms.update(_indexed(standard))
        algorithms.update(f"{standard.id}#{each.anchor}" for each in standard.algorithms)
    return algorithms


def _indexed(standard: Standard) -> Iterator[str]:
    """Find what links to a standard may lead to: its algorithms, and its requirements' places."""
    anchors = [each.anchor for each in standard.algorithms]
    anchors += [each.anchor for each in standard.requirements]
    yield from (f"{standard.id}#{anchor}" for anchor in anchors)


def _line_of(target: str, algorithm: Algorithm, standard: Standard) -> int:
    """Find the line on which an algorithm has a link, from 1, or else the line of its table.

    A file that was read from TOML has it: a link is written as it is, since it has no character
    that would have to be escaped. Where several steps have the same link, the first one is found.
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
