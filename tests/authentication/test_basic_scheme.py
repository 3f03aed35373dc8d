"""The schemes Basic, RFC 7617, and Bearer, RFC 6750."""

import base64

import pytest

from whatwg_websockets.authentication.basic import basic_authorization
from whatwg_websockets.authentication.bearer import bearer_authorization
from whatwg_websockets.authentication.challenge import Challenge
from whatwg_websockets.authentication.credentials import CannotBeSent, Credentials, Token

PLAIN = Challenge("basic", {"realm": b"x"})
UTF8 = Challenge("basic", {"realm": b"x", "charset": b"UTF-8"})


def basic(name, password, challenge=PLAIN):
    return basic_authorization(challenge, Credentials(name.encode(), password.encode()))


def test_the_examples_of_the_rfc():
    assert basic("Aladdin", "open sesame") == b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert basic("test", "123£", UTF8) == b"Basic dGVzdDoxMjPCow=="


def test_a_password_may_have_a_colon_and_either_may_be_empty():
    assert base64.b64decode(basic("a", "b:c")[6:]) == b"a:b:c"
    assert base64.b64decode(basic("", "")[6:]) == b":"


def test_a_charset_asks_for_normalization_form_c():
    decomposed = "u\u0308"
    assert base64.b64decode(basic(decomposed, decomposed, UTF8)[6:]).decode() == "ü:ü"
    sent = base64.b64decode(basic(decomposed, decomposed)[6:]).decode()
    assert sent == f"{decomposed}:{decomposed}"


def test_what_is_not_utf_8_is_sent_as_it_is():
    sent = basic_authorization(UTF8, Credentials(b"\xff", b"\xfe"))
    assert base64.b64decode(sent[6:]) == b"\xff:\xfe"


@pytest.mark.parametrize(
    ("name", "password", "why"),
    [
        ("secret:", "b", "the name has a colon"),
        ("secret\n", "b", "the name has a control character"),
        ("secret\x7f", "b", "the name has a control character"),
        ("a", "secret\0", "the password has a control character"),
    ],
)
def test_what_basic_cannot_say(name, password, why):
    with pytest.raises(CannotBeSent, match=why) as caught:
        basic(name, password)
    assert "secret" not in str(caught.value)


def test_a_token_is_sent_as_it_is():
    assert bearer_authorization(Token(b"mF_9.B5f-4.1JqM==")) == b"Bearer mF_9.B5f-4.1JqM=="


@pytest.mark.parametrize("token", [b"", b"a b", b"a=b", b"a\r\nb", b"\xc3\xbc", b"="])
def test_what_is_no_token(token):
    with pytest.raises(CannotBeSent, match="the token has characters"):
        bearer_authorization(Token(token))
