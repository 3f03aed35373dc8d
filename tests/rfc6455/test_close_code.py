"""The WebSocket connection close code, RFC 6455 sections 7.1.5 and 7.4."""

import pytest

from whatwg_websockets.rfc6455 import close_code
from whatwg_websockets.rfc6455.close_code import (
    may_be_received,
    the_websocket_connection_close_code,
)

# IANA, WebSocket Close Code Number Registry. 1004, 1005, 1006 and 1015 are in it as reserved.
REGISTERED = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014}


def test_7_4_which_codes_may_be_on_the_wire():
    allowed = {code for code in range(65_536) if may_be_received(code)}
    assert allowed == REGISTERED | set(range(3000, 5000))


@pytest.mark.parametrize("code", [1004, 1005, 1006, 1015])
def test_7_4_1_reserved_codes_must_not_be(code):
    assert not may_be_received(code)


def test_the_names_of_7_4_1():
    assert close_code.NORMAL == 1000
    assert close_code.GOING_AWAY == 1001
    assert close_code.PROTOCOL_ERROR == 1002
    assert close_code.NO_STATUS_RECEIVED == 1005
    assert close_code.ABNORMAL == 1006
    assert close_code.INVALID_PAYLOAD == 1007
    assert close_code.MESSAGE_TOO_BIG == 1009


@pytest.mark.parametrize(
    ("received", "code"),
    [
        pytest.param(None, 1006, id="no Close frame was received"),
        pytest.param((None, ""), 1005, id="one without a status code"),
        pytest.param((1000, ""), 1000, id="one with a code"),
        pytest.param((4321, "why"), 4321, id="one with a code and a reason"),
    ],
)
def test_7_1_5(received, code):
    assert the_websocket_connection_close_code(received) == code
