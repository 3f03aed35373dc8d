"""Happy Eyeballs, RFC 8305: from the name of a host to the first of its addresses that answers.

Each section has a module: section 3 :mod:`~.resolution`, section 4 :mod:`~.sorting`, sections 5 and
6 :mod:`~.attempts`, section 7 :mod:`~.synthesis`. Sorting uses RFC 6724, in
:mod:`~.destination_addresses` and :mod:`~.policy_table`, and the :mod:`~.history` of connections.
"""
