"""The links of a standard's page, and which of its definitions are algorithms.

Sources of Bikeshed refer to definitions without their addresses, so only published pages have
links. The rules are described in ``spec/README.md``.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

TERMS = frozenset(
    [
        "argument",
        "biblio",
        "const",
        "dict-member",
        "dictionary",
        "element",
        "element-attr",
        "enum",
        "enum-value",
        "event",
        "exception",
        "extended-attribute",
        "grammar",
        "http-header",
        "interface",
        "interface-mixin",
        "namespace",
        "permission",
        "scheme",
        "typedef",
    ]
)
"""The kinds of definitions that no algorithm has, as Bikeshed calls them."""

_SAYS_HOW = re.compile(r"\bsteps (?:are to|are:|are|is to)\b")

_RFC = re.compile(r"\b(rfc\d+(?:bis)?)(?:\.html|\.txt)?#(?P<anchor>.+)")


def links_in(
    element: Any, without: Collection[Any], is_informative: Callable[[Any], bool]
) -> Iterator[str]:
    """Find the addresses that an element links to, in order, with repetitions.

    Args:
        element: the element.
        without: elements in the element that do not count.
        is_informative: returns whether an element is informative, and so does not count.
    """
    for child in element:
        if child in without or is_informative(child):
            continue
        if child.tag == "a" and child.get("href") and child.get("data-link-type") not in TERMS:
            yield str(child.get("href"))
        yield from links_in(child, without, is_informative)


def says_how(dfn: Any, text: str) -> bool:
    """Return whether the prose around a definition is an algorithm, which gives instructions.

    Args:
        dfn: the first definition in the prose.
        text: the prose, normalised.
    """
    if dfn.get("data-dfn-type") in TERMS:
        return False
    return text.startswith("To ") or _SAYS_HOW.search(text) is not None


def target_of(address: str, own: str, urls: dict[str, str]) -> str | None:
    """Return the target of a link in the index's form: ``fetch#concept-fetch``.

    Args:
        address: the address in the page, which may be only a fragment.
        own: the id of the page's own standard.
        urls: the addresses of all standards, by id.

    Returns:
        The id of the standard and the anchor; the address unchanged if its standard has no id; None
        if the link leads to a whole page, or to words without an anchor.
    """
    page, _, anchor = address.partition("#")
    if not anchor or ":~:" in anchor:
        return None
    if not page:
        return f"{own}#{anchor}"
    rfc = _RFC.search(address)
    if rfc:
        return f"{rfc[1]}#{anchor}"
    fitting = [id_ for id_, url in urls.items() if page.startswith(url)]
    return f"{max(fitting, key=lambda id_: len(urls[id_]))}#{anchor}" if fitting else address


class KnownTargets:
    """Decides which links lead to algorithms that the index has, or explicitly leaves out.

    Args:
        own: the id of the page's standard.
        urls: the addresses of all standards, by id.
        known: these algorithms, as the links of the index have them.
    """

    def __init__(self, own: str, urls: Mapping[str, str], known: Collection[str]) -> None:
        self._own = own
        self._urls = dict(urls)
        self._known = known

    def of(self, links: Iterable[str]) -> set[str]:
        """Return the targets of links that are known."""
        targets = {target_of(link, self._own, self._urls) for link in links}
        return {each for each in targets if each and each in self._known}


class Targets:
    """Decides which links of a page count: those to algorithms.

    Args:
        own: the id of the page's standard.
        urls: the addresses of all standards, by id.
        performed: the anchors of the algorithms of each standard whose page was read, by id. All
            links to a standard whose page was not read count, since its algorithms are not known.
        indexed: the algorithms of the index, as its links have them; links to them always count.
    """

    def __init__(
        self,
        own: str,
        urls: Mapping[str, str],
        performed: Mapping[str, Collection[str]],
        indexed: Collection[str] = (),
    ) -> None:
        self._own = own
        self._urls = dict(urls)
        self._performed = performed
        self._indexed = indexed

    def of(self, links: Iterable[str]) -> list[str]:
        """Return the targets of the links that count, in order, without repetitions."""
        targets = (target_of(link, self._own, self._urls) for link in links)
        return list(dict.fromkeys(each for each in targets if each and self._counts(each)))

    def _counts(self, target: str) -> bool:
        standard, _, anchor = target.partition("#")
        known = self._performed.get(standard)
        return target in self._indexed or known is None or anchor in known
