"""The suites that can be run, each in a module of its own."""
