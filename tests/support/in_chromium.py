"""The search of built docs in a real browser, Chromium."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from html import escape
from pathlib import Path
from urllib.parse import quote_plus

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


SEARCHES = """<!DOCTYPE html>
<meta charset="utf-8">
<script>
const results = (page) => [...page.querySelectorAll("ul.search > li")].map((item) => {
  const [link, what] = [item.querySelector("a"), item.querySelector(":scope > span")];
  return [link.textContent, what ? what.textContent.trim() : "", link.getAttribute("href")];
});
addEventListener("load", () => setTimeout(() => {
  const found = [...document.querySelectorAll("iframe")].map((each) =>
    [each.dataset.query, results(each.contentDocument)]);
  const said = document.createElement("samp");
  said.textContent = JSON.stringify(Object.fromEntries(found));
  document.body.append(said);
}, 4000));
</script>
"""


def found_by_search(
    built: Path, queries: Iterable[str], folder: Path
) -> dict[str, list[tuple[str, str, str]]]:
    """Return what the search of built docs finds: titles, what they are, and addresses.

    The page of the search is opened in Chromium, once for each query, and has four seconds of
    Chromium's clock, which waits for nothing but the page.

    Args:
        built: the folder of the built pages.
        queries: the queries.
        folder: where Chromium may put its profile, and the page that opens the others.

    Raises:
        MissingError: Chromium is not installed.
    """
    url = (built / "search.html").as_uri()
    frames = [
        f'<iframe data-query="{escape(query)}" src="{url}?q={quote_plus(query)}"></iframe>'
        for query in queries
    ]
    driver = folder / "searches.html"
    driver.write_text("\n".join([SEARCHES, *frames]), encoding="utf-8")
    profile = folder / "profile"
    command = [chromium.find(), "--headless", "--no-sandbox", "--disable-gpu"]
    command += [f"--user-data-dir={profile}", "--allow-file-access-from-files"]
    command += ["--virtual-time-budget=10000", "--dump-dom", driver.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    shutil.rmtree(profile, ignore_errors=True)
    [said] = lxml.html.fromstring(done.stdout).xpath("//samp")
    return {
        query: [(title, what, address) for title, what, address in results]
        for query, results in json.loads(said.text).items()
    }
