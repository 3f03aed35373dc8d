"""This implementation for the scenarios at the API: its interfaces, and its name and version."""

import logging
from importlib.metadata import version

import whatwg_websockets
from websocket_conformance.api.page import Interfaces

LABEL = f"whatwg-websockets {version('whatwg-websockets')}"
INTERFACES: Interfaces = whatwg_websockets

# A failure that a scenario expects is not reported on the terminal, so the log is discarded.
logging.getLogger("whatwg_websockets").addHandler(logging.NullHandler())
