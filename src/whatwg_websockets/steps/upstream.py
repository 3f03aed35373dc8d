"""The reader of a standard's own text: its algorithms, step by step, and its sentences.

The reader takes the published HTML, or the source from which Bikeshed makes it
(:mod:`whatwg_websockets.steps.bikeshed`), and hashes the words that a reader sees. So a change of
line breaks, of markup or of a link's target does not count. Notes, examples and the summaries for
page authors are ignored. A source differs from the HTML that is made from it only in the words that
Bikeshed fills in (the text of an empty link, for instance).
"""

import re
import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from whatwg_websockets.steps.bikeshed import is_bikeshed, to_html
from whatwg_websockets.steps.elements import (
    CONTAINERS,
    HEADINGS,
    beginning_of,
    bullets_in,
    cases_of,
    identifier,
    is_divided,
    is_informative,
    is_switch,
    line_of,
    lines_of,
    lists_in,
    slug,
    words_of,
)
from whatwg_websockets.steps.hyperlinks import links_in, says_how
from whatwg_websockets.steps.passages import (
    Passage,
    Upstream,
    UpstreamAlgorithm,
    normalise,
    sentences_of,
)


def read_upstream(text: str) -> Upstream:
    """Read a standard: published HTML, or the source that Bikeshed makes it from."""
    is_source = is_bikeshed(text)
    if is_source:
        text = to_html(text)
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    text = "<!doctype html><body>" + _CONTROL.sub(" ", text)
    document = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    title = next((normalise(words_of(each)) for each in document.iter("h1")), "")
    reader = _Reader()
    reader.walk(document)
    reader.end_of_prose()
    performed = {each.anchor: each.name for each in reader.algorithms}
    return Upstream(
        title,
        tuple(reader.algorithms),
        tuple(reader.sentences),
        {**reader.performed, **performed},
        is_source,
    )


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
"""The characters that a document must not contain, and that the parser refuses."""


@dataclass
class _Paragraph:
    """A paragraph of prose, which may introduce an algorithm.

    Attributes:
        anchors: the fragments of its definitions, and its own fragment.
        name: the name that it defines.
        text: its words, normalised.
        line: its line.
        block: the innermost element around it that is marked as an algorithm, or None.
        links: the addresses that the paragraph links to.
        bullets: the words of the lists that its last sentence announces.
    """

    anchors: list[str]
    name: str
    text: str
    line: int
    block: Any
    links: list[str]
    bullets: str = ""


class _Reader:
    """Reads a document in order, and collects its algorithms and sentences."""

    def __init__(self) -> None:
        self.algorithms: list[UpstreamAlgorithm] = []
        self.sentences: list[Passage] = []
        self.numbers: list[int] = []
        self.section_anchor = ""
        self.left_out: int | None = 1
        self.prose: list[_Paragraph] = []
        self.blocks: list[Any] = []
        self.performed: dict[str, str] = {}
        self.within: list[UpstreamAlgorithm] = []
        self.constraints: list[Passage] = []

    def walk(self, container: Any) -> None:
        """Read the content of an element, in order."""
        run = etree.Element("p")
        run.text = container.text
        for child in list(container):
            tail, child.tail = child.tail, None
            if child.tag in _BLOCK_READERS or child.tag in CONTAINERS or is_informative(child):
                self.paragraph(run)
                self.block(child)
                run = etree.Element("p")
                run.text = tail
            else:
                child.tail = tail
                run.append(child)
        self.paragraph(run)

    def block(self, element: Any) -> None:
        """Read one element that stands outside of paragraphs."""
        if is_informative(element):
            return
        if element.tag not in CONTAINERS:
            if self.left_out is None or element.tag in HEADINGS:
                _BLOCK_READERS[element.tag](self, element)
            return
        says_so = "algorithm" in element.attrib or "data-algorithm" in element.attrib
        self.blocks += [element] if says_so else []
        self.walk(element)
        if says_so:
            self.blocks.pop()

    def heading(self, element: Any) -> None:
        """Begin a section, and number it."""
        level = int(element.tag[1])
        if self.left_out is not None and 1 < self.left_out < level:
            return
        self.end_of_prose()
        self.left_out = level if level == 1 or "no-num" in element.get("class", "") else None
        self.section_anchor = element.get("id") or slug(words_of(element))
        if self.left_out is None:
            depth = level - 1
            numbers = [*self.numbers, *[0] * depth][:depth]
            self.numbers = [*numbers[:-1], numbers[-1] + 1]

    def rule(self, _: Any) -> None:
        """End the prose that a following list could belong to."""
        self.end_of_prose()

    def paragraph(self, element: Any) -> None:
        """Read prose, which may also be a row of a table, or a term with its definition."""
        text = normalise(words_of(element))
        if self.left_out is not None or not text:
            return
        dfns = list(element.iter("dfn"))
        anchors = [identifier(dfn) for dfn in dfns]
        if element.get("id"):
            anchors.append(element.get("id"))
        name = normalise(words_of(dfns[0])) if dfns else ""
        if dfns and says_how(dfns[0], text):
            self.performed[anchors[0]] = name
        self.prose.append(
            _Paragraph(
                anchors=anchors,
                name=name,
                text=text,
                line=line_of(element),
                block=self.blocks[-1] if self.blocks else None,
                links=list(links_in(element, (), is_informative)),
            )
        )

    def bullets(self, element: Any) -> None:
        """Add the items of a list to the sentence that announces the list."""
        if self.prose:
            self.prose[-1].bullets += " " + words_of(element)
            self.prose[-1].links += links_in(element, (), is_informative)
        else:
            self.paragraph(element)

    def idl(self, element: Any) -> None:
        """Read a block of IDL as one sentence; other code is only an example."""
        if "idl" in element.get("class", "").split():
            self.end_of_prose()
            text = re.sub(r"//[^\n]*", "", "".join(element.itertext()))
            self.sentences.append(self.passage(self.section_anchor, line_of(element), text))

    def terms(self, element: Any) -> None:
        """Read a list of terms: the cases of an algorithm, or a piece of prose for each term."""
        before = self.prose[-1].text if self.prose else ""
        if is_switch(element, before):
            self.algorithm(element)
            return
        for terms, meaning in list(cases_of(element)):
            both = etree.Element("p")
            both.extend([*terms, meaning])
            self.paragraph(both)

    def table(self, element: Any) -> None:
        """Read the rows of a table, without its head."""
        for row in element.iter("tr"):
            if row.find("td") is not None:
                self.paragraph(row)

    def algorithm(self, element: Any) -> None:
        """Read a list of steps or cases, and find the prose that introduces it."""
        block = self.blocks[-1] if self.blocks else None
        around = [each for each in self.prose[:-1] if block is not None and each.block is block]
        introducing = [*self.prose[-1:], *around[::-1]]
        anchors = [anchor for each in introducing for anchor in each.anchors]
        anchors += [each.get("id") for each in self.blocks[::-1] if each.get("id")]
        names = [each.name for each in introducing if each.name]
        if block is not None:
            names.insert(0, block.get("algorithm") or block.get("data-algorithm") or "")
        introduction = self.end_of_prose()
        numbered = self.steps(element, "") if element.tag == "ol" else self.cases(element, "1")
        steps = dict(numbered)
        if not steps:
            return
        anchors = list(dict.fromkeys(anchors)) or [self.section_anchor]
        self.algorithms.append(
            UpstreamAlgorithm(
                anchors=tuple(anchors),
                name=next(filter(None, names), ""),
                introduction=introduction,
                steps=steps,
            )
        )
        self.algorithms += self.within
        self.sentences += [replace(each, anchor=anchors[0]) for each in self.constraints]
        self.within, self.constraints = [], []

    def steps(self, element: Any, prefix: str, count: int = 0) -> Iterator[tuple[str, Passage]]:
        """Number the items of a list and their substeps."""
        for item in element:
            if item.tag == "li":
                count += 1
                yield from self.step(item, f"{prefix}{count}", item)

    def step(self, item: Any, number: str, *parts: Any) -> Iterator[tuple[str, Passage]]:
        """Yield a step, and then its substeps."""
        own = self.bullets_of_their_own(item)
        below = list(lists_in(item, own))
        text = normalise(" ".join(words_of(part, [*below, *own]) for part in parts))
        may_branch = number[-1].isdigit()
        inner = [
            each for each in below if each.tag == "ol" or (may_branch and is_divided(each, text))
        ]
        without = [*inner, *own]
        text = normalise(" ".join(words_of(part, without) for part in parts))
        links = [link for part in parts for link in links_in(part, without, is_informative)]
        passage = self.passage(self.section_anchor, line_of(parts[0]), text, links)
        yield number, replace(passage, laid_out=lines_of(parts[:-1], parts[-1], without))
        count = 0
        for each in inner:
            if each.tag == "dl":
                yield from self.cases(each, number)
            elif each.get("type") == "a" and may_branch:
                yield from self.lettered(each, number)
            else:
                yield from self.steps(each, f"{number}.", count)
                count += sum(1 for item in each if item.tag == "li")

    def bullets_of_their_own(self, item: Any) -> list[Any]:
        """Read those bullets of a step that are not part of the step.

        A bullet that begins with a definition and has steps is an algorithm. A bullet that begins
        with a name in bold and has no steps is a constraint, and each of its sentences is a
        requirement.
        """
        bullets = []
        for bullet in bullets_in(item):
            first = beginning_of(bullet)
            lists = list(lists_in(bullet))
            if first == "dfn" and lists:
                self.within.append(self.defined(bullet, lists))
            elif first == "strong" and not lists:
                links = list(links_in(bullet, (), is_informative))
                for text in sentences_of(normalise(words_of(bullet))):
                    passage = self.passage(self.section_anchor, line_of(bullet), text, links)
                    self.constraints.append(passage)
            else:
                continue
            bullets.append(bullet)
        return bullets

    def defined(self, bullet: Any, lists: list[Any]) -> UpstreamAlgorithm:
        """Read the algorithm that a bullet defines."""
        (dfn, *_) = bullet.iter("dfn")
        anchor = identifier(dfn)
        texts = sentences_of(normalise(words_of(bullet, lists)))
        return UpstreamAlgorithm(
            anchors=(anchor,),
            name=normalise(words_of(dfn)),
            introduction=tuple(self.passage(anchor, line_of(bullet), text) for text in texts),
            steps={number: step for each in lists for number, step in self.steps(each, "")},
        )

    def cases(self, element: Any, number: str) -> Iterator[tuple[str, Passage]]:
        """Yield the cases of a list, numbered with letters."""
        cases = zip(string.ascii_lowercase, cases_of(element), strict=False)
        for letter, (terms, meaning) in cases:
            yield from self.step(meaning, number + letter, *terms, meaning)

    def lettered(self, element: Any, number: str) -> Iterator[tuple[str, Passage]]:
        """Yield the items of a list, numbered with letters as in the standard."""
        items = (item for item in element if item.tag == "li")
        for letter, item in zip(string.ascii_lowercase, items, strict=False):
            yield from self.step(item, number + letter, item)

    def passage(self, anchor: str, line: int, text: str, links: Iterable[str] = ()) -> Passage:
        """Make a passage of this section."""
        section = ".".join(map(str, self.numbers))
        return Passage(anchor, section, line, normalise(text), tuple(dict.fromkeys(links)))

    def end_of_prose(self) -> tuple[Passage, ...]:
        """Divide the prose so far into sentences; return those of the last paragraph."""
        passages: list[Passage] = []
        for each in self.prose:
            anchor = each.anchors[0] if each.anchors else self.section_anchor
            *first, last = sentences_of(each.text)
            texts = [*first, last + each.bullets]
            passages = [self.passage(anchor, each.line, text, each.links) for text in texts]
            self.sentences += passages
        self.prose = []
        return tuple(passages)


_BLOCK_READERS: dict[str, Callable[[_Reader, Any], None]] = {
    **dict.fromkeys(HEADINGS, _Reader.heading),
    "p": _Reader.paragraph,
    "hr": _Reader.rule,
    "ul": _Reader.bullets,
    "pre": _Reader.idl,
    "dl": _Reader.terms,
    "table": _Reader.table,
    "ol": _Reader.algorithm,
}
