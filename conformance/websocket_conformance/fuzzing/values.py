"""The values of a configuration, each of the kind that its key has."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from websocket_conformance.fuzzing.addresses import (
    Address,
    address_of,
    are_protocols,
    host_of,
    is_field,
)


class ConfigError(Exception):
    """A configuration that cannot be used; the message says which file, which key, and why.

    Args:
        where: the file.
        key: the key, with those above it; empty for the file as a whole.
        expected: what was expected.
    """

    def __init__(self, where: str, key: str, expected: str) -> None:
        super().__init__(f"{where}: {key}: {expected}" if key else f"{where}: {expected}")


class Values:
    """Takes values out of a file; one of another kind than its key has is a mistake.

    Each method reads one kind of value, and raises `ConfigError` if there is another. `key` is what
    the message calls the value: the name, with those above it.

    Args:
        where: the file.
    """

    def __init__(self, where: str) -> None:
        self._where = where

    def switch(self, value: object, key: str) -> bool:
        """True or false."""
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def seconds(self, value: object, key: str) -> float:
        """A time in seconds."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key, "a number of seconds, 0 for no limit")
        if not 0 <= value <= sys.float_info.max:
            raise self.wrong(key, "a number of seconds, 0 for no limit")
        return float(value)

    def address(self, spec: Mapping[str, Any], name: str, key: str | None = None) -> Address:
        """Where a WebSocket URL leads."""
        url = self.string(spec, name, key)
        try:
            return address_of(url or "")
        except ValueError as error:
            raise self.wrong(key or name, 'a URL such as "ws://127.0.0.1:9001"') from error

    def agent(self, spec: Mapping[str, Any], key: str) -> str | None:
        """A peer's name in the reports, if it is given one."""
        agent = self.string(spec, "agent", key)
        if agent and not agent.isprintable():
            raise self.wrong(key, "a name that can be printed")
        return agent

    def hostname(self, spec: Mapping[str, Any], key: str) -> str | None:
        """The name of a host, if there is one."""
        hostname = self.string(spec, "hostname", key)
        try:
            return host_of(hostname) if hostname else None
        except ValueError as error:
            raise self.wrong(key, 'the name of a host, such as "example.com"') from error

    def origin(self, spec: Mapping[str, Any], key: str) -> str | None:
        """An origin, if there is one."""
        origin = self.string(spec, "origin", key)
        if origin and not is_field(origin):
            raise self.wrong(key, 'an origin in ASCII, such as "https://example.com"')
        return origin

    def protocols(self, spec: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """Subprotocols, each of them once."""
        names = self.strings(spec, "protocols", key)
        if not are_protocols(names):
            raise self.wrong(key, 'a list of different tokens, such as ["chat"]')
        return names

    def strings(
        self, spec: Mapping[str, Any], name: str, key: str | None = None
    ) -> tuple[str, ...]:
        """Strings; none if nothing is said of them."""
        value = spec.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key or name, "a list of strings")
        return tuple(value)

    def string(self, spec: Mapping[str, Any], name: str, key: str | None = None) -> str | None:
        """A string, if there is one."""
        value = spec.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(key or name, "a string")
        return value

    def path(self, spec: Mapping[str, Any], name: str) -> Path | None:
        """The path of a file or a folder, if there is one."""
        value = self.string(spec, name)
        return Path(value) if value else None

    def wrong(self, key: str, expected: str) -> ConfigError:
        """The error for a value of another kind than was expected."""
        return ConfigError(self._where, key, f"expected {expected}")
