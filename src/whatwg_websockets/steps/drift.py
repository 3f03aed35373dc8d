"""Compares a newer text of a standard with the index, and names the code to look at again.

The index keeps hashes and not words. Where steps were replaced, :mod:`.pairing` finds out which of
them became which.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from whatwg_websockets.steps.comments import MarkedFunction, SourceFile
from whatwg_websockets.steps.hyperlinks import KnownTargets
from whatwg_websockets.steps.index import Algorithm, Requirement, Standard
from whatwg_websockets.steps.links import Catalogue
from whatwg_websockets.steps.matching import check_standard, find_algorithm, folded_as_indexed
from whatwg_websockets.steps.pairing import How, comments_on, compare, likeness
from whatwg_websockets.steps.passages import Passage, Upstream, UpstreamAlgorithm
from whatwg_websockets.steps.words_by_hash import WordsByHash


@dataclass(frozen=True)
class Place:
    """A line of code to look at again.

    Attributes:
        path: the file.
        line: the line in it, from 1.
    """

    path: Path
    line: int


@dataclass(frozen=True)
class Change:
    """A difference between the index and a newer text.

    Attributes:
        how: what became of the piece.
        what: the piece: "step 3", "the introduction", a requirement's id.
        name: the algorithm that the piece belongs to; empty for a sentence outside of algorithms.
        section: the number of its section, in the index if the index has the piece.
        url: the URL of the piece in the standard, now or before.
        line: its line in the newer text, from 1; 0 if the newer text lacks the piece.
        text: its words in the newer text; empty if the newer text lacks the piece.
        places: the code to look at.
        step: the number of the step in the index; empty for another piece, or a new step.
        now: the anchor of its algorithm and its number in the newer text; None for another piece,
            or a piece that the newer text lacks.
        now_hash: the hash of its words in the newer text; empty where `now` is None.
        was_hash: the hash of its words in the index; empty for a new piece.
    """

    how: How
    what: str
    name: str
    section: str
    url: str
    line: int
    text: str
    places: tuple[Place, ...]
    step: str = ""
    now: tuple[str, str] | None = None
    now_hash: str = ""
    was_hash: str = ""


def drift(
    standard: Standard,
    upstream: Upstream,
    sources: Iterable[SourceFile],
    targets: KnownTargets | None = None,
    standards: Iterable[Standard] = (),
    older: WordsByHash | None = None,
) -> tuple[Change, ...]:
    """Find out what changed in a standard since the index was made.

    Args:
        standard: the standard, as the index has it.
        upstream: a newer text of it.
        sources: the comments of the code.
        targets: decides which links of the newer text lead to known algorithms; None to
            compare no links. A text without any link is not compared.
        standards: the index, to name the other standard that the text may be of.
        older: the words of the older text, which show what became of a step that was replaced;
            None to compare the words of the comments.

    Raises:
        OtherStandard: the text is not that of this standard.
    """
    check_standard(upstream, standard, standards)
    if not upstream.has_links:
        targets = None
    return tuple(_Drift(standard, upstream, sources, targets, older).changes())


class _Drift:
    """One comparison."""

    def __init__(
        self,
        standard: Standard,
        upstream: Upstream,
        sources: Iterable[SourceFile],
        targets: KnownTargets | None,
        older: WordsByHash | None,
    ) -> None:
        self.standard = standard
        self.older = older
        self.targets = targets
        self.upstream = upstream
        self.sources = list(sources)
        self.catalogue = Catalogue([standard])
        self.counts = Counter(each.hash for each in upstream.sentences)
        self.steps = {
            hash_: (algorithm, number)
            for algorithm in upstream.algorithms
            for number, hash_ in algorithm.hashes.items()
        }
        self.known = set(standard.informative or ())
        self.known |= {each.hash or "" for each in standard.requirements}
        self.taken = set(self.known)
        self.places = {(each.hash, each.anchor) for each in standard.requirements}
        self.required = {each.hash for each in standard.requirements}
        self.seen: list[UpstreamAlgorithm] = []

    def changes(self) -> Iterator[Change]:
        """Compare everything."""
        for algorithm in self.standard.algorithms:
            if algorithm.steps:
                yield from self.changes_of(algorithm, find_algorithm(self.upstream, algorithm))
        for requirement in self.standard.requirements:
            yield from self.changes_of_requirement(requirement)
        if self.standard.informative is not None:
            yield from self.newcomers()

    def changes_of(self, algorithm: Algorithm, now: UpstreamAlgorithm | None) -> Iterator[Change]:
        """Compare an algorithm with its newer text."""
        functions = list(self.functions(algorithm))
        places = tuple(Place(each.path, each.line) for each in functions)
        if now is None:
            yield _change(How.WENT, "the algorithm", algorithm, None, places)
            return
        self.seen.append(now)
        now = folded_as_indexed(now, algorithm)
        self.know_the_introduction(algorithm, now)
        if algorithm.anchor not in now.anchors:
            what = f"the anchor, now #{now.anchor}"
            yield _change(How.MOVED, what, algorithm, now.first, places)
        if algorithm.introduction not in (None, now.introduction_hash):
            introduction = Passage(
                algorithm.anchor, now.first.section, now.first.line, _join(now.introduction)
            )
            changed = _change(How.CHANGED, "the introduction", algorithm, introduction, places)
            yield replace(changed, was_hash=algorithm.introduction or "")
        was = self.words_of_steps(algorithm, functions)
        for how, old, new in compare(algorithm.steps, now.hashes, was, now.words):
            what = f"step {new if old is None else old}"
            passage = None if new is None else now.steps[new]
            anchor = algorithm.anchor
            if old and new and old != new:
                what += f", now step {new}"
            elsewhere = self.steps.get(algorithm.steps[old]) if how is How.WENT and old else None
            if elsewhere is not None:
                how, (other, new) = How.MOVED, elsewhere
                what += f", now step {new} of {other.name}"
                passage, anchor = other.steps[new], other.anchor
            steps = tuple(
                Place(step.path, step.line)
                for function in functions
                for step in function.steps
                if old in step.stands_for(algorithm.steps)
            )
            yield replace(
                _change(how, what, algorithm, passage, steps or places),
                step=old or "",
                now=(anchor, new) if new else None,
                now_hash="" if passage is None else passage.hash,
                was_hash=algorithm.steps[old] if old else "",
            )
        yield from self.changes_of_links(algorithm, now, places)

    def know_the_introduction(self, algorithm: Algorithm, now: UpstreamAlgorithm) -> None:
        """Note the sentences of an introduction, which are not new if the algorithm is not.

        A sentence of a changed introduction, or of an algorithm in prose, may have replaced that of
        a requirement.
        """
        hashes = {each.hash for each in now.introduction}
        self.known |= hashes
        is_prose = now.introduction_hash in now.hashes.values()
        if not is_prose and algorithm.introduction in (None, now.introduction_hash):
            self.taken |= hashes

    def words_of_steps(
        self, algorithm: Algorithm, functions: list[MarkedFunction]
    ) -> dict[str, str]:
        """Return the words of an algorithm's steps in the older text, or else of the comments."""
        if self.older is None:
            return comments_on(algorithm, functions)
        return {number: self.older.get(hash_) for number, hash_ in algorithm.steps.items()}

    def changes_of_links(
        self, algorithm: Algorithm, now: UpstreamAlgorithm, places: tuple[Place, ...]
    ) -> Iterator[Change]:
        """Compare the links of the steps whose words and numbers are unchanged."""
        if self.targets is None:
            return
        for number, passage in now.steps.items():
            old, new = set(algorithm.links.get(number, ())), self.targets.of(passage.links)
            if passage.hash == algorithm.steps.get(number) and old != new:
                lost = "".join(f", without {each}" for each in sorted(old - new))
                more = "".join(f", with {each}" for each in sorted(new - old))
                what = f"the links of step {number}{lost}{more}"
                yield _change(How.CHANGED, what, algorithm, passage, places)

    def functions(self, algorithm: Algorithm) -> Iterator[MarkedFunction]:
        """Find the functions that carry out an algorithm."""
        for source in self.sources:
            for function in source.functions:
                meant = self.catalogue.algorithm(function.anchor, function.name)
                if meant is not None and meant[0] is algorithm:
                    yield function

    def changes_of_requirement(self, requirement: Requirement) -> Iterator[Change]:
        """Look for the sentence of a requirement, or for the sentence that replaced it."""
        there = [each for each in self.upstream.sentences if each.hash == requirement.hash]
        if requirement.hash is None or any(each.anchor == requirement.anchor for each in there):
            return
        how, what = How.WENT, requirement.id
        now = there[0] if there else self.replacement_of(requirement)
        if there:
            how, what = How.MOVED, f"{what}, now at #{there[0].anchor}"
        elif now is not None:
            how = How.CHANGED
            self.known.add(now.hash)
            self.taken.add(now.hash)
        places = tuple(
            Place(comment.path, comment.line)
            for source in self.sources
            for comment in source.requirements
            if requirement.id in self.catalogue.ids(comment)
        )
        changed = _change(how, what, requirement, now, places)
        yield replace(changed, was_hash=requirement.hash)

    def replacement_of(self, requirement: Requirement) -> Passage | None:
        """Return the sentence that replaced that of a requirement; None if it was not replaced."""
        new = [
            each
            for each in self.upstream.sentences
            if each.anchor == requirement.anchor and each.hash not in self.taken
        ]
        was = requirement.gist
        if self.older is not None:
            was = self.older.get(requirement.hash or "")
        return max(new, key=lambda each: likeness(was, each.text), default=None)

    def newcomers(self) -> Iterator[Change]:
        """Yield the algorithms and sentences that the index does not have."""
        new = [each for each in self.upstream.algorithms if each not in self.seen]
        for algorithm in new:
            self.known |= {each.hash for each in algorithm.introduction}
            yield self.came("the algorithm", algorithm.name, algorithm.anchor, algorithm.first)
        for sentence in self.upstream.sentences:
            if sentence.hash not in self.known or self.is_said_again(sentence):
                self.known.add(sentence.hash)
                yield self.came("a sentence", "", sentence.anchor, sentence)

    def is_said_again(self, sentence: Passage) -> bool:
        """Return whether a sentence repeats the words of a requirement in another place."""
        return (
            sentence.hash in self.required
            and self.counts[sentence.hash] > 1
            and (sentence.hash, sentence.anchor) not in self.places
        )

    def came(self, what: str, name: str, anchor: str, passage: Passage) -> Change:
        """Make the change of a new piece."""
        url = f"{self.standard.url}#{anchor}"
        text = passage.in_one_line
        return Change(How.CAME, what, name, passage.section, url, passage.line, text, ())


def _join(passages: Iterable[Passage]) -> str:
    return " ".join(each.text for each in passages)


def _change(
    how: How,
    what: str,
    entry: Algorithm | Requirement,
    passage: Passage | None,
    places: tuple[Place, ...],
) -> Change:
    return Change(
        how=how,
        what=what,
        name=entry.name if isinstance(entry, Algorithm) else "",
        section=entry.section,
        url=entry.url,
        line=0 if passage is None else passage.line,
        text="" if passage is None else passage.in_one_line,
        places=places,
    )
