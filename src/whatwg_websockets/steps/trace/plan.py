"""What is observed: which line of which code object begins which step."""

import ast
import importlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from whatwg_websockets.constructor import construct as construct_a_websocket
from whatwg_websockets.dom.dispatch import dispatch
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.rfc6455.outgoing import Outgoing
from whatwg_websockets.rfc6455.receive import Receiver, carry_out_the_ending
from whatwg_websockets.steps.comments import SourceFile, read_sources
from whatwg_websockets.steps.index import Standard, read_index
from whatwg_websockets.steps.places import MAIN_FLOOR, Place, folder_of, places
from whatwg_websockets.streams.interfacing_with_readable_controllers import (
    readable_stream_fulfill_read_request,
)
from whatwg_websockets.streams.readable_controller import ReadableStreamDefaultController
from whatwg_websockets.webidl.promise import reject, resolve
from whatwg_websockets.websocket import WebSocket
from whatwg_websockets.websocketstream.constructor import construct as construct_a_websocketstream
from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream

_PROBED: dict[Callable[..., object], str] = {
    Outgoing.put: "frame_goes_out",
    Receiver.receive: "bytes_come_in",
    Receiver.keep: "bytes_come_in",
    Receiver.payload_received: "payload_comes_in",
    carry_out_the_ending: "receiving_fails",
    WebSocketConnection._the_connection_is_closed: "connection_is_closed",
    HandshakeStream.write: "handshake_goes_out",
    HandshakeStream.read: "handshake_comes_in",
    dispatch: "event_is_dispatched",
    resolve: "promise_is_resolved",
    reject: "promise_is_rejected",
    construct_a_websocket: "socket_is_made",
    construct_a_websocketstream: "socket_is_made",
    WebSocket._change_ready_state: "ready_state_has_changed",
    WebSocketStream._change_ready_state: "ready_state_has_changed",
    ReadableStreamDefaultController._pull_steps: "chunk_is_asked_for",
    ReadableStreamDefaultController._take_a_chunk: "chunk_is_taken",
    readable_stream_fulfill_read_request: "chunk_is_delivered",
}
"""Where frames, heads, events, ready states and chunks pass: for each function, the method of
:class:`.probes.Probes`."""

PROBES: dict[CodeType, str] = {each.__code__: name for each, name in _PROBED.items()}
"""The same by the functions' code."""

_PROBED_MODULES = frozenset(each.__module__ for each in _PROBED)

PAGE_FOLDERS = frozenset({MAIN_FLOOR, "websocketstream"})
"""The folders of the WebSockets Standard and of its draft."""

PAGE_STANDARDS = frozenset({"websockets", "websocketstream-draft"})
"""The ids of the WebSockets Standard and of its draft in the index."""

PROTOCOL_FOLDERS = frozenset({"rfc6455", "rfc7692", "network"})
"""The folders of the protocol, whose algorithms an overview tells."""

MAJOR_ELSEWHERE = frozenset(
    {
        ("fetch", "fetch"),
        ("fetch", "HTTP-network fetch"),
    }
)
"""What an overview tells of all other folders: how the request leaves."""

SAID_ELSEWHERE = frozenset(
    {
        "the WebSocket connection close code",
        "the WebSocket connection close reason",
        "a WebSocket message has been received",
        "pull bytes",
    }
)
"""Algorithms that only return what is known already, or do what a frame or an event shows."""

OF_PARTS = PROTOCOL_FOLDERS | {"websocketstream"}
"""The folders of whose algorithms an overview leaves out what others of the folder call."""

_Again = ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith


@dataclass(frozen=True)
class Spot:
    """A place as the tracer meets it.

    Attributes:
        place: the place.
        where: file and line of its comment, from the package's folder on.
        first: the first line of its statement.
        last: the last line from which a line of its head is met again without the step being
            carried out anew: a statement of several lines goes to and fro, ``for`` and ``while``
            come round, ``with`` is met again when it is left.
        draft: "draft at d5570f3", where the step is of a draft; else empty.
        section: "RFC 6455, section 5.3", for a requirement outside of algorithms; else empty.
    """

    place: Place
    where: str
    first: int
    last: int
    draft: str = ""
    section: str = ""

    def repeats(self, before: int | None) -> bool:
        """Tell whether the statement continues, after some line, rather than begins."""
        return before is not None and self.first <= before <= self.last


@dataclass
class Plan:
    """What is observed in one code object.

    Attributes:
        folder: which part of the house it is in.
        spots: the places by the lines of their statements.
        algorithm: what is known of a marked function; None for all others.
        probe: the method of :class:`.probes.Probes` that is given what passes here; or "".
    """

    folder: str
    spots: dict[int, list[Spot]] = field(default_factory=dict)
    algorithm: "Whole | None" = None
    probe: str = ""


@dataclass(frozen=True)
class Whole:
    """A marked function.

    Attributes:
        name: the algorithm's name.
        anchor: its fragment in its standard.
        text: the first sentence of the docstring.
        where: file and line.
        draft: "draft at d5570f3", where the algorithm is of a draft; else empty.
        minor: whether an overview leaves it out wherever it is called.
    """

    name: str
    anchor: str
    text: str
    where: str
    draft: str = ""
    minor: bool = False


@cache
def the_plans() -> dict[CodeType, Plan]:
    """Return the plans for this project; they are made once, from the sources as they are."""
    return plans_for(read_sources(), importlib.import_module, read_index())


def plans_for(
    sources: Iterable[SourceFile],
    imported: Callable[[str], ModuleType],
    standards: Iterable[Standard] = (),
) -> dict[CodeType, Plan]:
    """Make a plan for each code object in which something is to be seen.

    Args:
        sources: the files.
        imported: returns the module of a name.
        standards: the index, which tells drafts from standards, and the sections of requirements.
    """
    standards = tuple(standards)
    drafts, majors, sections = _drafts(standards), _majors(standards), _sections(standards)
    plans: dict[CodeType, Plan] = {}
    for source in sources:
        spots = list(_spots(source, drafts, sections))
        folder = folder_of(source.module)
        wholes = {
            function.line: Whole(
                function.name,
                function.anchor,
                function.docstring.partition("\n")[0],
                _where(source, function.line),
                drafts.get(_key_of(function.anchor, function.name), ""),
                _is_minor(folder, function.anchor, function.name, majors),
            )
            for function in source.functions
        }
        if not spots and not source.functions and source.module not in _PROBED_MODULES:
            continue
        for code in _codes(imported(source.module), source.path):
            plan = Plan(
                folder,
                _on_lines_of(code, spots),
                wholes.get(code.co_firstlineno),
                PROBES.get(code, ""),
            )
            if plan.spots or plan.algorithm or plan.probe:
                plans[code] = plan
    return plans


def _majors(standards: Iterable[Standard]) -> frozenset[str]:
    """Return the anchors of what the WebSockets Standard and its draft carry out in steps."""
    return frozenset(
        each.anchor
        for standard in standards
        if standard.id in PAGE_STANDARDS
        for each in standard.algorithms
        if each.kind != "requirement"
    )


def _is_minor(folder: str, anchor: str, name: str, majors: Collection[str]) -> bool:
    """Tell whether an overview leaves an algorithm out, whatever has called it."""
    if name in SAID_ELSEWHERE:
        return True
    if folder in PAGE_FOLDERS:
        return anchor not in majors
    if folder in PROTOCOL_FOLDERS:
        return False
    return (folder, name) not in MAJOR_ELSEWHERE


def _drafts(standards: Iterable[Standard]) -> dict[str, str]:
    """Return what is said of the algorithms and the requirements of drafts, by their keys."""
    drafts: dict[str, str] = {}
    for standard in standards:
        if standard.draft is not None:
            keys = {_key_of(each.anchor, each.name) for each in standard.algorithms}
            keys |= {each.id for each in standard.requirements}
            drafts |= dict.fromkeys(keys, f"draft at {standard.version[:7]}")
    return drafts


def _sections(standards: Iterable[Standard]) -> dict[str, str]:
    """Return the standard and the section of each requirement, by its id."""
    return {
        requirement.id: f"{_short_name(standard)}, section {requirement.section}"
        for standard in standards
        for requirement in standard.requirements
    }


def _short_name(standard: Standard) -> str:
    """Return what a standard is called where it is cited: an RFC by its number."""
    number = standard.id.removeprefix("rfc")
    return f"RFC {number}" if number.isdecimal() else standard.title


def _key_of(anchor: str, name: str) -> str:
    """Return the key of an algorithm, which no requirement has; that of one is its id."""
    return f"{anchor} {name}"


def _draft_of(place: Place, drafts: Mapping[str, str]) -> str:
    """Return what is said of the draft that a place is of; empty for a place of a standard."""
    keys = (
        place.comment.numbers if place.is_requirement else (_key_of(place.anchor, place.algorithm),)
    )
    return next((drafts[key] for key in keys if key in drafts), "")


def _spots(
    source: SourceFile, drafts: Mapping[str, str], sections: Mapping[str, str]
) -> Iterator[Spot]:
    ends = {
        node.lineno: node.end_lineno or node.lineno
        for node in ast.walk(ast.parse(source.path.read_text(encoding="utf-8")))
        if isinstance(node, _Again)
    }
    for place in places([source]):
        if place.comment.is_carried_out and place.lines:
            first, last = place.lines[0], place.lines[-1]
            where = _where(source, place.comment.line)
            draft = _draft_of(place, drafts)
            section = "" if place.anchor else sections.get(place.comment.numbers[0], "")
            yield Spot(place, where, first, ends.get(first, last), draft, section)


def _where(source: SourceFile, line: int) -> str:
    """Return a file and a line, without the folders that differ from machine to machine."""
    depth = source.module.count(".") + (source.path.name == "__init__.py")
    return f"{source.path.relative_to(source.path.parents[depth])}:{line}"


def _on_lines_of(code: CodeType, spots: list[Spot]) -> dict[int, list[Spot]]:
    """Return the spots of a function, by line; its own ``def`` belongs to what is around it."""
    lines = {line for _, _, line in code.co_lines()} - {None, code.co_firstlineno}
    found: dict[int, list[Spot]] = {}
    for spot in spots:
        for line in spot.place.lines:
            if line in lines:
                found.setdefault(line, []).append(spot)
    return found


def _codes(module: ModuleType, path: Path) -> Iterator[CodeType]:
    """Find the code objects of a module's functions and methods, and those inside of them."""
    for function in _functions(module, module.__name__):
        if Path(function.__code__.co_filename) == path:
            yield from _with_inner(function.__code__)


def _functions(holder: ModuleType | type, module: str) -> Iterator[FunctionType]:
    for value in tuple(vars(holder).values()):
        for each in _unwrapped(value):
            if isinstance(each, FunctionType):
                yield each
            elif isinstance(each, type) and each.__module__ == module and each is not holder:
                yield from _functions(each, module)


def _unwrapped(value: object) -> tuple[object, ...]:
    """Return the functions behind a property, a class method, or a decorator."""
    if isinstance(value, property):
        return value.fget, value.fset
    if isinstance(value, staticmethod | classmethod):
        return (value.__func__,)
    return (getattr(value, "__wrapped__", value),)


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    """Return a code object and those of inner functions, but not of comprehensions."""
    if not code.co_name.startswith("<"):
        yield code
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                yield from _with_inner(constant)
