"""Play the embedded suite: Autobahn's cases, without Docker and without Python 2.

* `conversation` plays a case on an endpoint, `playing` from the opened connection to the record of
  the play (`played`), and `verdicts` judges the record.
* `opening_playing` plays the cases that open a connection in their own way, and `opening_verdicts`
  judges them.
* `link` is the connection below an endpoint, with its deadlines, and `patience` is the factor by
  which the deadlines grow on a busy machine. `paced` is a link that does to the stream what
  `cases.chaos` says, and `compressed` keeps streams that several cases compress alike.
* `meeting` is a connection on which the peer's part of the opening handshake comes first. `server`
  plays cases with the clients that connect; `answers` has the answers at its other paths,
  `commands` the commands that a client may send, and `shared` the state that its connections
  share. `client` plays cases with the servers of a configuration, each case on a connection
  `to_server`.
* `config` reads the configuration, and `values` and `addresses` check its values.

The judge shares no code with the implementation that it judges.
"""
