"""How Sphinx builds the reading room."""

from importlib.metadata import version as version_of

project = "whatwg-websockets"
author = "The whatwg-websockets founders"
copyright = "2026, The whatwg-websockets founders"  # noqa: A001
version = release = version_of("whatwg-websockets")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
myst_enable_extensions = ["deflist", "fieldlist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "whatwg-websockets"
html_static_path = ["_static"]

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
nitpicky = True
nitpick_ignore_regex = [
    # Types of the standard library and of libraries, and names that are not documented here.
    (r"py:.*", r"(?!whatwg_websockets\.)[\w\.\[\]' ~|]+"),
    (r"py:.*", r"whatwg_websockets\.(?!websocket\.WebSocket$).*"),
]
