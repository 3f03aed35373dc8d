"""What the commands that read a standard's own text have in common."""

import http.client
import socket
import urllib.error
import urllib.request
from pathlib import Path

import typer

from whatwg_websockets.cli import EXIT_INTERRUPTED, EXIT_USAGE
from whatwg_websockets.steps.index import Standard
from whatwg_websockets.steps.links import RFC
from whatwg_websockets.steps.matching import OtherStandard, check_no_draft
from whatwg_websockets.steps.own_text import OwnText
from whatwg_websockets.steps.passages import Upstream
from whatwg_websockets.steps.upstream import read_upstream
from whatwg_websockets.steps.view import Library

EXIT_DRIFT = 1

LIMIT = 64 * 1024 * 1024
"""How many bytes of a page are read at most; the largest standard has about 15 MB."""

TIMEOUT = 60.0
"""How long a server may send nothing, in seconds."""


def choose(standards: list[Standard], id_: str) -> Standard:
    """Find a standard of the index by its id, in upper or lower case, or exit with 2."""
    for standard in standards:
        if standard.id.casefold() == id_.casefold():
            return standard
    ids = ", ".join(standard.id for standard in standards)
    raise usage(f"the index has no standard {id_!r}; it has {ids}")


def read_text_of(source: str) -> Upstream:
    """Read a standard's own text from a file or a URL; exit with 2 where it cannot be read.

    Args:
        source: the path of a ``.bs`` or HTML file, or an http or https URL.
    """
    is_url = source.startswith(("http://", "https://"))
    try:
        data = _fetch(source) if is_url else Path(source).read_bytes()
    except KeyboardInterrupt:
        typer.echo(f"interrupted while {source} was read; nothing was written", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        advice = (
            "check the address and the network, or save the page and write the name of its file"
            if is_url
            else "write the path of a .bs or HTML file, or an http or https URL"
        )
        raise usage(f"{source} cannot be read: {_reason(error)}; {advice}") from None
    upstream = read_upstream(data.decode("utf-8", "replace"))
    if not upstream.algorithms:
        raise usage(
            f"{source} is not a standard's text: it has no algorithm; give the source that Bikeshed"
            " reads (.bs), or the published page"
        )
    return upstream


def read_own_text(source: str, standard: Standard, library: Library) -> OwnText:
    """Read the text of a standard; exit with 2 where it is another's, or that of a draft of it.

    Args:
        source: the path of a ``.bs`` or HTML file, or an http or https URL.
        standard: the standard.
        library: the index and its comments.
    """
    if standard.id.startswith(RFC):
        raise usage(
            f"the text of {standard.id.upper()} cannot be shown beside its steps, since RFCs are"
            f" not read; it is at {standard.url}"
        )
    upstream = read_text_of(source)
    try:
        own = OwnText(source, standard, upstream, library.standards, library.comments_of)
        check_no_draft(upstream, standard, library.standards)
    except OtherStandard as error:
        raise usage(f"{source} {error}") from None
    return own


def _reason(error: Exception) -> str:
    """Return in a few words why something could not be read."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, socket.gaierror):
        return "the host has no address"
    return str(getattr(cause, "strerror", None) or cause)


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:  # noqa: S310
        data: bytes = response.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise ValueError(f"it has more than {LIMIT} bytes")
    return data


def usage(problem: str) -> typer.Exit:
    """Print in one line on the standard error what is wrong; return the exit to raise."""
    typer.echo(problem, err=True)
    return typer.Exit(EXIT_USAGE)
