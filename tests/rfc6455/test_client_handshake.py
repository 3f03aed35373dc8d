"""What a client checks in the server's opening handshake, RFC 6455 section 4.1."""

import base64
import os

import pytest

from whatwg_websockets.rfc6455.client_handshake import (
    accept_value,
    make_nonce,
    validate_the_response,
)
from whatwg_websockets.rfc6455.failure import Failure

# The example of 1.3.
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

UPGRADE = (b"upgrade", b"websocket")
CONNECTION = (b"connection", b"Upgrade")
ACCEPTED = (b"sec-websocket-accept", ACCEPT)
GOOD = [UPGRADE, CONNECTION, ACCEPTED]

DEFLATE = "permessage-deflate"


def response(*headers, without=()):
    """Return the headers of a valid response, some of which are replaced."""
    replaced = {name for name, _ in headers} | set(without)
    return [*headers, *(header for header in GOOD if header[0] not in replaced)]


def validate(headers, *, offered=(DEFLATE,), protocols=()):
    extensions, protocol = validate_the_response(headers, KEY, list(offered), list(protocols))
    return [(each.name, each.parameters) for each in extensions], protocol


def assert_fails(headers, **keywords):
    with pytest.raises(Failure) as raised:
        validate(headers, **keywords)
    assert raised.value.code == 1002
    assert raised.value.why


def test_a_good_response():
    assert validate(GOOD) == ([], "")
    assert validate([(b"server", b"x"), *reversed(GOOD), (b"date", b"today")]) == ([], "")


def test_a_nonce_is_sixteen_random_bytes_in_base64(monkeypatch):
    """4.1, 7: selected randomly for each connection."""
    assert len(base64.b64decode(make_nonce(), validate=True)) == 16
    assert make_nonce() != make_nonce()
    monkeypatch.setattr(os, "urandom", lambda size: bytes(range(1, size + 1)))
    # 4.1 has the nonce 0x01 0x02 ... 0x10 as its example.
    assert make_nonce() == b"AQIDBAUGBwgJCgsMDQ4PEA=="


def test_the_example_of_1_3():
    assert accept_value(KEY) == ACCEPT


class TestUpgrade:
    """4.1, 2: the Upgrade field is required, and its value is "websocket" in any case."""

    @pytest.mark.parametrize("value", [b"websocket", b"WebSocket", b"WEBSOCKET", b" websocket\t"])
    def test_good(self, value):
        assert validate(response((b"upgrade", value))) == ([], "")

    @pytest.mark.parametrize(
        "values",
        [
            *([], [b""], [b"websockets"], [b"web socket"], [b"h2c"]),
            *([b"websocket, h2c"], [b"h2c, websocket"], [b"websocket,"]),
            *([b"websocket", b"websocket"], [b"websocket", b"h2c"]),
            # KELVIN SIGN is k in lower case, but not in ASCII.
            *(["webso\u212aet".encode()], [b"websoc\xe2\x84\xaaet"]),
        ],
    )
    def test_bad(self, values):
        headers = [(b"upgrade", value) for value in values]
        assert_fails(response(*headers, without=[b"upgrade"]))


class TestConnection:
    """4.1, 3: the Connection field has the token "Upgrade" in any case."""

    @pytest.mark.parametrize(
        "values",
        [
            *([b"Upgrade"], [b"upgrade"], [b"UPGRADE"], [b"\tUpgrade "]),
            *([b"keep-alive, Upgrade"], [b"Upgrade,keep-alive"], [b",,Upgrade,"]),
            *([b"keep-alive ,\tUpGrade ,x"],),
            *([b"keep-alive", b"Upgrade"], [b"Upgrade", b"Upgrade"], [b"", b"x, upgrade"]),
        ],
    )
    def test_good(self, values):
        assert validate(response(*((b"connection", value) for value in values))) == ([], "")

    @pytest.mark.parametrize(
        "values",
        [
            *([], [b""], [b"keep-alive"], [b"close", b"keep-alive"]),
            *([b"Upgrades"], [b"Up grade"], [b"Up", b"grade"], [b'"Upgrade"'], [b"x Upgrade"]),
            *([b"Upgrade;x"],),
        ],
    )
    def test_bad(self, values):
        headers = [(b"connection", value) for value in values]
        assert_fails(response(*headers, without=[b"connection"]))


class TestAccept:
    """4.1, 4: the value is the hash of the client's key; whitespace around it is ignored."""

    @pytest.mark.parametrize("value", [ACCEPT, b"  " + ACCEPT + b"\t "])
    def test_good(self, value):
        assert validate(response((b"sec-websocket-accept", value))) == ([], "")

    @pytest.mark.parametrize(
        "values",
        [
            *([], [b""], [KEY], [accept_value(b"another key")]),
            *([ACCEPT.lower()], [ACCEPT.rstrip(b"=")], [ACCEPT + b"="], [ACCEPT[:9] + b" "]),
            *([b'"' + ACCEPT + b'"'], [ACCEPT + b", " + ACCEPT]),
            *([ACCEPT, ACCEPT], [ACCEPT, b""], [KEY, ACCEPT]),
        ],
    )
    def test_bad(self, values):
        headers = [(b"sec-websocket-accept", value) for value in values]
        assert_fails(response(*headers, without=[b"sec-websocket-accept"]))

    def test_it_belongs_to_the_key_as_it_was_sent(self):
        with pytest.raises(Failure):
            validate_the_response(GOOD, b"AQIDBAUGBwgJCgsMDQ4PEA==", [], [])


class TestExtensions:
    """4.1, 5: an extension that was not offered is refused."""

    @pytest.mark.parametrize(
        ("values", "in_use"),
        [
            ([b"permessage-deflate"], [(DEFLATE, [])]),
            (
                [b"permessage-deflate; client_max_window_bits=10"],
                [(DEFLATE, [("client_max_window_bits", "10")])],
            ),
            ([b", permessage-deflate"], [(DEFLATE, [])]),
            # That it is there twice is for RFC 7692 to judge.
            (
                [b'permessage-deflate; a, permessage-deflate; b="1"'],
                [(DEFLATE, [("a", None)]), (DEFLATE, [("b", "1")])],
            ),
        ],
    )
    def test_good(self, values, in_use):
        headers = [(b"sec-websocket-extensions", value) for value in values]
        assert validate(response(*headers)) == (in_use, "")

    @pytest.mark.parametrize(
        "values",
        [
            *([b"mux"], [b"permessage-deflate, mux"], [b"permessage-deflate", b"mux"]),
            *([b"Permessage-Deflate"], [b"permessage-deflat"], [b"x-webkit-deflate-frame"]),
            *([b""], [b","], [b"permessage-deflate;"], [b'permessage-deflate; a="b'], [b"\xe4"]),
        ],
    )
    def test_bad(self, values):
        headers = [(b"sec-websocket-extensions", value) for value in values]
        assert_fails(response(*headers))

    @pytest.mark.parametrize("second", [b"permessage-deflate", b"", b","])
    @pytest.mark.parametrize("first", [b"permessage-deflate", b"", b","])
    def test_11_3_2_a_response_has_no_second_field_whatever_the_two_say(self, first, second):
        headers = [(b"sec-websocket-extensions", value) for value in (first, second)]
        assert_fails(response(*headers))

    def test_none_was_offered(self):
        header = (b"sec-websocket-extensions", b"permessage-deflate")
        assert_fails(response(header), offered=[])


class TestSubprotocol:
    """4.1, 6: a subprotocol that was not requested is refused, and so are several."""

    @pytest.mark.parametrize("value", [b"chat", b" chat\t"])
    def test_good(self, value):
        header = (b"sec-websocket-protocol", value)
        assert validate(response(header), protocols=["superchat", "chat"]) == ([], "chat")

    def test_none(self):
        """That one has to be chosen where some were asked for is the WHATWG's rule."""
        assert validate(GOOD, protocols=["chat"]) == ([], "")

    @pytest.mark.parametrize(
        "values",
        [
            *([b""], [b"Chat"], [b"other"], [b"chat, superchat"], [b"chat,"], [b'"chat"']),
            *([b"chat", b"chat"], [b"chat", b"superchat"], [b"chat", b""], [b"ch\xe4t"]),
        ],
    )
    def test_bad(self, values):
        headers = [(b"sec-websocket-protocol", value) for value in values]
        assert_fails(response(*headers), protocols=["chat", "superchat"])

    @pytest.mark.parametrize("value", [b"chat", b""])
    def test_none_was_asked_for(self, value):
        assert_fails(response((b"sec-websocket-protocol", value)))
