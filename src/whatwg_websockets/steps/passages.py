"""The parts of a standard's own text: passages with hashes, algorithms, and the whole text."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Passage:
    """Some words of a standard.

    Attributes:
        anchor: the fragment nearest to it: its own, its definition's, or its section's.
        section: the number of its section.
        line: the line of the source on which it begins, from 1.
        text: the words, normalised; they are shown and hashed, but not stored.
        links: the addresses that the words link to, as the page has them.
        laid_out: the same words for a reader, if they have more than one part, each on its own
            line: a case and its steps, or bullets; else empty.
    """

    anchor: str
    section: str
    line: int
    text: str
    links: tuple[str, ...] = ()
    laid_out: str = ""

    @property
    def readable(self) -> str:
        """The words as a reader should see them."""
        return self.laid_out or self.text

    @property
    def in_one_line(self) -> str:
        """The words as a reader should see them, in one line."""
        return " ".join(self.readable.split())

    @property
    def hash(self) -> str:
        """The hash of the words, as the index has it."""
        return hash_of(self.text)


@dataclass(frozen=True)
class UpstreamAlgorithm:
    """An algorithm as its standard has it.

    Attributes:
        anchors: its fragments, the best first: those of the definition that introduces it, of the
            elements around that, or else of its section.
        name: what the standard calls it.
        introduction: the sentences that introduce it.
        steps: its steps by their numbers, in order.
    """

    anchors: tuple[str, ...]
    name: str
    introduction: tuple[Passage, ...]
    steps: dict[str, Passage]

    @property
    def anchor(self) -> str:
        """Its best fragment."""
        return self.anchors[0]

    @property
    def introduction_hash(self) -> str:
        """The hash of its introduction, as the index has it."""
        return hash_of(" ".join(each.text for each in self.introduction))

    @property
    def first(self) -> Passage:
        """Its first step."""
        return next(iter(self.steps.values()))

    @property
    def hashes(self) -> dict[str, str]:
        """The hash of each step, by its number."""
        return {number: step.hash for number, step in self.steps.items()}

    @property
    def words(self) -> dict[str, str]:
        """The words of each step, by its number."""
        return {number: step.text for number, step in self.steps.items()}

    def folded(self, numbers: Collection[str], hashes: Collection[str] = ()) -> "UpstreamAlgorithm":
        """Include the substeps of some steps in these steps.

        Args:
            numbers: the numbers of the steps.
            hashes: the hashes by which a step with another number is found once it is folded.
        """
        steps: dict[str, Passage] = {}
        last = None
        for number, step in self.steps.items():
            if last is not None and re.match(rf"{re.escape(last)}(\.|[a-z])", number):
                continue
            last = None
            below = [
                each
                for other, each in self.steps.items()
                if re.match(rf"{re.escape(number)}(\.|[a-z])", other)
            ]
            whole = replace(
                step,
                text=" ".join([step.text, *(each.text for each in below)]),
                laid_out="\n".join([step.readable, *(each.readable for each in below)]),
                links=(*step.links, *(link for each in below for link in each.links)),
            )
            if number in numbers or (below and whole.hash in hashes):
                step, last = whole, number
            steps[number] = step
        return replace(self, steps=steps)


@dataclass(frozen=True)
class Upstream:
    """A standard's own text.

    Attributes:
        title: the title in the text.
        algorithms: its algorithms, in order.
        sentences: its sentences outside of algorithms, in order; rows of tables, terms of lists
            and blocks of IDL too.
        performed: the names of all algorithms, with steps or in prose, by their anchors.
        is_source: whether this is a source of Bikeshed instead of a page.
    """

    title: str
    algorithms: tuple[UpstreamAlgorithm, ...]
    sentences: tuple[Passage, ...]
    performed: dict[str, str] = field(default_factory=dict, hash=False)
    is_source: bool = False

    @property
    def has_links(self) -> bool:
        """Whether the text has the addresses of its links: a published page has them, a source not.

        A source has only a few addresses, those of documents that Bikeshed does not know.
        """
        steps = (step for each in self.algorithms for step in each.steps.values())
        return not self.is_source and any(step.links for step in steps)

    def algorithm(
        self, anchor: str, name: str, introduction: str | None = None
    ) -> UpstreamAlgorithm | None:
        """Find an algorithm of the index; None if the text does not have it.

        An algorithm in prose has one step, which consists of all sentences with its anchor.

        Args:
            anchor: its fragment.
            name: its name, which distinguishes algorithms with the same fragment.
            introduction: the hash of its introduction, by which an algorithm without its own
                fragment is found.
        """
        best = [each for each in self.algorithms if each.anchor == anchor]
        there = best or [each for each in self.algorithms if anchor in each.anchors]
        named = [each for each in there if each.name == name]
        if named or len(there) == 1:
            return (named or there)[0]
        introduced = [each for each in self.algorithms if each.introduction_hash == introduction]
        if len(introduced) == 1:
            return introduced[0]
        prose = [each for each in self.sentences if each.anchor == anchor]
        if there or not prose:
            return None
        text = " ".join(each.text for each in prose)
        links = tuple(dict.fromkeys(link for each in prose for link in each.links))
        whole = Passage(anchor, prose[0].section, prose[0].line, text, links)
        return UpstreamAlgorithm((anchor,), name, tuple(prose), {"1": whole})


def hash_of(text: str) -> str:
    """Return twelve hexadecimal digits of the SHA-256 of words in normalised form."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()[:12]


_PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "`": None})

_REFERENCE = re.compile(r"\[[A-Z][A-Z0-9-]+\]")


def normalise(text: str) -> str:
    """Normalise white space and quotation marks; remove marks of code and references."""
    text = _REFERENCE.sub("", text.translate(_PLAIN))
    return re.sub(r" (?=[.,;:)])", "", " ".join(text.split()))


_SENTENCE_END = re.compile(
    r"(?<!e\.g\.)(?<!i\.e\.)(?<! [!?])(?:(?<=[.!?])|(?<=[.!?]\)))\s+(?=[\"'(]*[A-Z])"
)


def sentences_of(text: str) -> list[str]:
    """Divide normalised text into sentences."""
    return _SENTENCE_END.split(text)
