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
    """
    profile = folder / "profile"
    command = [chromium_or_skip(), "--headless", "--no-sandbox", "--disable-gpu"]
    command += [f"--user-data-dir={profile}", "--virtual-time-budget=5000", "--dump-dom", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    shutil.rmtree(profile, ignore_errors=True)
    return lxml.html.fromstring(done.stdout)
