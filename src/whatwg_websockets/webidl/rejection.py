"""Raising the reason with which a promise was rejected: JavaScript throws any value.

Python raises nothing but exceptions, and an exception that is raised again and again gathers the
frames that it goes through.
"""

from typing import NoReturn

from whatwg_websockets.webidl.messages import shown


class Rejection(Exception):
    """What is raised where a promise was rejected with a reason that is no exception.

    Attributes:
        reason: the reason.
    """

    def __init__(self, reason: object) -> None:
        super().__init__(f"the promise was rejected with {shown(reason)}")
        self.reason = reason


def raise_the_reason(reason: object) -> NoReturn:
    """Raise the reason with which a promise was rejected, or with which a stream is errored.

    Raises:
        BaseException: the reason, with the traceback that it had when it came here first.
        Rejection: the reason is no exception.
    """
    exception = exception_of(reason)
    del reason
    try:
        raise exception
    finally:
        del exception


def exception_of(reason: object) -> BaseException:
    """Return what is raised for a reason: the reason itself, if it is an exception.

    A reason may be raised again and again. Each time, its traceback grows by the frames that it
    goes through; those are taken away here, and where it came from stays.
    """
    if not isinstance(reason, BaseException):
        return Rejection(reason)
    origin = traceback = reason.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code is raise_the_reason.__code__:
            origin = traceback.tb_next
        traceback = traceback.tb_next
    return reason.with_traceback(origin)
