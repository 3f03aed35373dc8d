"""The judge: runs public conformance suites against a WebSocket client, and reports.

It shares no code with what it judges. Only `testees.ours` and `api.ours`, which drive this
implementation, import it.
"""
