"""Ours beside websockets, aiohttp and picows: ``python -m benchmarks`` (or ``make bench``).

How it is kept fair:

- Every measurement of every client is a fresh process; the echo server is another process, the
  same one for all. Where the system can do it, client and server have a core each.
- Rounds are interleaved, and each round begins with another client, so that a machine that speeds
  up or slows down does it to all. Ratios are taken within a round; the table has their median.
- The clock starts after a warm-up. Nothing is timed inside a message.
- Every message's length is checked, and the content of all that are in flight at the end.
- Compression is off for all; the server declines it where a client cannot leave out the offer.
- glibc hands large blocks back to the system after each use until a process has once freed a
  larger one, and at 1 MiB this costs more than all the rest. All clients are spared this, or none
  (``--no-malloc-warmup``).
- A measurement during which other programs held the processor is repeated, if that helps; what
  stays disturbed is counted under the tables.
"""
