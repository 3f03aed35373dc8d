"""What the commands that hold a standard's own text against the index have in common."""

import http.client
import urllib.error
import urllib.request
from pathlib import Path

import typer

from whatwg_websockets.steps.index import Standard
from whatwg_websockets.steps.passages import Upstream
from whatwg_websockets.steps.upstream import read_upstream

EXIT_DRIFT = 1

EXIT_USAGE = 2

LIMIT = 64 * 1024 * 1024
"""Bytes of a page that are read at most; the largest standard has some 15 MB."""

TIMEOUT = 60.0
"""Seconds that a server may keep silent."""


def choose(standards: list[Standard], id_: str) -> Standard:
    """Find a standard of the index by its id, or exit with 2."""
    for standard in standards:
        if standard.id == id_:
            return standard
    ids = ", ".join(standard.id for standard in standards)
    raise usage(f"the index has no standard {id_!r}; it has {ids}")


def read_text_of(source: str) -> Upstream:
    """Read a standard's own text from a file or a URL, or exit with 2.

    Args:
        source: the path of a ``.bs`` or HTML file, or an http or https URL.
    """
    try:
        data = _fetch(source) if source.startswith(("http://", "https://")) else _read(source)
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
        raise usage(f"{source} cannot be read: {reason}") from None
    upstream = read_upstream(data.decode("utf-8", "replace"))
    if not upstream.algorithms:
        raise usage(f"{source} is no standard: there is no algorithm in it")
    return upstream


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:  # noqa: S310
        data: bytes = response.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise ValueError(f"it has more than {LIMIT} bytes")
    return data


def usage(problem: str) -> typer.Exit:
    """Say in one line on the standard error what is wrong; the exit to raise."""
    typer.echo(problem, err=True)
    return typer.Exit(EXIT_USAGE)
