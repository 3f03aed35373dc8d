"""The cases: one module for each section, with tables that can be read beside the RFC.

The numbers up to 13 are those of Autobahn's testsuite, and so are what the cases send and expect.
Sections 8 and 11 do not exist. The sections from 20 on are this suite's own: the opening handshake
of clients (20 to 25) and of servers (26 to 29), and streams that come in pieces or break (30 to
34).

`case` defines a case, which consists of `steps`, an `opening`, and the `chaos` that happens to the
stream. `play` defines the ways in which a case can be played, and `expected` what a peer has to do.
`handshakes` makes cases from tables about the opening handshake. `payloads` makes the data that is
sent. `profile` says how long a run takes, and `catalogue` lists all cases by their numbers.
"""
