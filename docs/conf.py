"""How Sphinx builds the reading room."""

import sys
import tomllib
from importlib.metadata import version as version_of
from pathlib import Path
from urllib.parse import urlsplit

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "docs" / "_ext"), str(ROOT)]

project = "whatwg-websockets"
author = "The whatwg-websockets founders"
copyright = "2026, The whatwg-websockets founders"  # noqa: A001
version = release = version_of("whatwg-websockets")

extensions = [
    "kept_runs.reports",
    "myst_parser",
    "reading_room",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

exclude_patterns = ["_build", "recordings"]

html_theme = "furo"
html_title = "whatwg-websockets"
html_static_path = ["_static"]
html_css_files = ["reading-room.css", "chapters.css", "reports.css"]
html_js_files = ["positions.js"]

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
nitpicky = True
# Python's own, which a build without a network cannot look up. All else has to be there.
nitpick_ignore = [
    ("py:class", "collections.abc.AsyncIterable"),
    ("py:class", "collections.abc.AsyncIterator"),
    ("py:class", "collections.abc.Awaitable"),
    ("py:class", "collections.abc.Callable"),
    ("py:class", "collections.abc.Iterable"),
    ("py:class", "collections.abc.Mapping"),
    ("py:class", "datetime.date"),
    ("py:class", "http.cookiejar.Cookie"),
    ("py:class", "http.cookiejar.CookieJar"),
    ("py:class", "os.PathLike"),
    ("py:class", "ssl.SSLContext"),
    # Type variables.
    ("py:class", "whatwg_websockets.dom.event_listener.Taken"),
    ("py:obj", "whatwg_websockets.dom.event_listener.Taken"),
    ("py:class", "whatwg_websockets.streams.readable_stream.C"),
    ("py:class", "whatwg_websockets.html.event_handlers.Handled"),
    ("py:class", "whatwg_websockets.html.entry_settings.Returned"),
    *(
        ("py:class", f"whatwg_websockets.streams.{module}.T")
        for module in ("default_reader", "iteration", "readable_controller", "readable_stream")
    ),
    # Sphinx looks for the second also by its name alone, where a signature has it.
    *(
        ("py:class", f"{place}T_contra")
        for place in (
            "",
            "whatwg_websockets.streams.default_writer.",
            "whatwg_websockets.streams.writable_stream.",
        )
    ),
    ("py:class", "whatwg_websockets.streams.readable_stream.C"),
    ("py:class", "whatwg_websockets.streams.transform_controller.O"),
    ("py:class", "whatwg_websockets.streams.transform_stream.I"),
    ("py:class", "whatwg_websockets.streams.transform_stream.O"),
    ("py:class", "T"),
    ("py:class", "~Parameters"),
    ("py:obj", "typing.~Parameters"),
]

_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REPOSITORY = urlsplit(_PROJECT["project"]["urls"]["Repository"]).path.strip("/")
"""Owner and name of the repository; pages have ``{{ repository }}`` for it, also in code."""


def setup(app: Sphinx) -> None:
    """Have each page say where the repository is, as pyproject.toml has it."""

    def put_in(app: Sphinx, name: str, source: list[str]) -> None:
        source[0] = source[0].replace("{{ repository }}", REPOSITORY)

    app.connect("source-read", put_in)
