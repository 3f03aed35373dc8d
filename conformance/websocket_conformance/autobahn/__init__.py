"""The real Autobahn suite, as a source of fuzzing servers.

`catalogue` lists its cases. `find` looks for the suite on this machine, `install` makes it ready,
and `suites` has the two forms in which it comes. `server` runs one fuzzing server, and `control`
asks that server for verdicts and reports. `report.from_autobahn` reads the reports, and
`running.suites.autobahn` plays the cases.
"""

SUITE_VERSION = "25.10.1"
"""The version of autobahntestsuite that every verdict refers to."""
