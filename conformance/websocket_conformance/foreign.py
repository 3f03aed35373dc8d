"""Text that comes from elsewhere, made fit for where it goes: a terminal, a page, a file.

A peer chooses its name, the reason of its Close and its subprotocols, and a saved run may have
been written by anybody.
"""

from urllib.parse import quote, urlsplit

_WEB = ("http", "https")
_IN_A_LINK = "%/:?#[]@!$&*+,;=-._~"
"""What stays as it is in a link; brackets, quotes and spaces would end one in Markdown."""


def visible(text: str, keep: str = "") -> str:
    r"""Text in which each character that does not show itself is written as an escape.

    An escape sequence could otherwise move a terminal's cursor, set its title, or write to the
    clipboard of who looks at it, and a line end could make one line look like two.

    Args:
        text: the text.
        keep: characters that stay as they are, such as ``"\n"``.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else _escape(char) for char in text)


def quoted(text: str) -> str:
    """Text in quotes, with what does not show itself written as an escape."""
    return f'"{visible(text)}"'


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode()


def web_link(link: str) -> str:
    """A link as it can be followed from a page: one to the web, or empty if it leads elsewhere.

    A ``javascript:`` link would run in the page of whoever follows it.
    """
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    if parts.scheme not in _WEB or not parts.netloc:
        return ""
    return quote(link, safe=_IN_A_LINK)


def octets(text: str) -> bytes:
    r"""Text in UTF-8; half of a surrogate pair, which UTF-8 does not have, as in ``\ud800``.

    In JSON that is the escape for the very same half.
    """
    return text.encode(errors="backslashreplace")
