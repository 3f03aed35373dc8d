"""Compare the speed of this implementation with websockets, aiohttp and picows.

``python -m benchmarks`` or ``make bench`` runs it. How it is kept fair:

- Every measurement of every client is a new process; one server process serves all. If the system
  supports it, client and server each have a core.
- Rounds are interleaved, and each round begins with another client, so that changes of the
  machine's speed affect all clients. Ratios are taken within a round; the table has their median.
- The clock starts after a warm-up. Nothing is timed inside a message.
- Every message's length is checked, and the content of all messages that are in flight at the end.
- Compression is off for all clients where it is not measured; the server declines it where a client
  cannot leave out the offer.
- glibc hands blocks of 128 KiB and more back to the system after each use, until a process has
  once freed a larger one; at 1 MiB this can cost more than all the rest. The figures are measured
  as programs run, without any setting. Echoes are measured a second time, in other processes, with
  the allocator setting: every client allocates and frees 16 MiB first. (The server always does.)
- The pages of the scenes (a slow listener, a ticker, a flood) are written in each client's own
  style, and do the same.
- A measurement during which other programs held the processor is repeated, as long as there are
  not too many of these; what stays disturbed is counted under the tables. Processor time suffers
  less from this than rates and delays.
"""
