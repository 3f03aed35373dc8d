"""Finds the algorithms of the index in a standard's own text."""

from collections.abc import Iterable

from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.links import series
from whatwg_websockets.steps.passages import Upstream, UpstreamAlgorithm

ENOUGH = 0.5
"""The part of the index's algorithms that a text must have to be the text of that standard."""


class OtherStandard(Exception):
    """The text is not that of the standard that it was given for."""


def find_algorithm(upstream: Upstream, algorithm: Algorithm) -> UpstreamAlgorithm | None:
    """Find an algorithm of the index in a text; one of a single sentence also by its hash.

    Args:
        upstream: the text.
        algorithm: the algorithm.

    Returns:
        The algorithm as the text has it; None if the text does not have the algorithm.
    """
    found = upstream.algorithm(algorithm.anchor, algorithm.name, algorithm.introduction)
    if found is not None:
        return found
    wanted = algorithm.steps.get("1")
    sentence = next((each for each in upstream.sentences if each.hash == wanted), None)
    if sentence is None:
        return None
    return UpstreamAlgorithm((algorithm.anchor,), algorithm.name, (sentence,), {"1": sentence})


def folded_as_indexed(found: UpstreamAlgorithm, algorithm: Algorithm) -> UpstreamAlgorithm:
    """Fold the steps that the index has folded, which are found by words or else by number.

    Args:
        found: the algorithm as a text has it.
        algorithm: the same algorithm as the index has it.
    """
    found = found.folded((), {algorithm.steps[number] for number in algorithm.folded})
    there = found.hashes.values()
    return found.folded([each for each in algorithm.folded if algorithm.steps[each] not in there])


def is_text_of(standard: Standard, upstream: Upstream) -> bool:
    """Return whether a text has enough of a standard's algorithms to be its text."""
    algorithms = [each for each in standard.algorithms if each.steps]
    there = [each for each in algorithms if find_algorithm(upstream, each) is not None]
    return bool(there) and len(there) >= ENOUGH * len(algorithms)


def standards_of(upstream: Upstream, standards: Iterable[Standard]) -> list[Standard]:
    """Return the standards that a text is the text of, in their order.

    The text of a draft also counts as a text of the standard that the draft would change.
    """
    return [each for each in standards if is_text_of(each, upstream)]


def check_standard(upstream: Upstream, standard: Standard, standards: Iterable[Standard]) -> None:
    """Refuse a text that is not that of a standard.

    Args:
        upstream: the text.
        standard: the standard that the text should be of.
        standards: the index, to name the standards that it is the text of.

    Raises:
        OtherStandard: the text is that of another standard, or of one that the index lacks.
    """
    if is_text_of(standard, upstream):
        return
    others = [f'"{each.title}"' for each in standards_of(upstream, standards)]
    instead = f", but that of {series(others)}" if others else ""
    raise OtherStandard(
        f'is not the text of "{standard.title}"{instead}; give the text that {standard.url} shows'
    )


def check_no_draft(upstream: Upstream, standard: Standard, standards: Iterable[Standard]) -> None:
    """Refuse the text of a draft where the text of the standard that it would change is wanted.

    Args:
        upstream: the text, which has enough of the standard's algorithms.
        standard: the standard that the text should be of, which may be the draft itself.
        standards: the index, which has the drafts.

    Raises:
        OtherStandard: the text is that of a draft.
    """
    drafts = (each for each in standards_of(upstream, standards) if each.draft is not None)
    for draft in drafts:
        if draft.id != standard.id:
            raise OtherStandard(
                f'is the text of "{draft.label}", and not that of "{standard.title}"; give the text'
                f" that {standard.url} shows"
            )
