"""Runs the real Autobahn fuzzing server against a WebSocket client.

The way of a run: `command` reads the options, `find` looks for the suite, `install` puts it into
a cached environment if there is only a Python 2.7, `run` starts several `server` and `client`
processes and deals the cases out to them, `merge` puts the servers' reports together, and
`junit`, `page` and `summary` write them down for machines and people.
"""

SUITE_VERSION = "25.10.1"
"""The version of autobahntestsuite that every verdict refers to."""
