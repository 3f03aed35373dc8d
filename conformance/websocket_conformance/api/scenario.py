"""Reads the scenarios; the tests check their files.

What a server or a page does is a list of operations, each a list of its name and its arguments, or
the name alone. What each of them does is in docs/api-scenarios.md; who does it, in ``script``,
``page`` and ``page.js``.
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
    """What an implementation is known to do otherwise, and where it is written why.

    Attributes:
        who: the implementations' names; ``*`` is anybody, where a standard leaves it open.
        position: the file under ``spec/positions/`` that speaks of it, without its suffix.
        trace: what the page sees there, None if the same.
        wire: what the server sees there, None if the same.
    """

    who: tuple[str, ...]
    position: str
    trace: tuple[str, ...] | None = None
    wire: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Scenario:
    """A server, a page, and what the standard says the page sees.

    Attributes:
        id: the name, unique among all scenarios.
        title: what it shows, in a sentence.
        anchor: the place in the WebSockets Standard; of another one, ``rfc6455#section-7.1.5``.
        server: what the server does with the connection.
        page: what the page does, by the moment: after the constructor, and in each event.
        expect: the trace of events and notes; ``*`` stands for any text.
        arguments: those of the constructor.
        wire: the frames that the server gets, None if the standard leaves them open.
        differs: what implementations are known to do otherwise.
        positions: the files under ``spec/positions/`` that speak of it, without their suffix.
        servers: what the server does with the first connection, the second, and so on; with those
            that are not there, what `server` says.
        listens: the events that the page listens to from the beginning.
        frame: whether the socket belongs to a document of its own, which can go away.
        policy: the Content Security Policies of the page, as a header has them; "" for none.
        policy_report_only: those that only report.
        cookies: whether the page has a cookie jar, as each page of a browser has one.
        interface: what the constructor makes.
        section: what it is about, which is the name of its file without the number.
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
        """What is known of an implementation, and what anybody may do otherwise."""
        return [each for each in self.differs if name in each.who or ANYBODY in each.who]

    def server_of(self, connection: int) -> tuple[Operation, ...]:
        """What the server does with a connection, counted from 1."""
        return self.servers[connection - 1] if connection <= len(self.servers) else self.server

    @property
    def all_positions(self) -> tuple[str, ...]:
        """The positions that speak of it, those of the differences as well."""
        return tuple(dict.fromkeys([*self.positions, *(each.position for each in self.differs)]))


def load(sources: Iterable[Path | Traversable] | None = None) -> list[Scenario]:
    """Read scenarios, by default all there are, in the order of the files' numbers."""
    return [scenario for source in sources or sources_of_all() for scenario in _load(source)]


def sources_of_all() -> list[Traversable]:
    """The files of all scenarios, in the order of their numbers."""
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
    """Write each operation of a list as a tuple of its name and its arguments."""
    return tuple((each,) if isinstance(each, str) else tuple(each) for each in value)


def _difference(data: dict[str, Any]) -> Difference:
    return Difference(
        tuple(data["who"]), data["position"], _tuple(data.get("trace")), _tuple(data.get("wire"))
    )


def _positions(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _tuple(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)
