"""Make text from other programs safe for a terminal, a page or a file.

A peer chooses its name, the reason of its Close and its subprotocols, and a saved run may come from
anywhere.
"""

from urllib.parse import quote, urlsplit

_WEB = ("http", "https")
_IN_A_LINK = "%/:?#[]@!$&*+,;=-._~"
"""The characters that are kept in a link; brackets, quotes and spaces would end it in Markdown."""


def visible(text: str, keep: str = "") -> str:
    r"""Return text in which each invisible character is written as an escape.

    An escape sequence could otherwise move a terminal's cursor, set its title, or write to the
    clipboard, and a line end could make one line look like two.

    Args:
        text: the text.
        keep: characters that are kept, such as ``"\n"``.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else _escape(char) for char in text)


def quoted(text: str) -> str:
    """Return text in quotes, with each invisible character written as an escape."""
    return f'"{visible(text)}"'


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode()


def web_link(link: str) -> str:
    """Return a link that is safe on a page: a link to the web, or empty for any other.

    A ``javascript:`` link would run a script in the page.
    """
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    if parts.scheme not in _WEB or not parts.netloc:
        return ""
    return quote(link, safe=_IN_A_LINK)


def octets(text: str) -> bytes:
    r"""Return text in UTF-8; a lone surrogate, which UTF-8 does not have, becomes ``\ud800``.

    In JSON, that is the escape for the same surrogate.
    """
    return text.encode(errors="backslashreplace")
