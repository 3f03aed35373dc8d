"""The elements of a standard's page: their words, their anchors, and the lists in them."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from whatwg_websockets.steps.passages import normalise


def identifier(dfn: Any) -> str:
    """Return the fragment of a definition: its own id, or the one that Bikeshed makes for it."""
    if dfn.get("id"):
        return str(dfn.get("id"))
    text = dfn.get("lt") or dfn.get("data-lt") or normalise(words_of(dfn))
    text = text.split("|")[0]
    kind = next((name for name in _PREFIXES if name in dfn.attrib), "dfn")
    prefix = _PREFIXES[kind]
    if kind != "dfn":
        text = text.split("(")[0]
    owner = dfn.get("for", "").split(",")[0]
    return "-".join(slug(part) for part in (prefix, owner, text) if slug(part))


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


def slug(text: str) -> str:
    """Write words as a fragment has them: "Get a URL" is "get-a-url"."""
    text = re.sub(r"[\s/(,]+", "-", text.strip().lower())
    return re.sub(r"[^a-z0-9_-]", "", text).strip("-")


# The classes with which the sources of the standards mark text that is not normative, and the
# classes of text that their tools add. "XXX" is the class of an open issue.
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

BLOCKS = frozenset(
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

CONTAINERS = frozenset(
    ["html", "body", "main", "section", "article", "div", "header", "blockquote"]
)

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_CHOICE = re.compile(r"\b(?:first|appropriate)\b[^.]*\bsteps from the following list", re.I)


def is_informative(element: Any) -> bool:
    """Return whether an element is informative, and so has no requirement."""
    if not isinstance(element.tag, str) or element.tag in _NEVER:
        return True
    if element.get("data-link-type") == "biblio":
        return True
    return not _INFORMATIVE.isdisjoint(element.get("class", "").split())


def words_of(element: Any, without: Collection[Any] = ()) -> str:
    """Return the words in an element, without some elements and without informative text."""
    return _marked_words_of(element, without).replace(BULLET, " ")


BULLET = "\x1e"
"""Stands before each bullet until the lines are laid out."""


def lines_of(terms: Collection[Any], element: Any, without: Collection[Any] = ()) -> str:
    """Lay out the words of a step for a reader: the case in front, each bullet on its own line.

    Args:
        terms: the terms of a list that name the case; empty for a step that is not a case.
        element: the step.
        without: elements in it that do not count.
    """
    marked = _marked_words_of(element, without)
    lines = [normalise(each) for each in marked.split(BULLET)]
    lines = [lines[0], *(f"\u2022 {each}" for each in lines[1:])]
    case = "; ".join(_terms_in(terms))
    first = f"{case}: {lines[0]}".rstrip() if case else lines[0]
    return "\n".join([first, *lines[1:]])


def _terms_in(terms: Collection[Any]) -> Iterator[str]:
    """Return the words of each term; the parser may leave a term within the one before it."""
    for term in terms:
        for each in term.iter("dt"):
            within = [other for other in each.iter("dt") if other is not each]
            yield normalise(words_of(each, within))


def _marked_words_of(element: Any, without: Collection[Any]) -> str:
    """Return the words in an element, with a mark before each bullet."""
    parts = [element.text or ""]
    for child in element:
        if child not in without and not is_informative(child):
            is_bullet = child.tag == "li" and element.tag == "ul"
            space = " " if child.tag in BLOCKS else ""
            before = BULLET if is_bullet else space
            parts.append(before + _marked_words_of(child, without) + space)
        parts.append(child.tail or "")
    return "".join(parts)


def is_switch(element: Any, before: str) -> bool:
    """Return whether a list of terms is a list of cases, one of which applies."""
    return "switch" in element.get("class", "").split() or bool(_CHOICE.search(before))


def is_divided(element: Any, before: str) -> bool:
    """Return whether each term of a list has its own number, as a case or a part with steps."""
    meanings = [meaning for _, meaning in cases_of(element)] if element.tag == "dl" else []
    return is_switch(element, before) or any(
        each.tag == "ol" for meaning in meanings for each in lists_in(meaning)
    )


def line_of(element: Any) -> int:
    """Return the line of an element, or of the first one in it that has one."""
    return next((each.sourceline for each in element.iter() if each.sourceline), 0)


def cases_of(element: Any) -> Iterator[tuple[list[Any], Any]]:
    """Divide a list of terms into groups of terms, each with the element that defines them."""
    terms: list[Any] = []
    for child in element:
        if child.tag == "dt":
            terms.append(child)
        elif child.tag == "dd":
            yield terms, child
            terms = []


def lists_in(element: Any, without: Collection[Any] = ()) -> Iterator[Any]:
    """Find the lists of steps and of terms in an element, the outermost only.

    Args:
        element: the element.
        without: elements in it that do not count.
    """
    for child in element:
        if child in without or is_informative(child):
            continue
        if child.tag in ("ol", "dl"):
            yield child
        else:
            yield from lists_in(child, without)


def bullets_in(step: Any) -> Iterator[Any]:
    """Find the bullets of a step, without those of its substeps."""
    for child in step:
        if child.tag == "ul" and not is_informative(child):
            yield from (bullet for bullet in child if bullet.tag == "li")
        elif child.tag not in ("ol", "dl") and not is_informative(child):
            yield from bullets_in(child)


def beginning_of(bullet: Any) -> str | None:
    """Return the element that holds a bullet's first words; None if no element does."""
    element = bullet
    while not (element.text or "").strip() and len(element):
        element = element[0]
        if element.tag in ("dfn", "strong"):
            return str(element.tag)
    return None
