"""The real Autobahn suite, as a source of fuzzing servers.

`catalogue` knows its cases. `find` looks for the suite on this machine, `install` makes it ready,
and `suites` has the two forms in which it comes. `server` is one fuzzing server, which is asked for
verdicts and reports by `control`. `report.from_autobahn` reads the reports, and
`running.suites.autobahn` plays the cases.
"""

SUITE_VERSION = "25.10.1"
"""The version of autobahntestsuite that every verdict refers to."""
