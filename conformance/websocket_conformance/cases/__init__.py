"""The cases, one module a section, each a table that a person can read beside the RFC.

The numbers up to 13 are those of Autobahn's testsuite, and so is what the cases send and expect.
Sections 8 and 11 do not exist. From 20 on the sections are this suite's own: the opening handshake
of clients (20 to 25) and of servers (26 to 29), and streams that come in pieces or break (30 to
34).

`case` is what a case is, of `steps`, an `opening`, and `chaos` that happens to the stream; `play`
has the ways in which it can be played, and `expected` what a peer has to do. `handshakes` makes
cases of tables about the opening handshake, `payloads` are what is sent, `profile` is how long all
of it takes, and `catalogue` has all cases under their numbers.
"""
