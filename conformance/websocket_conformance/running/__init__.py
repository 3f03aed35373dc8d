"""Runs a suite against an implementation that is a command.

`order` is what a person asks for. `testee` is the command, and `process` what it becomes. A suite
deals its cases out to several lanes (`lane`), in each of which a testee plays with a fuzzing server
of its own: `embedded` and `autobahn` open those. `api` plays the scenarios at the API, which have
drivers of their own. `command` brings it together, and writes the report.
"""
