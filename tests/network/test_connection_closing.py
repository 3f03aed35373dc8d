"""How long a client waits for the server, with a clock and a timer that the test advances."""

from types import SimpleNamespace

import pytest

from whatwg_websockets.html.limits import Limits
from whatwg_websockets.network import closing as module
from whatwg_websockets.network.closing import Closing
from whatwg_websockets.rfc6455.connection import CLOSED, HANDSHAKE_SUCCEEDS, Connection
from whatwg_websockets.rfc6455.fail_the_connection import fail_the_websocket_connection
from whatwg_websockets.rfc6455.start_the_closing_handshake import (
    answer_the_close_frame,
    start_the_websocket_closing_handshake,
)

LIMITS = Limits(closing_timeout=10, closing_time_in_all=35, lingering_timeout=2)


class Transmission:
    """An outgoing buffer in which as many bytes wait as the test sets."""

    def __init__(self):
        self.bytes_waiting = 0
        self.is_aborted = False
        self.is_closed = False
        self.has_shut_down = False
        self.uses_tls = False
        self.transport = SimpleNamespace(
            can_write_eof=lambda: not self.uses_tls, write_eof=self._shut_down
        )
        self.pace = SimpleNamespace(kept=0)

    def _shut_down(self):
        self.has_shut_down = True

    def waiting(self):
        return self.bytes_waiting

    @property
    def everything_has_left(self):
        return not self.bytes_waiting

    def close(self):
        self.is_closed = True

    def abort(self):
        self.is_aborted = True


class Wait:
    """A connection that is ending.

    Attributes:
        timer: seconds until the next look at the server.
    """

    def __init__(self, monkeypatch):
        self.now = 1_000.0
        monkeypatch.setattr(module, "monotonic", lambda: self.now)
        self.timer = None
        self.wire = Connection()
        self.wire.move(HANDSHAKE_SUCCEEDS)
        self.transmission = Transmission()
        self.closed = []
        loop = SimpleNamespace(asyncio_loop=SimpleNamespace(call_later=self._call_later))
        self.closing = Closing(
            loop, LIMITS, self.wire, self.transmission, lambda: self.closed.append(self.now)
        )

    def _call_later(self, seconds, callback):
        self.timer = seconds, callback
        return SimpleNamespace(cancel=lambda: setattr(self, "timer", None))

    def time_passes(self):
        """Advance the time to the next check, let received data be read, and run the check."""
        seconds, time_is_up = self.timer
        self.now += seconds
        time_is_up()
        (_, look), self.timer = self.timer, None
        look()


@pytest.fixture
def wait(monkeypatch):
    return Wait(monkeypatch)


def close(wait):
    start_the_websocket_closing_handshake(wait.wire, 1000)
    wait.closing.go_on()


def test_a_server_that_does_nothing_is_waited_for_once(wait):
    close(wait)
    wait.time_passes()
    assert wait.transmission.is_aborted
    assert wait.now == 1_010
    assert wait.wire.kind == "timed out"
    assert not wait.wire.has_failed


def test_a_server_that_sends_is_waited_for_again(wait):
    close(wait)
    for _ in range(3):
        wait.closing.has_read = True
        wait.time_passes()
        assert not wait.transmission.is_aborted
    wait.time_passes()
    assert wait.transmission.is_aborted


def test_a_server_that_reads_is_waited_for_again(wait):
    wait.transmission.bytes_waiting = 100
    close(wait)
    wait.transmission.bytes_waiting = 99
    wait.time_passes()
    assert not wait.transmission.is_aborted
    wait.time_passes()
    assert wait.transmission.is_aborted


def test_progress_prolongs_the_waiting_up_to_a_total(wait):
    close(wait)
    while not wait.transmission.is_aborted:
        wait.closing.has_read = True
        wait.time_passes()
    assert wait.now == 1_035


def test_once_the_servers_close_frame_has_come_nothing_prolongs_the_waiting(wait):
    close(wait)
    wait.closing.begin_to_wait_anew()
    answer_the_close_frame(wait.wire, 1000, "")
    wait.closing.go_on()
    wait.closing.has_read = True
    wait.time_passes()
    assert wait.transmission.is_aborted
    assert wait.now == 1_002


def test_a_failure_is_told_when_the_close_frame_has_left(wait):
    wait.transmission.bytes_waiting = 100
    fail_the_websocket_connection(wait.wire, 1002, "a broken rule")
    wait.closing.go_on()
    assert wait.transmission.has_shut_down
    assert wait.closed == []
    wait.transmission.bytes_waiting = 0
    wait.closing.go_on()
    assert wait.closed == [1_000]


def test_after_a_failure_the_server_has_only_the_lingering_time(wait):
    fail_the_websocket_connection(wait.wire, 1002, "a broken rule")
    wait.closing.go_on()
    assert wait.closed == [1_000]
    wait.wire.state = CLOSED
    wait.closing.has_read = True
    wait.time_passes()
    assert wait.transmission.is_aborted
    assert wait.now == 1_002


def test_after_a_failure_tls_is_closed_when_the_lingering_time_is_over(wait):
    """It can only be closed both ways: what the server still sends would cut TCP off."""
    wait.transmission.uses_tls = True
    fail_the_websocket_connection(wait.wire, 1002, "a broken rule")
    wait.closing.go_on()
    assert wait.closed == [1_000]
    assert not wait.transmission.has_shut_down
    assert not wait.transmission.is_closed
    wait.wire.state = CLOSED
    wait.time_passes()
    assert wait.transmission.is_closed
    assert wait.transmission.is_aborted
