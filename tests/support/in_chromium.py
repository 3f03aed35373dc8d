"""A page in a real browser, Chromium: what it is after its scripts have run."""

import shutil
import subprocess
from pathlib import Path

import lxml.html
import pytest

from websocket_conformance import chromium
from websocket_conformance.errors import MissingError


def chromium_or_skip() -> str:
    """Return the path of Chromium; skip the test where there is no Chromium."""
    try:
        return chromium.find()
    except MissingError as error:
        pytest.skip(str(error))


def page_in_chromium(url: str, folder: Path) -> lxml.html.HtmlElement:
    """Return a page as it is five seconds of its own clock after it was opened.

    Args:
        url: the page.
        folder: where Chromium may put its profile.

    Raises:
        MissingError: Chromium is not installed.
    """
    profile = folder / "profile"
    command = [chromium.find(), "--headless", "--no-sandbox", "--disable-gpu"]
    command += [f"--user-data-dir={profile}", "--virtual-time-budget=5000", "--dump-dom", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    shutil.rmtree(profile, ignore_errors=True)
    return lxml.html.fromstring(done.stdout)


def found_by_search(built: Path, query: str, folder: Path) -> list[tuple[str, str, str]]:
    """Return what the search of built docs finds: titles, what they are, and addresses.

    Args:
        built: the folder of the built pages.
        query: the query, as it is written in a URL.
        folder: where Chromium may put its profile.

    Raises:
        MissingError: Chromium is not installed.
    """
    url = (built / "search.html").as_uri() + f"?q={query}"
    page = page_in_chromium(url, folder)
    return [
        (_text(each, "a"), _text(each, "span"), each.find("a").get("href"))
        for each in page.xpath("//ul[@class='search']/li")
    ]


def _text(element: lxml.html.HtmlElement, tag: str) -> str:
    child = element.find(tag)
    return "" if child is None else " ".join(child.text_content().split())
