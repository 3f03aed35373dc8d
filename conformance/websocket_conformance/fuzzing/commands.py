"""Commands with which a client tells the fuzzing server what to send, on any other path.

A command is a text message, a JSON list of a name and an object:

==================  ===========================================================================
``["sendframe",     sends one frame: ``opcode`` and, as far as they are there, ``payload``,
{…}]``              ``fin``, ``rsv``, ``chopsize`` and ``sync``; ``payload_len`` repeats the
                    payload up to that length
``["sendframes",    sends several
[{…}, …]]``
``["echo", {…}]``   sends ``payload`` as one frame of text; ``payload_len`` as above
``["close", {…}]``  starts the closing handshake, with ``code`` and ``reason`` if they are there
==================  ===========================================================================

Without a command, the server sends nothing, and the connection is open until the client closes it.
A message that is not a command is answered with a Close with 1008 and the reason.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from websocket_conformance.cases.payloads import repeated
from websocket_conformance.wire.endpoint import Endpoint
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.sendable import Close, Frame

_NOT_A_COMMAND = 1008
_LARGEST_PAYLOAD = 1 << 24
_HIGHEST_OPCODE, _HIGHEST_RSV, _HIGHEST_CODE = 15, 7, 65535


class CommandError(Exception):
    """A message is not a command; the exception's text says why."""


class Commands:
    """Receives commands on a connection, and carries them out.

    Args:
        refused: is called with a message that is not a command, and the reason.
    """

    def __init__(self, refused: Callable[[bytes, str], None]) -> None:
        self._refused = refused
        self.endpoint: Endpoint | None = None

    def message(self, payload: bytes, binary: bool) -> None:
        """Carry out the command in a message."""
        assert self.endpoint is not None
        try:
            for sendable in commanded(payload, binary):
                if isinstance(sendable, Close):
                    self.endpoint.send_close(sendable)
                else:
                    self.endpoint.send_frame(sendable)
        except CommandError as error:
            self._refused(payload, str(error))
            self.endpoint.send_close(Close(_NOT_A_COMMAND, str(error).encode()))

    def pong(self, payload: bytes) -> None:
        """Ignore a Pong."""

    def ended(self) -> None:
        """Ignore the end of the connection."""


def commanded(payload: bytes, binary: bool) -> list[Frame | Close]:
    """Return the action that a message asks for.

    Raises:
        CommandError: the message is not a command.
    """
    if binary:
        raise CommandError("A command is text, not binary.")
    try:
        command = json.loads(payload)
    except (ValueError, RecursionError):
        command = None
    match command:
        case ["sendframe", {**fields}]:
            return [_frame(fields)]
        case ["sendframes", [*several]] if all(isinstance(each, dict) for each in several):
            return [_frame(fields) for fields in several]
        case ["echo", {**fields}]:
            known = {name: fields.get(name) for name in ("payload", "payload_len")}
            return [_frame({**known, "opcode": Opcode.TEXT})]
        case ["close", {**fields}]:
            code = None if fields.get("code") is None else _number(fields, "code", _HIGHEST_CODE)
            return [Close(code, _text(fields, "reason"))]
    raise CommandError(
        'A command is ["sendframe", {}], ["sendframes", []], ["echo", {}] or ["close", {}].'
    )


def _frame(fields: Mapping[Any, Any]) -> Frame:
    payload = _text(fields, "payload")
    if fields.get("payload_len") is not None:
        length = _number(fields, "payload_len", _LARGEST_PAYLOAD)
        payload = repeated(payload, length) if payload else b""
    chop = None
    if fields.get("chopsize") is not None:
        chop = _number(fields, "chopsize", _LARGEST_PAYLOAD) or None
    return Frame(
        _number(fields, "opcode", _HIGHEST_OPCODE),
        payload,
        fin=bool(fields.get("fin", True)),
        rsv=_number({"rsv": 0, **fields}, "rsv", _HIGHEST_RSV),
        chop=chop,
        apart=bool(fields.get("sync")),
    )


def _number(fields: Mapping[Any, Any], name: str, most: int) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise CommandError(f"{name} is to be a number from 0 to {most}.")
    return value


def _text(fields: Mapping[Any, Any], name: str) -> bytes:
    value = fields.get(name) or ""
    if not isinstance(value, str):
        raise CommandError(f"{name} is to be a text.")
    return value.encode("utf-8", "surrogatepass")
