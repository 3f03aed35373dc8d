"""Choose the cases of a test by the command line, its marker, and the configuration file."""

import math
from collections.abc import Iterable, Sequence

import pytest

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.profile import Profile
from websocket_conformance.errors import UsageError
from websocket_conformance.running.suites.embedded import chosen


def profile(config: pytest.Config) -> Profile:
    """Return the profile, which decides how long the cases are.

    Raises:
        pytest.UsageError: the configuration file has another word.
    """
    word = config.getoption("websocket_profile") or config.getini("websocket_profile")
    try:
        return Profile(word)
    except ValueError:
        raise pytest.UsageError(
            f"websocket_profile: expected {' or '.join(Profile)}, not {word!r}"
        ) from None


def timeout(config: pytest.Config) -> float:
    """Return how long a client may take to connect after its test, in seconds.

    Raises:
        pytest.UsageError: that is no number of seconds.
    """
    word = config.getoption("websocket_timeout") or config.getini("websocket_timeout")
    try:
        seconds = float(word)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise pytest.UsageError(f"websocket_timeout: expected seconds, such as 5, not {word!r}")
    return seconds


def agent(item: pytest.Item) -> str:
    """Return the name of the implementation that a test is about."""
    marker = item.get_closest_marker("websocket_cases")
    named = marker.kwargs.get("agent") if marker is not None else None
    return str(named or getattr(item, "originalname", item.name))


def numbers(metafunc: pytest.Metafunc, *, for_clients: bool) -> list[str]:
    """Return the numbers of the cases of a test, in order.

    Args:
        metafunc: the test.
        for_clients: whether it is a test of a client, or of a server.

    Raises:
        pytest.UsageError: a pattern names no case, or the timeout is not a number of seconds.
    """
    config = metafunc.config
    timeout(config)
    marker = metafunc.definition.get_closest_marker("websocket_cases")
    marked = _parts(marker.args if marker else ())
    patterns = _asked(config) or marked or _setting(config, "cases")
    excluded = [*_setting(config, "exclude_cases"), *_excluded(marker)]
    cases = _selected(config, patterns, excluded)
    return [case.number for case in catalogue.playable(cases, judge_is_server=for_clients)]


def check(config: pytest.Config) -> None:
    """Check the cases and the seconds on the command line.

    Raises:
        pytest.UsageError: they are not valid.
    """
    timeout(config)
    _selected(config, _asked(config) or ["*"], [])


def _selected(
    config: pytest.Config, patterns: Sequence[str], excluded: Sequence[str]
) -> Sequence[Case]:
    try:
        return chosen(catalogue.every(profile(config)), patterns, excluded)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _asked(config: pytest.Config) -> list[str]:
    """Return the value of an option on the command line."""
    return _parts(config.getoption("websocket_cases") or ())


def _parts(values: Iterable[str]) -> list[str]:
    """Return the patterns in some values, each of which may be a list with commas."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _setting(config: pytest.Config, name: str) -> list[str]:
    return _parts(config.getini(f"websocket_{name}"))


def _excluded(marker: pytest.Mark | None) -> list[str]:
    value = marker.kwargs.get("exclude", ()) if marker is not None else ()
    return _parts([value] if isinstance(value, str) else value)
