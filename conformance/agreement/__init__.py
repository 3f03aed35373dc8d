"""Proves that the embedded suite gives the verdicts that the real Autobahn suite gives.

There is a bench of testees: implementations that people use (`websocket_conformance.testees`), and
a small strict client (`strict`) with variants of it that each break one rule (`broken`).
``python -m agreement record`` runs them against the real suite and keeps its verdicts as data.
``python -m agreement compare`` runs them against the embedded suite and prints each verdict that
differs. The package is of use in a checkout only, and is not in the wheel.
"""
