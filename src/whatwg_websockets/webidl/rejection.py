"""Raising the reason with which a promise was rejected.

JavaScript can throw any value. Python can raise nothing but exceptions, and an exception that is
raised repeatedly collects the frames that it passes through in its traceback.
"""

from typing import NoReturn

from whatwg_websockets.webidl.messages import shown


class Rejection(Exception):
    """The exception that is raised for a reason that is not an exception.

    Attributes:
        reason: the reason.
    """

    def __init__(self, reason: object) -> None:
        super().__init__(f"the promise was rejected with {shown(reason)}")
        self.reason = reason


def raise_the_reason(reason: object) -> NoReturn:
    """Raise the reason with which a promise was rejected, or with which a stream is errored.

    Raises:
        BaseException: the reason, with the traceback that it had when it was first given here.
        Rejection: the reason is not an exception.
    """
    exception = exception_of(reason)
    del reason
    try:
        raise exception
    finally:
        del exception


def exception_of(reason: object) -> BaseException:
    """Return the exception to raise for a reason: the reason itself, if it is an exception.

    A reason may be raised repeatedly. Each time its traceback grows by the frames that it passes
    through; these are removed here, and the frames of its origin stay.
    """
    if not isinstance(reason, BaseException):
        return Rejection(reason)
    origin = traceback = reason.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code is raise_the_reason.__code__:
            origin = traceback.tb_next
        traceback = traceback.tb_next
    return reason.with_traceback(origin)
