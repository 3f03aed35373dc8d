"""The embedded suite, played: Autobahn's cases, without Docker and without Python 2.

* `conversation` plays a case on an endpoint, `playing` from the opened connection to what is known
  of it afterwards (`played`), and `verdicts` says what that is worth.
* `opening_playing` opens a connection in the way that a case has for itself, and
  `opening_verdicts` says what comes of it.
* `link` is what an endpoint needs of asyncio, times included, and `patience` is by how much those
  grow on a busy machine. `paced` is a link on which `cases.chaos` happens to the stream, and
  `compressed` keeps what many cases compress alike.
* `meeting` is a connection on which the peer's part of the opening handshake comes first. `server`
  plays with whoever comes, `answers` whatever else is asked, and does what `commands` a client
  gives by hand; `shared` is what its connections share. `client` plays with whoever is named, each
  case on a connection `to_server`.
* `config` reads what they are to do, and `values` checks each value of that; `addresses` says
  where.

Nothing here is shared with what is judged.
"""
