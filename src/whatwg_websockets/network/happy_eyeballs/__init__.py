"""Happy Eyeballs, RFC 8305: from the name of a host to the first of its addresses that answers.

A module a section: :mod:`~.resolution` (3), :mod:`~.sorting` (4) with RFC 6724's
:mod:`~.destination_addresses`, :mod:`~.policy_table` and what a :mod:`~.history` knows,
:mod:`~.attempts` (5 and 6), :mod:`~.synthesis` (7).
"""
