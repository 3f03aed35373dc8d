"""The limits of an environment: what a connection may take."""

import dataclasses

import pytest

from whatwg_websockets import EnvironmentSettings, Limits

MEBIBYTE = 1_048_576


def test_the_defaults_are_those_that_are_documented():
    assert dataclasses.asdict(Limits()) == {
        "message_size": 64 * MEBIBYTE,
        "send_buffer": 256 * MEBIBYTE,
        "handshake_size": 65_536,
        "handshake_timeout": 60.0,
        "closing_timeout": 10.0,
        "closing_time_in_all": 120.0,
        "lingering_timeout": 2.0,
        "attempt_delay": 0.25,
    }
    assert EnvironmentSettings().limits == Limits()


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Limits)])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_limit_that_lets_nothing_through_is_refused(name, value):
    with pytest.raises(ValueError, match=name):
        Limits(**{name: value})


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Limits)])
@pytest.mark.parametrize("value", ["60", None, [1]])
def test_a_limit_that_is_not_a_number_is_refused_by_its_name(name, value):
    with pytest.raises(TypeError, match=f"the limit {name} must be a number"):
        Limits(**{name: value})


def test_limits_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Limits().message_size = 1  # type: ignore[misc]


def test_every_limit_is_documented():
    for field in dataclasses.fields(Limits):
        assert f"{field.name}: " in Limits.__doc__


@pytest.mark.parametrize("seconds", [0.009, 2.1])
def test_the_head_start_of_an_address_has_bounds(seconds):
    """https://www.rfc-editor.org/rfc/rfc8305#section-5"""
    with pytest.raises(ValueError, match=f"attempt_delay .* 0.01 to 2.0 .*, not {seconds}"):
        Limits(attempt_delay=seconds)
