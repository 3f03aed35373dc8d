"""Turns the source of a standard that Bikeshed makes (``.bs``) into HTML.

Only those parts of Bikeshed are supported that the structure and the words of algorithms need:
Markdown's lists, definition lists, headings and paragraphs become elements, and each form of a
reference becomes the words that a reader sees. Each line of the source stays one line of the
result, so that the line numbers of the two are the same.

Source: https://speced.github.io/bikeshed/
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

METADATA = re.compile(r"<pre class=[\"']?metadata")

VOID = "\x01"
"""Stands for text that was taken out, so that its lines do not count as empty lines."""

IDL = "\x02"
"""Stands around the number of a block of IDL."""

_BLOCKS = re.compile(r"<!--.*?-->|<(pre|xmp|script|style)\b([^>]*)>(.*?)</\1>", re.S | re.I)

_TITLE = re.compile(r"^(?:H1|Title):\s*(.+?)\s*$", re.M)

_IDL_COMMENT = re.compile(r"//[^\n]*")

_TAG = re.compile(r"(</?[a-zA-Z][^>]*>)")

_REFERENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.S), words)
    for pattern, words in (
        (r"\[([=$])(?:[^\[\]|]*/)?(\[\[\w+\]\])\1\]", r"\\\2"),
        (r"(?<!\\)\[\[!?[A-Z][\w.-]*(?:#[\w.-]+)?(?:\s+[\w-]+)?\]\]", ""),
        (r"\{\{[^{}|]+\|([^{}]+)\}\}", r"\1"),
        (r"\{\{(?:[^{}]*/)?([^{}/!]+)(?:!![\w-]+)?\}\}", r"\1"),
        (r"\[([=$^:@])[^\[\]|]+\|([^\]]+?)\1\]", r"\2"),
        (r"\[([=$^:@])(?:[^\[\]|]*/)?([^\[\]|/]+?)\1\]", r"\2"),
        (r"<\{(?:[^{}]*/)?([^{}/|]+)\}>", r"\1"),
        (r"\[([^\[\]]+)\]\(https?:[^()]*\)", r"\1"),
        (r"(?<![\w|\\])\|(\w[^|\n]*(?:\n[^|\n]*)?)\|(?![\w|])", r"\1"),
        (r"(?<![\w*\\])(\*{1,2})(?=\w)([^*\n]+)(?<=\w)\1(?![\w*])", r"\2"),
        (r"\\(?=[^\w\s])", ""),
    )
)

_HEADING = re.compile(r"(#{1,6})\s+(?P<title>.+?)\s*(?:#+\s*)?(?:\{#(?P<id>[^}]+)\}\s*)?")

_ITEM = re.compile(r"(?P<mark>\d+\.|[-*+]|::?)(?:\s+(?P<text>.*)|$)")

_NESTING = re.compile(
    r"<(/?)(ol|ul|dl|div|table|section|aside|details|figure|blockquote|li|dt|dd)\b", re.I
)

_BLOCK_TAG = re.compile(
    r"</?(?:address|article|aside|blockquote|body|caption|center|col|colgroup|dd|details|div|dl|dt"
    r"|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|menu|nav|ol|p|pre|section|summary"
    r"|table|tbody|td|tfoot|th|thead|tr|ul)\b",
    re.I,
)

_INLINE = frozenset(["a", "b", "cite", "code", "dfn", "em", "i", "span", "strong", "var"])

_TAGS_ONLY = re.compile(r"(?:<[^>]+>\s*)*<(?!p\b)[^>]+>", re.I)

_ITEMS = frozenset(["li", "dt", "dd"])

_NOTE = re.compile(r"(?:note|issue|advisement|example)(?:\(\w+\))?:\s", re.I)


def is_bikeshed(text: str) -> bool:
    """Return whether a text is a source of Bikeshed; if not, it is HTML."""
    return METADATA.search(text) is not None


def to_html(text: str) -> str:
    """Turn a source of Bikeshed into HTML, line by line."""
    title = _TITLE.search(text)
    idl: list[str] = []
    text = _BLOCKS.sub(lambda found: _take_out(found, idl), text)
    tokens = _TAG.split(text)
    tokens[::2] = [_words(token) for token in tokens[::2]]
    tokens[1::2] = _mended(tokens[1::2])
    lines = _Lines().read("".join(tokens))
    lines = re.sub(f"{IDL}(\\d+){IDL}", lambda found: idl[int(found[1])], lines)
    return (f"<h1>{title[1]}</h1>" if title else "") + lines.replace(VOID, "")


def _take_out(found: re.Match[str], idl: list[str]) -> str:
    """Replace comments, code and metadata by as many lines, and keep IDL for later."""
    rest = (VOID + "\n") * found[0].count("\n") + VOID
    if found[1] is None or not re.search(r"\bidl\b", found[2]):
        return rest
    words = found[3]
    if found[1].lower() != "xmp":
        words = html.unescape(_TAG.sub("", words))
    words = " ".join(_IDL_COMMENT.sub("", words).split())
    idl.append(f"<pre class=idl>{html.escape(words)}</pre>")
    return f"{IDL}{len(idl) - 1}{IDL}{rest}"


def _mended(tags: list[str]) -> Iterator[str]:
    """Let an unmatched end tag end the innermost element, or else leave the tag out.

    Sources have such mistakes, ``<span>required</a>`` for instance, which Bikeshed tolerates.
    """
    innermost: list[str] = []
    for tag in tags:
        name = re.split(r"[\s>]", tag.strip("</").lower())[0]
        if _BLOCK_TAG.match(tag):
            innermost.clear()
        elif name not in _INLINE:
            pass
        elif not tag.startswith("</"):
            innermost.append(name)
        elif name in innermost:
            del innermost[innermost.index(name) :]
        else:
            yield f"</{innermost.pop()}>" if innermost else ""
            continue
        yield tag


def _words(text: str) -> str:
    """Replace references by the words that a reader sees, and keep the number of lines."""
    for pattern, words in _REFERENCES:
        text = pattern.sub(_with_lines(pattern, words), text)
    return text


def _with_lines(pattern: re.Pattern[str], words: str) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        new = found.expand(words)
        return new + "\n" * (found[0].count("\n") - new.count("\n"))

    return replace


@dataclass
class _Open:
    """An open element, or a list that Markdown opened.

    Attributes:
        tag: the element's name.
        indent: the column of a list's items; None for an element that is written as a tag.
        is_ours: whether this module writes its tags; if not, they are in the source.
        has_items: whether the source writes its items as elements; Markdown in one of them is a
            list of its own then.
    """

    tag: str
    indent: int | None = None
    is_ours: bool = False
    has_items: bool = False

    def takes(self, tag: str) -> bool:
        """Return whether Markdown's items for a list with a tag belong to this list."""
        return self.indent is None and self.tag == tag and not self.has_items


class _Lines:
    """Reads Markdown line by line, and writes the tags that the Markdown stands for."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.begins_anew = True

    def read(self, text: str) -> str:
        """Read all lines."""
        return "\n".join([self.line(line.expandtabs(4)) for line in text.split("\n")])

    def line(self, line: str) -> str:
        """Read one line."""
        content = line.strip()
        if not content:
            self.begins_anew = True
            return ""
        if not content.replace(VOID, ""):
            return content
        indent = len(line) - len(line.lstrip())
        before, content = self.block(content, indent)
        for found in _NESTING.finditer(content):
            tag = found[2].lower()
            if tag in _ITEMS:
                self.begin_written_item()
            elif found[1]:
                before += self.close_element(tag)
            else:
                self.open.append(_Open(tag))
        return before + content

    def begin_written_item(self) -> None:
        """Record that the items of the innermost written list are elements."""
        for innermost in [each for each in self.open if each.indent is None][-1:]:
            innermost.has_items = True

    def block(self, content: str, indent: int) -> tuple[str, str]:
        """Find out what a line begins; return the tags before the line, and the line's own tags."""
        begins_anew, self.begins_anew = self.begins_anew, False
        heading = _HEADING.fullmatch(content.replace(VOID, ""))
        if heading:
            self.begins_anew = True
            return self.close_lists(-1), _heading(heading)
        item = _ITEM.match(content)
        if item:
            return self.item(item["mark"], indent), item["text"] or ""
        if _BLOCK_TAG.match(content):
            self.begins_anew = _TAGS_ONLY.fullmatch(content) is not None
            return "" if content.startswith("</") else self.close_lists(indent), content
        if not begins_anew:
            return "", content
        kind = "<p class=note>" if _NOTE.match(content) else "<p>"
        return self.close_lists(indent), kind + content

    def item(self, mark: str, indent: int) -> str:
        """Begin an item, and its list if it is the first one."""
        tag = "dl" if ":" in mark else "ul" if mark in "-*+" else "ol"
        tags = self.close_lists(indent + 1)
        top = self.open[-1] if self.open else None
        if top and top.indent is not None and top.tag != tag:
            tags += self.close_lists(indent)
            top = self.open[-1] if self.open else None
        if top is None or top.indent is None or top.indent < indent:
            is_written = top is not None and top.takes(tag)
            self.open.append(_Open(tag, indent, not is_written))
            tags += "" if is_written else f"<{tag}>"
        if tag != "dl":
            return tags + "<li><p>"
        return tags + ("<dd><p>" if mark == "::" else "<dt>")

    def close_lists(self, indent: int) -> str:
        """End the lists whose items begin in this column or to the right of it."""
        tags = ""
        while self.open and self.open[-1].indent is not None and self.open[-1].indent >= indent:
            tags += self.close_one()
        return tags

    def close_element(self, tag: str) -> str:
        """End the lists inside of an element that ends here."""
        tags = ""
        if any(each.tag == tag and each.indent is None for each in self.open):
            while self.open[-1].tag != tag or self.open[-1].indent is not None:
                tags += self.close_one()
            self.open.pop()
        return tags

    def close_one(self) -> str:
        """End the innermost list."""
        last = self.open.pop()
        return f"</{last.tag}>" if last.is_ours else ""


def _heading(found: re.Match[str]) -> str:
    level = len(found[1]) + 1
    id_ = f' id="{found["id"]}"' if found["id"] else ""
    return f"<h{level}{id_}>{found['title']}</h{level}>"
