"""This implementation, as the scenarios at the API need it: the interfaces, and what they are."""

import logging
from importlib.metadata import version

import whatwg_websockets
from websocket_conformance.api.page import Interfaces

LABEL = f"whatwg-websockets {version('whatwg-websockets')}"
INTERFACES: Interfaces = whatwg_websockets

# A failure that a scenario expects is not reported on the terminal, so the log is discarded.
logging.getLogger("whatwg_websockets").addHandler(logging.NullHandler())
