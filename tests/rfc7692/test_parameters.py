"""Negotiating permessage-deflate, RFC 7692 sections 5.1 and 7.1."""

import itertools

import pytest

from whatwg_websockets.rfc6455.extension import parse_extensions
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc7692.parameters import NAME, OFFER, Parameters, parameters_in_use

NO_VALUE = ["server_no_context_takeover", "client_no_context_takeover"]
WINDOWS = ["server_max_window_bits", "client_max_window_bits"]


def agreed(answer):
    """Return what a response with this Sec-WebSocket-Extensions agrees to."""
    return parameters_in_use(parse_extensions(answer))


def assert_fails(answer):
    with pytest.raises(Failure) as raised:
        agreed(answer)
    assert raised.value.code == 1002


def test_the_offer():
    """7.1.2.2: client_max_window_bits without a value says that any window will do for us."""
    assert OFFER == b"permessage-deflate; client_max_window_bits"
    assert NAME == "permessage-deflate"


def test_a_server_may_decline():
    assert parameters_in_use([]) is None


def test_without_parameters_all_is_at_its_default():
    """7.1.1 and 7.1.2: both contexts are taken over, both windows have 32,768 bytes."""
    assert agreed("permessage-deflate") == Parameters(
        server_no_context_takeover=False,
        client_no_context_takeover=False,
        server_max_window_bits=15,
        client_max_window_bits=15,
    )


@pytest.mark.parametrize("name", NO_VALUE)
def test_7_1_1_a_takeover_that_is_given_up(name):
    """A server may name either though it was not in the offer."""
    assert agreed(f"permessage-deflate; {name}") == Parameters(**{name: True})


@pytest.mark.parametrize("name", NO_VALUE)
@pytest.mark.parametrize("value", ["true", "1", "0", '"1"'])
def test_7_1_1_it_has_no_value(name, value):
    assert_fails(f"permessage-deflate; {name}={value}")


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("bits", range(8, 16))
@pytest.mark.parametrize("form", ["{}", '"{}"', '"\\{}"'])
def test_7_1_2_a_window(name, bits, form):
    """RFC 6455 9.1: a quoted value means the same."""
    answer = f"permessage-deflate; {name}={form.format(bits)}"
    assert agreed(answer) == Parameters(**{name: bits})


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize(
    "value",
    [
        *("7", "16", "0", "1", "80", "100", "-8", "+8", "1.0", "8.0", "1e1", "0x9", "x", "8a"),
        # Leading zeros are ruled out in so many words.
        *("08", "09", "010", "015", '"08"'),
    ],
)
def test_7_1_2_what_is_no_window(name, value):
    """A decimal integer without leading zeros from 8 to 15."""
    assert_fails(f"permessage-deflate; {name}={value}")


@pytest.mark.parametrize("name", WINDOWS)
def test_7_1_2_in_a_response_a_window_has_a_value(name):
    assert_fails(f"permessage-deflate; {name}")
    assert_fails(f"permessage-deflate; {name}=")
    assert_fails(f'permessage-deflate; {name}=""')


@pytest.mark.parametrize("name", NO_VALUE + WINDOWS)
def test_5_1_a_parameter_is_not_repeated(name):
    parameter = name if name in NO_VALUE else f"{name}=10"
    assert_fails(f"permessage-deflate; {parameter}; {parameter}")
    assert_fails(f"permessage-deflate; {parameter}; x; {parameter}")
    if name in WINDOWS:
        assert_fails(f"permessage-deflate; {parameter}; {name}=11")


@pytest.mark.parametrize(
    "parameter",
    ["x", "x=1", "Server_No_Context_Takeover", "SERVER_MAX_WINDOW_BITS=10", "max_window_bits=8"],
)
def test_5_1_an_unknown_parameter(parameter):
    assert_fails(f"permessage-deflate; {parameter}")


def test_5_1_the_extension_is_not_accepted_twice():
    """It cannot be applied to what it has been applied to: both want RSV1."""
    assert_fails("permessage-deflate, permessage-deflate")
    assert_fails("permessage-deflate, permessage-deflate; client_max_window_bits=10")


def test_all_of_them_in_any_order():
    """5.1: the order has no meaning."""
    parameters = [*NO_VALUE, "server_max_window_bits=9", "client_max_window_bits=12"]
    for order in itertools.permutations(parameters):
        answer = "; ".join(["permessage-deflate", *order])
        assert agreed(answer) == Parameters(True, True, 9, 12)
