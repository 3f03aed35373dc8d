"""The embedded suite, played: Autobahn's cases, without Docker and without Python 2.

* `conversation` plays a case on an endpoint, `playing` from the opened connection to the data about
  it (`played`), of which `verdicts` makes the verdict.
* `opening_playing` plays a case about the opening handshake, and `opening_verdicts` makes its
  verdict.
* `link` connects an endpoint with asyncio, including its deadlines, and `patience` extends these on
  a busy machine. `paced` is a link that cuts the stream for `cases.chaos`, and `compressed` keeps
  the streams that many cases share.
* `meeting` is a connection that begins with the peer's part of the opening handshake. `server`
  plays with every client, `answers` handles its other requests, and `commands` those frames that a
  client orders; `shared` is the state that its connections share. `client` plays with the servers
  of the configuration, each case on a connection `to_server`.
* `config` reads the configuration, `values` checks its values, and `addresses` its URLs.

Nothing here is shared with what is judged.
"""
