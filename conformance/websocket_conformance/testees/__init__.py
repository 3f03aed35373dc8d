"""Drivers: programs with which an implementation plays cases with a fuzzing server.

``implementations.toml`` says how each is started. A driver takes the server's URL, the name under
which the results are to be filed, the numbers of the cases (such as ``1-16,20``; an empty text for
all of them) and how many cases to play at a time. It exits with status 0 when all have been played.
"""
