"""Drives this implementation."""

from websocket_conformance import adapters
from websocket_conformance.testees.driver import main

if __name__ == "__main__":
    main(adapters.load(adapters.DEFAULT).echo)
