"""The scheme Digest, RFC 7616."""

import hashlib
import re

import pytest

from whatwg_websockets.authentication.challenge import Challenge, read_challenges
from whatwg_websockets.authentication.credentials import CannotBeSent, Credentials
from whatwg_websockets.authentication.digest import (
    DigestSession,
    digest_is_understood,
    is_stale,
)

NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def challenge(**parameters):
    return Challenge("digest", {name: value.encode() for name, value in parameters.items()})


def session(asked, name="Mufasa", password="Circle of Life", cnonces=(CNONCE,) * 9):
    made = iter(cnonces)
    return DigestSession(asked, Credentials(name.encode(), password.encode()), lambda: next(made))


def read(value):
    """Read the parameters of the credentials; quoted values keep their quotation marks."""
    scheme, _, parameters = value.decode().partition(" ")
    assert scheme == "Digest"
    return dict(re.findall(r'([a-z*]+)=("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)', parameters))


def h(text, name="md5"):
    return hashlib.new(name, text.encode()).hexdigest()


def response_of(secret):
    """Return the response without a quality of protection, in quotation marks."""
    return '"' + h(f"{h(secret)}:n:{h('GET:/')}") + '"'


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_the_rfc(algorithm, response):
    """RFC 7616 section 3.9.1."""
    asked = challenge(
        realm="http-auth@example.org",
        qop="auth, auth-int",
        algorithm=algorithm,
        nonce=NONCE,
        opaque=OPAQUE,
    )
    assert read(session(asked).authorization(b"GET", b"/dir/index.html")) == {
        "username": '"Mufasa"',
        "realm": '"http-auth@example.org"',
        "uri": '"/dir/index.html"',
        "algorithm": algorithm,
        "nonce": f'"{NONCE}"',
        "nc": "00000001",
        "cnonce": f'"{CNONCE}"',
        "qop": "auth",
        "response": f'"{response}"',
        "opaque": f'"{OPAQUE}"',
    }


def test_the_examples_of_the_rfcs_before():
    """RFC 2617 section 3.5, and RFC 2069 section 2.4 as its erratum has it."""
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    asked = {"realm": "testrealm@host.com", "nonce": nonce}
    newer = session(challenge(**asked, qop="auth"), "Mufasa", "Circle Of Life", ["0a4f113b"] * 2)
    sent = read(newer.authorization(b"GET", b"/dir/index.html"))
    assert sent["response"] == '"6629fae49393a05397450978507c4ef1"'
    older = session(challenge(**asked), "Mufasa", "CircleOfLife")
    sent = read(older.authorization(b"GET", b"/dir/index.html"))
    assert sent["response"] == '"1949323746fe6a43ef61f9606e7febea"'
    assert not {"qop", "nc", "cnonce", "algorithm", "opaque"} & set(sent)


def test_each_request_counts_and_has_a_nonce_of_its_own():
    asked = challenge(realm="r", nonce="n", qop="auth")
    answers = session(asked, "u", "p", ["first", "a", "b"])
    for count, cnonce in [("00000001", "a"), ("00000002", "b")]:
        sent = read(answers.authorization(b"GET", b"/"))
        assert (sent["nc"], sent["cnonce"]) == (count, f'"{cnonce}"')
        expected = h(f"{h('u:r:p')}:n:{count}:{cnonce}:auth:{h('GET:/')}")
        assert sent["response"] == f'"{expected}"'


@pytest.mark.parametrize(("algorithm", "name"), [("MD5-sess", "md5"), ("sha-256-SESS", "sha256")])
def test_a_session_keeps_the_first_nonces(algorithm, name):
    asked = challenge(realm="r", nonce="n", qop="auth", algorithm=algorithm)
    answers = session(asked, "u", "p", ["first"])
    secret = h(f"{h('u:r:p', name)}:n:first", name)
    answers.authorization(b"GET", b"/")
    answers.heed(b'nextnonce="m"')
    sent = read(answers.authorization(b"GET", b"/"))
    expected = h(f"{secret}:m:00000001:first:auth:{h('GET:/', name)}", name)
    assert sent["response"] == f'"{expected}"'
    assert sent["algorithm"] == algorithm


def test_the_next_nonce_counts_anew():
    answers = session(challenge(realm="r", nonce="n", qop="auth"))
    answers.authorization(b"GET", b"/")
    answers.heed(b'rspauth="", nextnonce="next"')
    sent = read(answers.authorization(b"GET", b"/"))
    assert (sent["nonce"], sent["nc"]) == ('"next"', "00000001")
    answers.heed(b'rspauth=""')
    sent = read(answers.authorization(b"GET", b"/"))
    assert (sent["nonce"], sent["nc"]) == ('"next"', "00000002")


def test_quotation_marks_are_escaped_and_hashed_as_they_are():
    asked = challenge(realm='a "b" \\c', nonce='n"', opaque='o"')
    sent = read(session(asked, 'u"', "p").authorization(b"GET", b"/"))
    assert (sent["username"], sent["realm"]) == (r'"u\""', r'"a \"b\" \\c"')
    assert (sent["nonce"], sent["opaque"]) == (r'"n\""', r'"o\""')
    secret = h('u":a "b" \\c:p')
    assert sent["response"] == '"' + h(f'{secret}:n":{h("GET:/")}') + '"'


def test_a_name_that_is_not_ascii():
    asked = {"realm": "r", "nonce": "n"}
    plain = session(challenge(**asked), "Jäsøn Doe", "p").authorization(b"GET", b"/")
    assert 'username="Jäsøn Doe"'.encode() in plain
    extended = session(challenge(**asked, charset="UTF-8"), "Ja\u0308søn Doe", "p")
    sent = read(extended.authorization(b"GET", b"/"))
    assert sent["username*"] == "UTF-8''J%C3%A4s%C3%B8n%20Doe"
    assert sent["response"] == response_of("Jäsøn Doe:r:p")
    hashed = session(challenge(**asked, charset="UTF-8", userhash="true"), "Jäsøn Doe", "p")
    sent = read(hashed.authorization(b"GET", b"/"))
    assert (sent["username"], sent["userhash"]) == ('"' + h("Jäsøn Doe:r") + '"', "true")
    assert sent["response"] == response_of("Jäsøn Doe:r:p")


def test_a_name_that_is_not_utf_8():
    asked = challenge(realm="r", nonce="n", charset="UTF-8")
    sent = DigestSession(asked, Credentials(b"\xff", b"p")).authorization(b"GET", b"/")
    assert b'username="\xff"' in sent


def test_a_name_with_a_control_character_cannot_be_sent():
    with pytest.raises(CannotBeSent, match="the name has a control character"):
        session(challenge(realm="r", nonce="n"), "a\tb", "p")


@pytest.mark.parametrize(
    ("value", "is_understood"),
    [
        ("nonce=n", True),
        ("nonce=n, algorithm=md5", True),
        ("nonce=n, algorithm=SHA-256-sess", True),
        ("nonce=n, algorithm=SHA-512-256", False),
        ('nonce=n, qop="auth-int"', False),
        ('nonce=n, qop="auth-int,  AUTH"', True),
        ("realm=r", False),
    ],
)
def test_what_is_understood(value, is_understood):
    [asked] = read_challenges([b"Digest " + value.encode()])
    assert digest_is_understood(asked) is is_understood


@pytest.mark.parametrize(("stale", "expected"), [("TRUE", True), ("true", True), ("no", False)])
def test_what_is_stale(stale, expected):
    assert is_stale(challenge(stale=stale)) is expected
    assert not is_stale(challenge())


def test_nothing_shows_the_password():
    answers = session(challenge(realm="r", nonce="n"), "u", "secret")
    assert repr(answers) == "<DigestSession>"
    assert b"secret" not in answers.authorization(b"GET", b"/")
