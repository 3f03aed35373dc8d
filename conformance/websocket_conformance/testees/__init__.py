"""Drivers: programs that let an implementation play cases against a fuzzing server.

``implementations.toml`` says how each is started. A driver takes the server's URL, the name under
which the results are to be filed, the numbers of the cases (such as ``1-16,20``; nothing for all
of them) and how many of them to play at a time. It ends with 0 when all have been played.
"""
