"""A standard's own text, to be shown beside the steps that carry it out.

The index keeps hashes and not words, so the text comes from a file that the reader has: the source
for Bikeshed, or the published page. The text is shown and never stored.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from whatwg_websockets.steps.index import Algorithm, Requirement, Standard
from whatwg_websockets.steps.matching import (
    check_standard,
    find_algorithm,
    folded_as_indexed,
)
from whatwg_websockets.steps.pairing import How, compare
from whatwg_websockets.steps.passages import Upstream
from whatwg_websockets.steps.view import StepView

CommentsOf = Callable[[Algorithm], Mapping[str, str]]
"""Returns the words of the comments for the steps of an algorithm, by the steps' numbers."""


@dataclass(frozen=True)
class OwnWords:
    """The words of a text in the place of a step, a sentence or an introduction.

    Attributes:
        number: the number of the step in the text, followed by the name of its algorithm if that is
            another: "2", "2 of get a URL record"; empty for a sentence.
        text: its words, with each bullet on a line of its own; empty if the step is gone.
        how: what became of it since the index was made; None if its hash and its number are those
            of the index.
    """

    number: str
    text: str
    how: How | None = None


class OwnText:
    """The text of one standard.

    Args:
        name: the source of the text, for the reader: the name of a file, or a URL.
        standard: the standard, as the index has it.
        upstream: the text.
        standards: the index, to name the other standard that the text may be of.
        comments_of: returns the words of the comments for the steps of an algorithm, which show
            what became of a step that was replaced.

    Raises:
        OtherStandard: the text is not that of the standard.
    """

    def __init__(
        self,
        name: str,
        standard: Standard,
        upstream: Upstream,
        standards: Iterable[Standard] = (),
        comments_of: CommentsOf = lambda _: {},
    ) -> None:
        check_standard(upstream, standard, standards)
        self.name = name
        self.standard = standard
        self.upstream = upstream
        self._comments_of = comments_of
        self._sentences = {each.hash: each for each in upstream.sentences}
        self._elsewhere = {
            hash_: (each, number)
            for each in upstream.algorithms
            for number, hash_ in each.hashes.items()
        }
        self._requirements = {each.id: each for each in standard.requirements if each.hash}
        self.steps = cache(self._steps)

    def _steps(self, algorithm: Algorithm) -> dict[str, OwnWords]:
        """Return the words of each step of an algorithm, by the number that the index has for it.

        A step that is not in the text has no words. The steps that are new in the text follow the
        others, as :attr:`.How.CAME`, with "+" in front of their numbers.
        """
        found = find_algorithm(self.upstream, algorithm)
        if found is None:
            return {number: OwnWords("", "", How.WENT) for number in algorithm.steps}
        found = folded_as_indexed(found, algorithm)
        words = {
            number: OwnWords(number, found.steps[number].readable)
            for number in algorithm.steps
            if number in found.steps
        }
        came = {}
        was = self._comments_of(algorithm)
        for how, old, new in compare(algorithm.steps, found.hashes, was, found.words):
            if new is None:
                words[old or ""] = self._gone(algorithm.steps[old or ""])
            elif old is None:
                came[f"+{new}"] = OwnWords(new, found.steps[new].readable, how)
            else:
                words[old] = OwnWords(new, found.steps[new].readable, how)
        return {**{number: words[number] for number in algorithm.steps}, **came}

    def _gone(self, hash_: str) -> OwnWords:
        """Return the words of a step that its algorithm lost; another one may have it now."""
        if hash_ not in self._elsewhere:
            return OwnWords("", "", How.WENT)
        other, number = self._elsewhere[hash_]
        text = other.steps[number].readable
        return OwnWords(f"{number} of {other.name}", text, How.MOVED)

    def introduction(self, algorithm: Algorithm) -> OwnWords | None:
        """Return the introduction of an algorithm; None if the text does not have one."""
        found = find_algorithm(self.upstream, algorithm)
        if found is None or not found.introduction:
            return None
        text = " ".join(each.readable for each in found.introduction)
        is_known = algorithm.introduction in (None, found.introduction_hash)
        return OwnWords("", text, None if is_known else How.CHANGED)

    def sentence(self, requirement: Requirement) -> OwnWords:
        """Return the words of a requirement, which are empty if the text has different words."""
        found = self._sentences.get(requirement.hash or "")
        if found is None:
            return OwnWords("", "", How.WENT)
        return OwnWords("", found.readable)

    def beside(self, algorithm: Algorithm, step: StepView) -> list[tuple[str, OwnWords]]:
        """Return the words of the text that belong beside a step comment.

        Args:
            algorithm: the algorithm.
            step: the comment: a step, a range of steps, or requirements.

        Returns:
            The number of each step in the index, or "" for a sentence without a number, and its
            words. The list is empty for a requirement of another standard, or one without a hash.
        """
        if step.is_requirement:
            known = [self._requirements[id_] for id_ in step.numbers if id_ in self._requirements]
            return [("", self.sentence(each)) for each in known]
        steps = self.steps(algorithm)
        return [(number, steps[number]) for number in step.numbers if number in steps]

    def changes(self, algorithm: Algorithm) -> Counter[How]:
        """Count the steps of an algorithm that differ from the index, by what became of them."""
        return Counter(each.how for each in self.steps(algorithm).values() if each.how is not None)
