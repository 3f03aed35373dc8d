"""The judge: runs public conformance suites against a WebSocket client, and reports.

It shares no code with what it judges. Only the module of `adapters` that drives this
implementation imports it.
"""
