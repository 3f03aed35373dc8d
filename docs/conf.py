"""How Sphinx builds the reading room."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "whatwg-websockets"
author = "The whatwg-websockets founders"
copyright = "2026, The whatwg-websockets founders"  # noqa: A001
version = release = version_of("whatwg-websockets")

extensions = [
    "myst_parser",
    "reading_room",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "whatwg-websockets"
html_static_path = ["_static"]
html_css_files = ["reading-room.css", "chapters.css"]

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
nitpicky = True
# Python's own, which a build without a network cannot look up. All else has to be there.
nitpick_ignore = [
    ("py:class", "collections.abc.AsyncIterator"),
    ("py:class", "collections.abc.Callable"),
    ("py:class", "collections.abc.Iterable"),
    ("py:class", "ssl.SSLContext"),
    # Type variables.
    ("py:class", "whatwg_websockets.dom.event_listener.Taken"),
    ("py:obj", "whatwg_websockets.dom.event_listener.Taken"),
    ("py:class", "whatwg_websockets.html.event_handlers.Handled"),
]
