"""The reader of a standard's own text: its algorithms, step by step, and its sentences.

It takes the published HTML, or the source that Bikeshed makes it from
(:mod:`whatwg_websockets.steps.bikeshed`), and hashes the words that a reader sees. So a change of
line breaks, of markup or of where a word links to is no change. Notes, examples and the summaries
for page authors count for nothing. What is left of the difference between a source and the HTML
that is made of it: words that Bikeshed fills in itself (the text of an empty link, say).
"""

import hashlib
import re
import string
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from whatwg_websockets.steps.bikeshed import is_bikeshed, to_html
from whatwg_websockets.steps.hyperlinks import links_in, says_how


@dataclass(frozen=True)
class Passage:
    """Some words of a standard.

    Attributes:
        anchor: the fragment nearest to it: its own, that of what it defines, or its section's.
        section: the number of its section.
        line: the line of the source on which it begins, from 1.
        text: the words, normalised; to be shown and hashed, not to be kept.
        links: the addresses that the words link to, as the page has them.
    """

    anchor: str
    section: str
    line: int
    text: str
    links: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """The hash of the words, as the index has it."""
        return hash_of(self.text)


@dataclass(frozen=True)
class UpstreamAlgorithm:
    """An algorithm as its standard has it.

    Attributes:
        anchors: its fragments, the best first: of the definition that introduces it, of what is
            around that, or else of its section.
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
        """The hash of what introduces it, as the index has it."""
        return hash_of(" ".join(each.text for each in self.introduction))

    @property
    def first(self) -> Passage:
        """Its first step."""
        return next(iter(self.steps.values()))

    @property
    def hashes(self) -> dict[str, str]:
        """The hash of each step, by its number."""
        return {number: step.hash for number, step in self.steps.items()}

    def folded(self, numbers: Collection[str], hashes: Collection[str] = ()) -> "UpstreamAlgorithm":
        """Take what is below some steps into them.

        Args:
            numbers: the numbers of these steps.
            hashes: which hash a folded step of another number has if it is to be one of them.
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
        title: what it calls itself.
        algorithms: its algorithms, in order.
        sentences: its sentences outside of algorithms, in order; rows of tables, terms of lists
            and blocks of IDL too.
        performed: the names of what is an algorithm, with steps or in prose, by their anchors.
        is_source: whether this is a source of Bikeshed and no page.
    """

    title: str
    algorithms: tuple[UpstreamAlgorithm, ...]
    sentences: tuple[Passage, ...]
    performed: dict[str, str] = field(default_factory=dict, hash=False)
    is_source: bool = False

    @property
    def has_links(self) -> bool:
        """Whether it says where its words link to: a published page does, a source does not.

        A source has a few addresses, of documents that Bikeshed does not know.
        """
        steps = (step for each in self.algorithms for step in each.steps.values())
        return not self.is_source and any(step.links for step in steps)

    def algorithm(
        self, anchor: str, name: str, introduction: str | None = None
    ) -> UpstreamAlgorithm | None:
        """Find an algorithm as the index has it; None if it is not there.

        One that is prose and no list has one step, of all the sentences with its anchor.

        Args:
            anchor: its fragment.
            name: its name, which tells apart those with the same fragment.
            introduction: the hash of what introduces it, which finds one that has no fragment of
                its own.
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
    """Hash words: twelve hexadecimal digits of the SHA-256 of them in normalised form."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()[:12]


def read_upstream(text: str) -> Upstream:
    """Read a standard: published HTML, or the source that Bikeshed makes it from."""
    is_source = is_bikeshed(text)
    if is_source:
        text = to_html(text)
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    text = "<!doctype html><body>" + _CONTROL.sub(" ", text)
    document = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    title = next((normalise(_words(each)) for each in document.iter("h1")), "")
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
"""What no document may contain, and the parser refuses."""

_PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "`": None})

_REFERENCE = re.compile(r"\[[A-Z][A-Z0-9-]+\]")


def normalise(text: str) -> str:
    """Take away what is not words: white space, marks of code, curls, references to documents."""
    text = _REFERENCE.sub("", text.translate(_PLAIN))
    return re.sub(r" (?=[.,;:)])", "", " ".join(text.split()))


_SENTENCE_END = re.compile(
    r"(?<!e\.g\.)(?<!i\.e\.)(?<! [!?])(?:(?<=[.!?])|(?<=[.!?]\)))\s+(?=[\"'(]*[A-Z])"
)


def sentences_of(text: str) -> list[str]:
    """Divide normalised text into sentences."""
    return _SENTENCE_END.split(text)


def identifier(dfn: Any) -> str:
    """Return the fragment of a definition: what it says itself, or what Bikeshed makes for it."""
    if dfn.get("id"):
        return str(dfn.get("id"))
    text = dfn.get("lt") or dfn.get("data-lt") or normalise(_words(dfn))
    text = text.split("|")[0]
    kind = next((name for name in _PREFIXES if name in dfn.attrib), "dfn")
    prefix = _PREFIXES[kind]
    if kind != "dfn":
        text = text.split("(")[0]
    owner = dfn.get("for", "").split(",")[0]
    return "-".join(_slug(part) for part in (prefix, owner, text) if _slug(part))


_PREFIXES = {
    **dict.fromkeys(
        ("attribute", "method", "constructor", "const", "enum-value", "dict-member", "argument"),
        "dom",
    ),
    "event": "eventdef",
    "abstract-op": "abstract-opdef",
    "interface": "",
    "dictionary": "dictdef",
    "enum": "enumdef",
    "dfn": "",
}


def _slug(text: str) -> str:
    text = re.sub(r"[\s/(,]+", "-", text.strip().lower())
    return re.sub(r"[^a-z0-9_-]", "", text).strip("-")


# The classes by which the sources of the standards mark what is not normative, and what their tools
# add. "XXX" is the class of an open issue.
_INFORMATIVE = frozenset(
    [
        "note",
        "example",
        "domintro",
        "non-normative",
        "issue",
        "XXX",
        "mdn-anno",
        "dfn-panel",
        "self-link",
        "toc",
        "head",
    ]
)

_NEVER = frozenset(
    ["script", "style", "nav", "aside", "details", "figure", "svg", "link", "meta", "template"]
)

_BLOCKS = frozenset(
    [
        "p",
        "li",
        "dd",
        "dt",
        "div",
        "td",
        "th",
        "tr",
        "br",
        "ul",
        "ol",
        "dl",
        "table",
        "section",
        "main",
        "article",
        "body",
    ]
)

_CONTAINERS = frozenset(
    ["html", "body", "main", "section", "article", "div", "header", "blockquote"]
)

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_CHOICE = re.compile(r"\b(?:first|appropriate)\b[^.]*\bsteps from the following list", re.I)


def _is_informative(element: Any) -> bool:
    if not isinstance(element.tag, str) or element.tag in _NEVER:
        return True
    if element.get("data-link-type") == "biblio":
        return True
    return not _INFORMATIVE.isdisjoint(element.get("class", "").split())


def _words(element: Any, without: Collection[Any] = ()) -> str:
    """Return the words in an element, without some elements and without what informs only."""
    parts = [element.text or ""]
    for child in element:
        if child not in without and not _is_informative(child):
            space = " " if child.tag in _BLOCKS else ""
            parts.append(space + _words(child, without) + space)
        parts.append(child.tail or "")
    return "".join(parts)


def _is_switch(element: Any, before: str) -> bool:
    """Tell whether a list of terms is one of cases, of which one is taken."""
    return "switch" in element.get("class", "").split() or bool(_CHOICE.search(before))


def _is_divided(element: Any, before: str) -> bool:
    """Tell whether each term of a list has a number of its own: a case, or a part with steps."""
    meanings = [meaning for _, meaning in _cases(element)] if element.tag == "dl" else []
    return _is_switch(element, before) or any(
        each.tag == "ol" for meaning in meanings for each in _lists_in(meaning)
    )


@dataclass
class _Paragraph:
    """Prose, which may turn out to introduce an algorithm.

    Attributes:
        anchors: what it defines, and its own fragment.
        name: what it defines.
        text: its words, normalised.
        line: its line.
        block: the innermost element around it that says that it holds an algorithm, or None.
        links: the addresses that it links to.
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
    """Goes through a document in order, and sorts what it finds."""

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
        """Read what is in an element, in order."""
        run = etree.Element("p")
        run.text = container.text
        for child in list(container):
            tail, child.tail = child.tail, None
            if child.tag in _BLOCK_READERS or child.tag in _CONTAINERS or _is_informative(child):
                self.paragraph(run)
                self.block(child)
                run = etree.Element("p")
                run.text = tail
            else:
                child.tail = tail
                run.append(child)
        self.paragraph(run)

    def block(self, element: Any) -> None:
        """Read one element that is no part of a paragraph."""
        if _is_informative(element):
            return
        if element.tag not in _CONTAINERS:
            if self.left_out is None or element.tag in _HEADINGS:
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
        self.section_anchor = element.get("id") or _slug(_words(element))
        if self.left_out is None:
            depth = level - 1
            numbers = [*self.numbers, *[0] * depth][:depth]
            self.numbers = [*numbers[:-1], numbers[-1] + 1]

    def rule(self, _: Any) -> None:
        """End a train of thought."""
        self.end_of_prose()

    def paragraph(self, element: Any) -> None:
        """Read prose; it may be a row of a table, or a term with what it means, as well."""
        text = normalise(_words(element))
        if self.left_out is not None or not text:
            return
        dfns = list(element.iter("dfn"))
        anchors = [identifier(dfn) for dfn in dfns]
        if element.get("id"):
            anchors.append(element.get("id"))
        name = normalise(_words(dfns[0])) if dfns else ""
        if dfns and says_how(dfns[0], text):
            self.performed[anchors[0]] = name
        self.prose.append(
            _Paragraph(
                anchors=anchors,
                name=name,
                text=text,
                line=_line(element),
                block=self.blocks[-1] if self.blocks else None,
                links=list(links_in(element, (), _is_informative)),
            )
        )

    def bullets(self, element: Any) -> None:
        """Add what a list names to the sentence that announces it."""
        if self.prose:
            self.prose[-1].bullets += " " + _words(element)
            self.prose[-1].links += links_in(element, (), _is_informative)
        else:
            self.paragraph(element)

    def idl(self, element: Any) -> None:
        """Read a block of IDL as one sentence; other code shows something only."""
        if "idl" in element.get("class", "").split():
            self.end_of_prose()
            text = re.sub(r"//[^\n]*", "", "".join(element.itertext()))
            self.sentences.append(self.passage(self.section_anchor, _line(element), text))

    def terms(self, element: Any) -> None:
        """Read a list of terms: the cases of an algorithm, or one piece of prose a term."""
        before = self.prose[-1].text if self.prose else ""
        if _is_switch(element, before):
            self.algorithm(element)
            return
        for terms, meaning in list(_cases(element)):
            both = etree.Element("p")
            both.extend([*terms, meaning])
            self.paragraph(both)

    def table(self, element: Any) -> None:
        """Read the rows of a table, without its head."""
        for row in element.iter("tr"):
            if row.find("td") is not None:
                self.paragraph(row)

    def algorithm(self, element: Any) -> None:
        """Read a list of steps, or of cases, and find out what introduces it."""
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
        """Number the items of a list, and what is in them."""
        for item in element:
            if item.tag == "li":
                count += 1
                yield from self.step(item, f"{prefix}{count}", item)

    def step(self, item: Any, number: str, *parts: Any) -> Iterator[tuple[str, Passage]]:
        """Give a step, and then what is below it."""
        own = self.bullets_of_their_own(item)
        below = list(_lists_in(item, own))
        text = normalise(" ".join(_words(part, [*below, *own]) for part in parts))
        may_branch = number[-1].isdigit()
        inner = [
            each for each in below if each.tag == "ol" or (may_branch and _is_divided(each, text))
        ]
        without = [*inner, *own]
        text = normalise(" ".join(_words(part, without) for part in parts))
        links = [link for part in parts for link in links_in(part, without, _is_informative)]
        yield number, self.passage(self.section_anchor, _line(parts[0]), text, links)
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
        """Read what the bullets of a step say that are no part of it.

        One that begins with a definition and has steps is an algorithm; one that begins with a name
        in bold and has no steps is a constraint, and each of its sentences asks for something.
        """
        bullets = []
        for bullet in _bullets_in(item):
            first = _first_words(bullet)
            lists = list(_lists_in(bullet))
            if first == "dfn" and lists:
                self.within.append(self.defined(bullet, lists))
            elif first == "strong" and not lists:
                links = list(links_in(bullet, (), _is_informative))
                for text in sentences_of(normalise(_words(bullet))):
                    passage = self.passage(self.section_anchor, _line(bullet), text, links)
                    self.constraints.append(passage)
            else:
                continue
            bullets.append(bullet)
        return bullets

    def defined(self, bullet: Any, lists: list[Any]) -> UpstreamAlgorithm:
        """Read the algorithm that a bullet defines."""
        (dfn, *_) = bullet.iter("dfn")
        anchor = identifier(dfn)
        texts = sentences_of(normalise(_words(bullet, lists)))
        return UpstreamAlgorithm(
            anchors=(anchor,),
            name=normalise(_words(dfn)),
            introduction=tuple(self.passage(anchor, _line(bullet), text) for text in texts),
            steps={number: step for each in lists for number, step in self.steps(each, "")},
        )

    def cases(self, element: Any, number: str) -> Iterator[tuple[str, Passage]]:
        """Give the cases of a list their letters."""
        cases = zip(string.ascii_lowercase, _cases(element), strict=False)
        for letter, (terms, meaning) in cases:
            yield from self.step(meaning, number + letter, *terms, meaning)

    def lettered(self, element: Any, number: str) -> Iterator[tuple[str, Passage]]:
        """Give the items of a list the letters that its standard numbers them with."""
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


def _line(element: Any) -> int:
    """Return the line of an element, or of the first one in it that has one."""
    return next((each.sourceline for each in element.iter() if each.sourceline), 0)


def _cases(element: Any) -> Iterator[tuple[list[Any], Any]]:
    """Divide a list of terms into what belongs together: terms, and what they mean."""
    terms: list[Any] = []
    for child in element:
        if child.tag == "dt":
            terms.append(child)
        elif child.tag == "dd":
            yield terms, child
            terms = []


def _lists_in(element: Any, without: Collection[Any] = ()) -> Iterator[Any]:
    """Find the lists of steps and of terms in an element, the outermost only.

    Args:
        element: the element.
        without: elements in it that do not count.
    """
    for child in element:
        if child in without or _is_informative(child):
            continue
        if child.tag in ("ol", "dl"):
            yield child
        else:
            yield from _lists_in(child, without)


def _bullets_in(step: Any) -> Iterator[Any]:
    """Find the bullets of a step, not those of a step below it."""
    for child in step:
        if child.tag == "ul" and not _is_informative(child):
            yield from (bullet for bullet in child if bullet.tag == "li")
        elif child.tag not in ("ol", "dl") and not _is_informative(child):
            yield from _bullets_in(child)


def _first_words(bullet: Any) -> str | None:
    """Tell what element a bullet's first words are in; None where they are in none."""
    element = bullet
    while not (element.text or "").strip() and len(element):
        element = element[0]
        if element.tag in ("dfn", "strong"):
            return str(element.tag)
    return None


_BLOCK_READERS: dict[str, Callable[[_Reader, Any], None]] = {
    **dict.fromkeys(_HEADINGS, _Reader.heading),
    "p": _Reader.paragraph,
    "hr": _Reader.rule,
    "ul": _Reader.bullets,
    "pre": _Reader.idl,
    "dl": _Reader.terms,
    "table": _Reader.table,
    "ol": _Reader.algorithm,
}
