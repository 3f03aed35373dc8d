"""Helpers that the tests share: a server that the test controls, and a recorder."""
