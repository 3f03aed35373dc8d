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
    """A configuration cannot be used; the message names the file, the key and the reason.

    Args:
        where: the file.
        key: the key, with those above it; empty for the file as a whole.
        expected: what was expected.
    """

    def __init__(self, where: str, key: str, expected: str) -> None:
        super().__init__(f"{where}: {key}: {expected}" if key else f"{where}: {expected}")


class Values:
    """Takes values out of an object in a file.

    Each method reads one kind of value, and raises `ConfigError` if there is another.

    Args:
        where: the file.
        spec: the object.
        path: the keys above the object, which precede its keys in messages.
    """

    def __init__(self, where: str, spec: Mapping[str, Any], path: str = "") -> None:
        self.spec = spec
        self._where = where
        self._path = path

    def key(self, name: str) -> str:
        """Return the name of a key in messages: its name after the keys above it."""
        return f"{self._path}{name}"

    def within(self, name: str, expected: str) -> "Values":
        """Return the values of an object under a key; of an empty object if the key is missing."""
        return self.of(self.spec.get(name, {}), name, expected)

    def of(self, value: object, name: str, expected: str) -> "Values":
        """Return the values of an object; ``name`` is its name in messages."""
        if not isinstance(value, dict):
            raise self.wrong(name, expected)
        return Values(self._where, value, f"{self.key(name)}.")

    def switch(self, name: str) -> bool:
        """Return a boolean."""
        value = self.spec[name]
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def seconds(self, name: str) -> float:
        """Return a time in seconds."""
        value = self.spec[name]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= sys.float_info.max:
            raise self.wrong(name, "a number of seconds, 0 for no limit")
        return float(value)

    def address(self, name: str) -> Address:
        """Return the address in a WebSocket URL."""
        url = self.string(name)
        try:
            return address_of(url or "")
        except ValueError as error:
            raise self.wrong(name, 'a URL such as "ws://127.0.0.1:9001"') from error

    def agent(self, name: str) -> str | None:
        """Return a peer's name in the reports, if there is one."""
        agent = self.string(name)
        if agent and not agent.isprintable():
            raise self.wrong(name, "a name that can be printed")
        return agent

    def hostname(self, name: str) -> str | None:
        """Return the name of a host, if there is one."""
        hostname = self.string(name)
        try:
            return host_of(hostname) if hostname else None
        except ValueError as error:
            raise self.wrong(name, 'the name of a host, such as "example.com"') from error

    def origin(self, name: str) -> str | None:
        """Return an origin, if there is one."""
        origin = self.string(name)
        if origin and not is_field(origin):
            raise self.wrong(name, 'an origin in ASCII, such as "https://example.com"')
        return origin

    def protocols(self, name: str) -> tuple[str, ...]:
        """Return subprotocols without duplicates."""
        names = self.strings(name)
        if not are_protocols(names):
            raise self.wrong(name, 'a list of different tokens, such as ["chat"]')
        return names

    def strings(self, name: str) -> tuple[str, ...]:
        """Return strings; none if the key is missing."""
        value = self.spec.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(name, "a list of strings")
        return tuple(value)

    def string(self, name: str) -> str | None:
        """Return a string, if there is one."""
        value = self.spec.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(name, "a string")
        return value

    def path(self, name: str) -> Path | None:
        """Return the path of a file or a folder, if there is one."""
        value = self.string(name)
        return Path(value) if value else None

    def wrong(self, name: str, expected: str) -> ConfigError:
        """Return the error for a value of another kind than was expected."""
        return ConfigError(self._where, self.key(name), f"expected {expected}")
