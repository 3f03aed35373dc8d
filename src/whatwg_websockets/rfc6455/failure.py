"""The exception, inside this package, by which an endpoint fails the connection."""


class Failure(Exception):
    """A violation by the server: _Fail the WebSocket Connection_.

    Attributes:
        code: the status code for the Close frame.
        why: the reason of the failure, for the log. A page never learns the reason.
        kind: the kind of failure in one word, for the log.
    """

    def __init__(self, code: int, why: str, kind: str = "protocol") -> None:
        super().__init__(code, why)
        self.code = code
        self.why = why
        self.kind = kind

    def without_traceback(self) -> "Failure":
        """Return a copy of the failure without its traceback, which may be kept.

        A traceback refers to frames, which refer to the data that was read and to the socket. A
        kept traceback would prevent the garbage collection of both.
        """
        return Failure(self.code, self.why, self.kind)
