"""Runs a suite against an implementation that is a command.

`cli` and `fuzzing` are what a person types, and `order` is what is asked for with it. `testee` is
the implementation. A suite deals its cases out to several lanes (`lane`, and `breadth` for how
many), in each of which a testee plays with a fuzzing server of its own; that is a `sitting`, which
`suites.embedded` and `suites.autobahn` open. `dealing` says which lane the embedded suite's cases
go to. `suites.api` plays the scenarios at the API, which have drivers of their own. `command`
brings it together and writes the report, while `progress` shows how it goes and `summary` what
came of it.
"""
