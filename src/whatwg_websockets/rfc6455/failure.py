"""What makes an endpoint fail the connection, as an exception inside this package."""


class Failure(Exception):
    """The peer broke a rule: _Fail the WebSocket Connection_.

    Attributes:
        code: the status code for the Close frame that says so on the wire.
        why: what was wrong, for the log; a page never learns it.
        kind: what sort of thing was wrong, in a word, for the log.
    """

    def __init__(self, code: int, why: str, kind: str = "protocol") -> None:
        super().__init__(code, why)
        self.code = code
        self.why = why
        self.kind = kind

    def without_traceback(self) -> "Failure":
        """Return the same failure without its traceback, to be kept.

        The frames of a traceback hold what was read, and those around them the socket, which no
        garbage collection could free then.
        """
        return Failure(self.code, self.why, self.kind)
