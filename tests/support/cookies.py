"""Helpers for the tests of cookies: a clock that the test sets, and a jar that uses the clock."""

from whatwg_websockets import CookieJar

NOW = 1_800_000_000.0  # 15 January 2027, 08:00 UTC


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


def jar_and_clock(**limits):
    clock = Clock()
    return CookieJar(clock=clock, **limits), clock
