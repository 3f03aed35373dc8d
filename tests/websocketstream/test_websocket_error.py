"""4.3 The WebSocketError interface.

https://whatpr.org/websockets/48.html#the-websocketevent-interface
"""

import copy
import pickle

import pytest

from whatwg_websockets import DOMException, WebSocketCloseInfo, WebSocketError
from whatwg_websockets.websocketstream.websocket_error import a_new_websocket_error


def test_an_error_of_which_nothing_is_known():
    error = WebSocketError()
    assert isinstance(error, DOMException)
    assert (error.name, error.message, error.code) == ("WebSocketError", "", 0)
    assert (error.closeCode, error.reason) == (None, "")


@pytest.mark.parametrize(
    "error",
    [
        WebSocketError("m", {"closeCode": 3456, "reason": "r"}),
        WebSocketError("m", closeCode=3456, reason="r"),
        WebSocketError("m", WebSocketCloseInfo(3456, "r")),
        WebSocketError("m", {"closeCode": 1000}, closeCode="3456", reason="r"),
    ],
)
def test_the_members_come_in_a_mapping_as_keywords_or_as_attributes(error):
    assert (error.message, error.closeCode, error.reason) == ("m", 3456, "r")


def test_step_2_the_message_is_a_string():
    assert WebSocketError(12).message == "12"
    assert str(WebSocketError("why")) == "WebSocketError: why"


@pytest.mark.parametrize("code", [0, 999, 1001, 1005, 2999, 5000, 65_535, None])
def test_step_5_a_code_that_a_program_may_not_use_is_refused(code):
    with pytest.raises(DOMException) as caught:
        WebSocketError("", closeCode=code)
    assert caught.value.name == "InvalidAccessError"


@pytest.mark.parametrize("code", [-1, 65_536, float("nan"), "many", [1, 2]])
def test_a_code_that_is_no_unsigned_short_is_a_type_error(code):
    with pytest.raises(TypeError):
        WebSocketError("", closeCode=code)


@pytest.mark.parametrize("init", [True, 3000, "3000"])
def test_what_is_no_object_is_a_type_error(init):
    with pytest.raises(TypeError):
        WebSocketError("", init)


@pytest.mark.parametrize("reason", ["x" * 124, "🔌" * 31])
def test_step_5_a_reason_that_fits_no_close_frame_is_refused(reason):
    with pytest.raises(DOMException) as caught:
        WebSocketError("", reason=reason)
    assert caught.value.name == "SyntaxError"


def test_step_5_a_reason_of_123_bytes_fits():
    assert WebSocketError("", closeCode=4999, reason="ü" * 61 + "x").reason == "ü" * 61 + "x"


def test_step_6_a_reason_without_a_code_has_1000():
    assert WebSocketError("", reason="why").closeCode == 1000
    assert WebSocketError("", reason="").closeCode is None


def test_a_lone_surrogate_in_a_reason_is_replaced():
    assert WebSocketError("", reason="\ud800").reason == "\ufffd"


@pytest.mark.parametrize("copied", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_of_a_server_can_be_copied_and_pickled(copied):
    error = copied(a_new_websocket_error("lost", 1006, "r"))
    assert isinstance(error, WebSocketError)
    assert (error.message, error.closeCode, error.reason) == ("lost", 1006, "r")
