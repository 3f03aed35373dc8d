"""This implementation, as the scenarios at the API need it: the interfaces, and what they are."""

import logging
from importlib.metadata import version

import whatwg_websockets
from websocket_conformance.api.page import Interfaces

LABEL = f"whatwg-websockets {version('whatwg-websockets')}"
INTERFACES: Interfaces = whatwg_websockets

# A scenario that is to fail ends as it should: what the log says of it is no news to a terminal.
logging.getLogger("whatwg_websockets").addHandler(logging.NullHandler())
