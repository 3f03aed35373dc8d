"""Servers that echo: programs that let an implementation be judged as a server.

``implementations.toml`` says how each is started. A server in Python takes the port, listens on it
at 127.0.0.1, sends each message back unchanged, on any path, and runs until it is ended. It accepts
messages of any length, and compresses if the implementation can.
"""

import sys

HOST = "127.0.0.1"
LONGEST = 1 << 28
"""The length of the longest message, in octets, for implementations that require a limit."""


def port() -> int:
    """Return the port that the command line names."""
    return int(sys.argv[1])
