"""Puts the folder of the benchmark on the path, since it is not installed."""

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

sys.path.insert(0, str(HERE.parents[1]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests of the benchmark if the clients that it measures are not installed."""
    if all(importlib.util.find_spec(peer) for peer in ("aiohttp", "picows")):
        return
    reason = "the WebSockets of others are installed by: make test"
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.skip(reason=reason))
