"""The closing handshake from either side, failing the connection, and closing TCP.

When the peer breaks a rule, the judge fails the connection with a Close frame and continues to
read. If the peer breaks another rule before its own Close has arrived, the judge closes TCP.

Source: RFC 6455, sections 5.5.1 and 7.
"""

from collections.abc import Callable

from websocket_conformance.wire.codes import (
    GOING_AWAY,
    INVALID_PAYLOAD,
    NORMAL,
    PROTOCOL_ERROR,
    is_valid,
)
from websocket_conformance.wire.connection import Connection, State
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.outgoing import Outgoing
from websocket_conformance.wire.sendable import Close, Frame
from websocket_conformance.wire.sending import Sender
from websocket_conformance.wire.surroundings import Listener, Timer, Wire

_CASE_FIRST = 0.1
"""Seconds added to a client's wait for the end of TCP, so that a case of that length ends first."""


class Closer:
    """Brings a connection to its end.

    Args:
        connection: the state of the connection.
        outgoing: the queue of octets to be written.
        sender: sends the Close frame.
        wire: the transport.
        listener: is called when the connection ends.
    """

    def __init__(
        self,
        connection: Connection,
        outgoing: Outgoing,
        sender: Sender,
        wire: Wire,
        listener: Listener,
    ) -> None:
        self._connection = connection
        self._closing = connection.closing
        self._outgoing = outgoing
        self._sender = sender
        self._wire = wire
        self._listener = listener
        self._timer: Timer | None = None

    # The judge's actions.

    def send_close(self, close: Close, *, is_reply: bool = False) -> None:
        """If the connection is open, start the closing handshake, or answer the peer's Close.

        Source: RFC 6455, section 7.1.2.
        """
        if not self._connection.is_open:
            return
        code = b"" if close.code is None else close.code.to_bytes(2)
        self._sender.send_frame(Frame(Opcode.CLOSE, code + close.reason))
        self._connection.state = State.CLOSING
        self._closing.by_me = not is_reply
        self._closing.local_code = close.code
        self._closing.local_reason = close.reason or None
        if not is_reply:
            seconds = self._connection.options.close_handshake_seconds
            self._await(seconds, self._peer_did_not_answer)

    def time_out(self) -> None:
        """Fail the connection because the time of the case is over."""
        if not self._connection.is_closed:
            self._closing.timed_out = True
            self.fail(GOING_AWAY, "The case took too long.")

    def fail(self, code: int, reason: str) -> None:
        """Fail the connection with a Close, or by closing TCP.

        TCP is closed if the options say so, or if the judge has sent a Close already.

        Source: RFC 6455, section 7.1.7.
        """
        if self._connection.is_closed:
            return
        self._closing.failed_by_me = True
        self._closing.why_unclean = reason
        if self._connection.options.fails_by_drop:
            self._closing.was_clean = False
            self.drop(abort=True)
        elif self._connection.is_open:
            self.send_close(Close(code, reason.encode()))
        else:
            self.drop()

    def drop(self, *, abort: bool = False) -> None:
        """Close TCP from the judge's side, at once or after the written octets have been sent."""
        if not self._connection.is_closed:
            self._closing.dropped_by_me = True
            self.end(abort=abort)

    def end(self, *, abort: bool = True) -> None:
        """End the connection: close TCP, cancel the timer and notify the listener."""
        if not self._connection.is_closed:
            self._connection.state = State.CLOSED
            self._cancel_timer()
            self._outgoing.forget()
            self._wire.drop(abort=abort)
            self._listener.ended()

    # The peer's actions.

    def take_close(self, payload: bytes) -> None:
        """Process the payload of the peer's Close.

        Source: RFC 6455, sections 5.5.1 and 7.4.
        """
        closing = self._closing
        closing.remote_code = int.from_bytes(payload[:2]) if len(payload) > 1 else None
        if closing.remote_code is not None and not is_valid(closing.remote_code):
            self.fail(PROTOCOL_ERROR, f"{closing.remote_code} is not a code for a Close.")
        if not self._takes_reason(payload[2:]):
            return
        closing.was_clean = not self._connection.is_closed
        if self._connection.is_open:
            # The octets that wait are discarded, so that the answer is sent at once.
            echo = self._connection.options.echoes_close
            self._outgoing.clear_the_way()
            answer = Close(closing.remote_code, payload[2:]) if echo else Close(NORMAL)
            self.send_close(answer, is_reply=True)
        if closing.was_clean:
            self._leave_tcp_to_the_server()

    def _takes_reason(self, reason: bytes) -> bool:
        """Return whether a Close's reason is valid UTF-8; if it is not, end the connection."""
        try:
            self._closing.remote_reason = reason.decode() if reason else None
        except UnicodeDecodeError as error:
            if error.end < len(reason) or error.reason != "unexpected end of data":
                self.fail(INVALID_PAYLOAD, "The reason of a Close is not valid UTF-8.")
            self._closing.why_unclean = "The reason of the peer's Close is not valid UTF-8."
            self.end()
            return False
        return True

    def _leave_tcp_to_the_server(self) -> None:
        """If the judge is the server, close TCP; if not, wait for the server to close it.

        Source: RFC 6455, section 7.1.1.
        """
        if self._connection.is_server:
            self.drop()
        else:
            seconds = self._connection.options.server_drop_seconds
            self._await(seconds and seconds + _CASE_FIRST, self._server_did_not_drop)

    def lost(self, reason: str | None = None) -> None:
        """End the connection because TCP is closed; `reason` says why, where that is known."""
        closing = self._closing
        if not self._connection.is_closed and not closing.was_clean:
            closing.why_unclean = (
                closing.why_unclean
                or reason
                or "The peer closed the TCP connection without a closing handshake."
            )
        self.end()

    # The peer's missed deadlines.

    def _peer_did_not_answer(self) -> None:
        self._closing.peer_did_not_answer = True
        self._give_up("The peer did not answer the judge's Close in time.")

    def _server_did_not_drop(self) -> None:
        self._closing.server_did_not_drop = True
        self._give_up("The server did not close the TCP connection in time.")

    def _give_up(self, why: str) -> None:
        self._closing.was_clean = False
        self._closing.why_unclean = why
        self.drop(abort=True)

    def _await(self, seconds: float, act: Callable[[], None]) -> None:
        self._cancel_timer()
        if seconds > 0:
            self._timer = self._wire.after_quiet(seconds, act)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
