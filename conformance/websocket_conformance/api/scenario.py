"""Reads the scenarios; the tests check their files.

What a server or a page does is a list of operations. An operation is a list of its name and its
arguments, or the name alone. docs/api-scenarios.md describes the operations; ``script``, ``page``
and ``page.js`` implement them.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

Operation = tuple[Any, ...]

EVENTS = ("open", "message", "error", "close")
THE_URL = "{url}"
ANYBODY = "*"
WEBSOCKET, STREAM = "WebSocket", "WebSocketStream"


@dataclass(frozen=True)
class Difference:
    """A known difference of implementations from the scenario, and the position that explains it.

    Attributes:
        who: the implementations' names; ``*`` is every implementation, where a standard leaves a
            choice.
        position: the file under ``spec/positions/`` that explains it, without its suffix.
        trace: what the page sees with these implementations; None if it is as in the scenario.
        wire: what the server sees with these implementations; None if it is as in the scenario.
    """

    who: tuple[str, ...]
    position: str
    trace: tuple[str, ...] | None = None
    wire: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Scenario:
    """A server, a page, and what the standard says the page sees.

    Attributes:
        id: its name, unique among all scenarios.
        title: a sentence that says what happens.
        anchor: the place in the WebSockets Standard; in another standard,
            ``rfc6455#section-7.1.5``.
        server: what the server does with a connection.
        page: what the page does, by the moment: after the constructor, and in each event.
        expect: the trace of events and notes; ``*`` stands for any text.
        arguments: the arguments of the constructor.
        wire: what the server receives; None if the standard does not determine it.
        differs: the known differences of implementations.
        positions: the files under ``spec/positions/`` that are about it, without their suffix.
        servers: what the server does with the first connection, the second, and so on; with any
            further connection it does what `server` says.
        listens: the events to which the page listens from the beginning.
        frame: whether the socket belongs to a separate document, which can be unloaded.
        policy: the Content Security Policies of the page, as in the header field; "" without one.
        policy_report_only: the policies of the page that only report.
        cookies: whether the page has a cookie jar, as every page of a browser has.
        interface: the name of the interface that is constructed.
        section: its subject, which is the name of its file without the number.
    """

    id: str
    title: str
    anchor: str
    server: tuple[Operation, ...]
    page: Mapping[str, tuple[Operation, ...]]
    expect: tuple[str, ...]
    arguments: tuple[Any, ...] = (THE_URL,)
    wire: tuple[str, ...] | None = None
    differs: tuple[Difference, ...] = ()
    section: str = ""
    positions: tuple[str, ...] = ()
    servers: tuple[tuple[Operation, ...], ...] = ()
    listens: tuple[str, ...] = EVENTS
    frame: bool = False
    policy: str = ""
    policy_report_only: str = ""
    cookies: bool = False
    interface: str = WEBSOCKET

    def differences_of(self, name: str) -> list[Difference]:
        """Return the differences of an implementation, including those of every implementation."""
        return [each for each in self.differs if name in each.who or ANYBODY in each.who]

    def server_of(self, connection: int) -> tuple[Operation, ...]:
        """Return what the server does with a connection, counted from 1."""
        return self.servers[connection - 1] if connection <= len(self.servers) else self.server

    @property
    def all_positions(self) -> tuple[str, ...]:
        """The positions about the scenario, including those of its differences."""
        return tuple(dict.fromkeys([*self.positions, *(each.position for each in self.differs)]))


def load(sources: Iterable[Path | Traversable] | None = None) -> list[Scenario]:
    """Read scenarios from files; by default all scenarios, in the order of the files' numbers."""
    return [scenario for source in sources or sources_of_all() for scenario in _load(source)]


def sources_of_all() -> list[Traversable]:
    """Return the files of all scenarios, in the order of their numbers."""
    directory = files("websocket_conformance.api") / "scenarios"
    return sorted(directory.iterdir(), key=lambda path: int(path.name.partition("-")[0]))


def _load(source: Path | Traversable) -> list[Scenario]:
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    section = source.name.removesuffix(".toml").lstrip("0123456789-")
    return [_made(each, section) for each in data["scenario"]]


def _made(data: dict[str, Any], section: str) -> Scenario:
    page = {moment: normal(value) for moment, value in data.get("page", {}).items()}
    return Scenario(
        id=data["id"],
        title=data["title"],
        anchor=data["anchor"],
        server=normal(data.get("server", [])),
        page=page,
        expect=tuple(data["expect"]),
        arguments=tuple(data.get("new", [THE_URL])),
        wire=_tuple(data.get("wire")),
        differs=tuple(_difference(each) for each in data.get("differs", [])),
        section=section,
        positions=_positions(data.get("position", [])),
        servers=tuple(map(normal, data.get("servers", []))),
        listens=tuple(data.get("listens", EVENTS)),
        frame=data.get("frame", False),
        policy=data.get("policy", ""),
        policy_report_only=data.get("policy-report-only", ""),
        cookies=data.get("cookies", False),
        interface=data.get("interface", WEBSOCKET),
    )


def normal(value: Sequence[Any]) -> tuple[Operation, ...]:
    """Return each operation of a list as a tuple of its name and its arguments."""
    return tuple((each,) if isinstance(each, str) else tuple(each) for each in value)


def _difference(data: dict[str, Any]) -> Difference:
    return Difference(
        tuple(data["who"]), data["position"], _tuple(data.get("trace")), _tuple(data.get("wire"))
    )


def _positions(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _tuple(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)
