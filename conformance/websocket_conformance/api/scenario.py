"""Reads the scenarios, and says of a file what is wrong with it."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from websocket_conformance.api import operations
from websocket_conformance.api.operations import EVENTS, MOMENTS, PAGE, SERVER, Operation, Problem

THE_URL = "{url}"
ANYBODY = "*"
WEBSOCKET, STREAM = "WebSocket", "WebSocketStream"


class ScenarioError(Exception):
    """A file of scenarios is not as it should be; each line says ``file: key: what is wrong``."""


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
    """Read scenarios, by default all there are, in the order of the files' numbers.

    Raises:
        ScenarioError: something is wrong with a file.
    """
    if sources is None:
        directory = files("websocket_conformance.api") / "scenarios"
        sources = sorted(directory.iterdir(), key=lambda path: int(path.name.partition("-")[0]))
    scenarios: dict[str, Scenario] = {}
    for source in sources:
        for scenario in _load(source):
            if scenario.id in scenarios:
                raise ScenarioError(f"{source.name}: {scenario.id}: the id is there twice")
            scenarios[scenario.id] = scenario
    return list(scenarios.values())


def _load(source: Path | Traversable) -> list[Scenario]:
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{source.name}: cannot be read: {error}") from error
    problems = [f"{source.name}: {where}: {what}" for where, what in _of_file(data)]
    if problems:
        raise ScenarioError("\n".join(problems))
    section = source.name.removesuffix(".toml").lstrip("0123456789-")
    return [_made(each, section) for each in data["scenario"]]


def _made(data: dict[str, Any], section: str) -> Scenario:
    page = {moment: operations.normal(value) for moment, value in data.get("page", {}).items()}
    return Scenario(
        id=data["id"],
        title=data["title"],
        anchor=data["anchor"],
        server=operations.normal(data.get("server", [])),
        page=page,
        expect=tuple(data["expect"]),
        arguments=tuple(data.get("new", [THE_URL])),
        wire=_tuple(data.get("wire")),
        differs=tuple(_difference(each) for each in data.get("differs", [])),
        section=section,
        positions=_positions(data.get("position", [])),
        servers=tuple(map(operations.normal, data.get("servers", []))),
        listens=tuple(data.get("listens", EVENTS)),
        frame=data.get("frame", False),
        interface=data.get("interface", WEBSOCKET),
    )


def _difference(data: dict[str, Any]) -> Difference:
    return Difference(
        tuple(data["who"]), data["position"], _tuple(data.get("trace")), _tuple(data.get("wire"))
    )


def _positions(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _tuple(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)


# What can be wrong.

_STRINGS = "a list of strings"
_Kind = type | tuple[type, ...]
_TYPES: Mapping[str, tuple[_Kind, str]] = {
    "id": (str, "a string"),
    "title": (str, "a string"),
    "anchor": (str, "a string"),
    "new": (list, "a list of arguments"),
    "position": ((str, list), "the name of a position, or a list of names"),
    "interface": (str, f"{WEBSOCKET} or {STREAM}"),
    "listens": (list, _STRINGS),
    "frame": (bool, "true or false"),
    "server": (list, "a list of operations"),
    "servers": (list, "a list of operations for each connection"),
    "page": (dict, f"a table of {', '.join(MOMENTS)}"),
    "expect": (list, _STRINGS),
    "wire": (list, _STRINGS),
    "differs": (list, "an array of tables"),
}
_DIFFERENCE_TYPES: Mapping[str, tuple[_Kind, str]] = {
    "who": (list, _STRINGS),
    "position": (str, "a string"),
    "trace": (list, _STRINGS),
    "wire": (list, _STRINGS),
}


def _of_file(data: dict[str, Any]) -> Iterator[Problem]:
    for key in data.keys() - {"scenario"}:
        yield key, "unknown key; there is only [[scenario]]"
    scenarios = data.get("scenario")
    if not isinstance(scenarios, list) or not scenarios:
        yield "scenario", "expected at least one [[scenario]]"
        return
    for index, each in enumerate(scenarios):
        for where, what in _of_scenario(each):
            yield f"{each.get('id', f'scenario[{index}]')}.{where}", what


def _of_scenario(data: dict[str, Any]) -> Iterator[Problem]:
    problems = list(_of_keys(data, _TYPES, required=("id", "title", "anchor", "expect")))
    yield from problems
    if problems:
        return
    yield from operations.operations(SERVER, data.get("server", []), "server")
    for index, value in enumerate(data.get("servers", [])):
        yield from operations.operations(SERVER, value, f"servers[{index}]")
    if (interface := data.get("interface", WEBSOCKET)) not in (WEBSOCKET, STREAM):
        yield "interface", f"expected {WEBSOCKET} or {STREAM}, not {interface!r}"
    for event in data.get("listens", []):
        if event not in EVENTS:
            yield "listens", f"unknown event {event!r}; there are {', '.join(EVENTS)}"
    for moment, value in data.get("page", {}).items():
        if moment in MOMENTS:
            yield from operations.operations(PAGE, value, f"page.{moment}")
        else:
            yield f"page.{moment}", f"unknown moment; there are {', '.join(MOMENTS)}"
    for index, each in enumerate(data.get("differs", [])):
        for where, what in _of_keys(each, _DIFFERENCE_TYPES, required=("who", "position")):
            yield f"differs[{index}].{where}", what


def _of_keys(
    data: dict[str, Any], types: Mapping[str, tuple[_Kind, str]], required: tuple[str, ...]
) -> Iterator[Problem]:
    for key in required:
        if key not in data:
            yield key, "is missing"
    for key, value in data.items():
        if key not in types:
            yield key, f"unknown key; there are {', '.join(types)}"
            continue
        kind, name = types[key]
        if not isinstance(value, kind) or (name == _STRINGS and not _are_strings(value)):
            yield key, f"expected {name}"


def _are_strings(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(each, str) for each in values)
