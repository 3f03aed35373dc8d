"""Servers that echo: programs that let an implementation be judged as a server.

``implementations.toml`` says how each is started. A server in Python takes the port, listens on it
at 127.0.0.1, sends each message back as it came, on any path, and goes on until it is ended. It
takes messages of any length, and compresses where the implementation can.
"""

import sys

HOST = "127.0.0.1"
LONGEST = 1 << 28
"""The length of the longest message, in octets, where an implementation wants to have one."""


def port() -> int:
    """The port on the command line."""
    return int(sys.argv[1])
