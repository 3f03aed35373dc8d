"""Run a suite against an implementation that is a command.

`cli` and `fuzzing` are the commands, `strict` refuses empty options, and `order` holds the options.
`testee` is the implementation. A suite deals its cases out to several lanes (`lane`; `breadth`
decides how many), in each of which a testee plays with its own fuzzing server. Such a server is a
`sitting`, which `suites.embedded` and `suites.autobahn` open. `dealing` deals the embedded suite's
cases out to the lanes. `suites.api` plays the scenarios at the API, which have their own drivers.
`command` runs all of this and writes the report, while `progress` shows the progress, and `summary`
prints the results.
"""
