"""The embedded suite: Autobahn's cases, without Docker and without Python 2.

From the ground up:

* `frames`, `masking`, `deflate`, `opening_handshake`: the protocol, able to break all its rules;
* `endpoint`: the judge's end of a connection; `link`: what that needs of asyncio, times included;
* `case` is what a case is, and `cases` are the cases, one table a section; `catalogue` chooses;
* `conversation` plays a case on an endpoint, `playing` from the opened connection to a `result`,
  and `verdicts` says what that is worth;
* `opening` is how a case opens its connection in a way of its own, `opening_playing` does that, and
  `opening_verdicts` says what comes of it; `chaos` is what happens to a stream, on a `paced` link;
* `server` and `client` play with whoever comes or is named; `config` reads what they are to do,
  and `addresses` where; `reports` and `publishing` write what came of it, `commands` is how people
  start them;
* `runner` plays all cases with a client of this machine, in processes of its own.

Nothing here is shared with what is judged.
"""
