"""The WebSocket connection close reason, RFC 6455 section 7.1.6."""

import pytest

from whatwg_websockets.rfc6455.close_reason import the_websocket_connection_close_reason


@pytest.mark.parametrize(
    ("received", "reason"),
    [
        pytest.param(None, "", id="no Close frame was received"),
        pytest.param((None, ""), "", id="one without a body"),
        pytest.param((1000, ""), "", id="one without a reason"),
        pytest.param((1000, "wärum"), "wärum", id="one with a reason"),
    ],
)
def test_7_1_6(received, reason):
    assert the_websocket_connection_close_reason(received) == reason
