"""Prove that the embedded suite gives the verdicts that the real Autobahn suite gives.

The testees are implementations in use (`websocket_conformance.testees`), and a small strict client
(`strict`) with variants that each break one rule (`broken`). ``python -m agreement record`` runs
them against the real suite and records its verdicts. ``python -m agreement compare`` runs them
against the embedded suite and prints each verdict that differs. The package works only in a
checkout, and is not in the wheel.
"""
