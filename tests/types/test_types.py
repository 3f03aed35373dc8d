"""What type checkers find in programs that use this library, installed as a user has it."""

import re
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import get_args, get_overloads, get_type_hints

import pytest

import whatwg_websockets
from support.checkers import Checker, mypy, pyright, pyright_report
from whatwg_websockets import EnvironmentSettings, EventTarget, WebSocket
from whatwg_websockets.close_event import CLOSE_EVENT_INIT, CloseEventInit
from whatwg_websockets.csp.event_map import EnvironmentSettingsEventTarget
from whatwg_websockets.csp.security_policy_violation_event import (
    SECURITY_POLICY_VIOLATION_EVENT_INIT,
    SecurityPolicyViolationEventInit,
)
from whatwg_websockets.dom.event_init import EVENT_INIT, EventInit
from whatwg_websockets.dom.event_listener import (
    ADD_EVENT_LISTENER_OPTIONS,
    EVENT_LISTENER_OPTIONS,
    AddEventListenerOptions,
    EventListenerOptions,
)
from whatwg_websockets.fileapi.blob import BLOB_PROPERTY_BAG, BlobPropertyBag
from whatwg_websockets.html.event_handlers import EventHandlerAttribute
from whatwg_websockets.html.message_event import MESSAGE_EVENT_INIT, MessageEventInit
from whatwg_websockets.streams.pipe_options import STREAM_PIPE_OPTIONS, StreamPipeOptions
from whatwg_websockets.streams.queuing_strategies import QUEUING_STRATEGY_INIT, QueuingStrategyInit
from whatwg_websockets.streams.readable_stream import (
    GET_READER_OPTIONS,
    ITERATOR_OPTIONS,
    ReadableStreamGetReaderOptions,
    ReadableStreamIteratorOptions,
)
from whatwg_websockets.streams.underlying_sink import UNDERLYING_SINK, UnderlyingSink
from whatwg_websockets.streams.underlying_source import UNDERLYING_SOURCE, UnderlyingSource
from whatwg_websockets.websocket_event_map import WebSocketEventTarget
from whatwg_websockets.websocketstream.dictionaries import (
    CLOSE_INFO,
    OPTIONS,
    CloseInfoMembers,
    WebSocketCloseInfo,
    WebSocketStreamOptions,
)

pytestmark = pytest.mark.usefixtures("unmeasured")

RIGHT, WRONG = (Path(__file__).parent / name for name in ("right.py", "wrong.py"))
OLDEST, NEWEST = "3.11", "3.14"


def planted() -> set[int]:
    """Return the lines of ``wrong.py`` that are marked as wrong."""
    lines = WRONG.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if re.search(r"  # wrong: \w", line)}


@pytest.mark.slow
@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("checker", [mypy, pyright])
def test_each_error_is_found_and_no_other(checker: Checker, version: str):
    errors = checker(RIGHT, WRONG, version=version)
    assert [each for each in errors if each.path == RIGHT] == []
    found = {each.line: each.message for each in errors if each.path == WRONG}
    assert {line: found[line] for line in found.keys() - planted()} == {}
    assert planted() - found.keys() == set()


@pytest.mark.slow
def test_pyright_knows_the_type_of_each_public_name_and_of_its_members():
    report = pyright_report("--verifytypes", "whatwg_websockets", "--ignoreexternal")
    symbols = report["typeCompleteness"]["symbols"]
    classes = [getattr(whatwg_websockets, name) for name in whatwg_websockets.__all__]
    prefixes = tuple(
        f"{each.__module__}.{each.__qualname__}." for each in classes if isinstance(each, type)
    )
    names = {f"whatwg_websockets.{name}" for name in whatwg_websockets.__all__}
    public = [
        each for each in symbols if each["name"] in names or each["name"].startswith(prefixes)
    ]
    assert names <= {each["name"] for each in public}
    unknown = [
        (each["name"], each["diagnostics"])
        for each in public
        if not each["isTypeKnown"] or each["isTypeAmbiguous"]
    ]
    assert unknown == []


@pytest.mark.parametrize(
    ("typed", "dictionary"),
    [
        (EventInit, EVENT_INIT),
        (CloseEventInit, CLOSE_EVENT_INIT),
        (MessageEventInit, MESSAGE_EVENT_INIT),
        (SecurityPolicyViolationEventInit, SECURITY_POLICY_VIOLATION_EVENT_INIT),
        (EventListenerOptions, EVENT_LISTENER_OPTIONS),
        (AddEventListenerOptions, ADD_EVENT_LISTENER_OPTIONS),
        (BlobPropertyBag, BLOB_PROPERTY_BAG),
        (QueuingStrategyInit, QUEUING_STRATEGY_INIT),
        (ReadableStreamGetReaderOptions, GET_READER_OPTIONS),
        (ReadableStreamIteratorOptions, ITERATOR_OPTIONS),
        (UnderlyingSource, UNDERLYING_SOURCE),
        (UnderlyingSink, UNDERLYING_SINK),
        (StreamPipeOptions, STREAM_PIPE_OPTIONS),
        (WebSocketStreamOptions, OPTIONS),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_dictionary_and_its_type_have_the_same_members(typed, dictionary):
    assert typed.__name__ == dictionary.name
    assert typed.__optional_keys__ == dictionary.members.keys()


def test_what_a_stream_closes_with_has_the_members_of_its_dictionary():
    assert CloseInfoMembers.__optional_keys__ == CLOSE_INFO.members.keys()
    assert {field.name for field in fields(WebSocketCloseInfo)} == CLOSE_INFO.members.keys()


@pytest.mark.parametrize("method", ["addEventListener", "removeEventListener"])
@pytest.mark.parametrize(
    ("target", "typed"),
    [
        (WebSocket, WebSocketEventTarget),
        (EnvironmentSettings, EnvironmentSettingsEventTarget),
    ],
)
def test_each_type_of_event_that_a_target_has_a_handler_for_is_known(target, typed, method):
    handlers = {
        value.event_type
        for value in vars(target).values()
        if isinstance(value, EventHandlerAttribute)
    }
    hints = partial(get_type_hints, include_extras=True)
    overloads = get_overloads(getattr(typed, method))
    types = [hints(each)["type"] for each in overloads]
    assert {name for each in types for name in get_args(each)} == handlers
    assert types[-1] is str


def test_the_types_of_a_targets_events_are_for_checkers_only():
    assert WebSocket.__bases__ == EnvironmentSettings.__bases__ == (EventTarget,)
