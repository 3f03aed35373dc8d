"""Tests of the user prompt: what answers a challenge, in which order, and how often."""

import pytest

from whatwg_websockets.authentication.answer import Answer
from whatwg_websockets.authentication.authentication_challenge import AuthenticationChallenge
from whatwg_websockets.authentication.challenge import read_challenges
from whatwg_websockets.authentication.credentials import (
    Credentials,
    Secret,
    Token,
    as_bytes,
    credentials_of_the_url,
)
from whatwg_websockets.authentication.entries import AuthenticationEntries
from whatwg_websockets.authentication.user_prompt import MOST_ANSWERS, UserPrompt
from whatwg_websockets.url.url_record import parse

ORIGIN = "http://example.com"
BASIC = [b'Basic realm="r"']
DIGEST = [b'Digest realm="r", nonce="n", qop="auth"']
OF_THE_URL = Credentials(b"url", b"secret")


class Program:
    """A program that returns its given answers in turn, and keeps the prompts."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def __call__(self, challenge):
        self.asked.append(challenge)
        return self.answers.pop(0)


def prompt_of(program=None, of_the_url=None, entries=None, **values):
    return UserPrompt(
        origin=ORIGIN,
        url="ws://example.com/",
        of_the_url=of_the_url,
        entries=AuthenticationEntries() if entries is None else entries,
        credentials=program,
        **values,
    )


async def test_the_url_comes_first():
    program = Program()
    prompt = prompt_of(program, OF_THE_URL)
    assert await prompt.prompt(BASIC, None)
    assert prompt.answer.credentials == OF_THE_URL
    assert program.asked == []


async def test_the_program_is_asked_next_and_hears_of_the_refusal():
    program = Program(("a", "b"), ("c", "d"))
    prompt = prompt_of(program, OF_THE_URL)
    assert await prompt.prompt(BASIC, None)
    assert await prompt.prompt(BASIC, prompt.answer)
    assert prompt.answer.credentials == Credentials(b"a", b"b")
    assert await prompt.prompt(BASIC, prompt.answer)
    asked = AuthenticationChallenge(
        scheme="basic", realm="r", url="ws://example.com/", was_refused=True
    )
    assert program.asked == [asked, asked]


async def test_the_same_answer_is_not_sent_again():
    prompt = prompt_of(Program(("url", "secret")), OF_THE_URL)
    assert await prompt.prompt(BASIC, None)
    assert not await prompt.prompt(BASIC, prompt.answer)
    assert prompt.why == "the credentials were refused"


async def test_what_was_refused_in_one_scheme_or_realm_is_not_sent_in_another():
    prompt = prompt_of(None, OF_THE_URL)
    assert await prompt.prompt(DIGEST, None)
    assert not await prompt.prompt(DIGEST + BASIC, prompt.answer)
    prompt = prompt_of(None, OF_THE_URL)
    assert await prompt.prompt(BASIC, None)
    assert not await prompt.prompt([b'Basic realm="another"'], prompt.answer)


async def test_what_was_sent_unasked_is_refused_only_by_its_own_realm():
    entries = AuthenticationEntries()
    sent = Answer(read_challenges([b'Basic realm="other"'])[0], OF_THE_URL)
    entries.add(ORIGIN, "/", sent)
    prompt = prompt_of(None, OF_THE_URL, entries)
    assert await prompt.prompt(BASIC, sent)
    assert len(entries) == 1
    prompt = prompt_of(None, OF_THE_URL, entries)
    assert not await prompt.prompt([b'Basic realm="other"'], sent)
    assert len(entries) == 0


async def test_what_the_realm_was_answered_with_before_is_taken_before_the_program_is_asked():
    entries = AuthenticationEntries()
    known = Answer(read_challenges(BASIC)[0], OF_THE_URL)
    entries.add(ORIGIN, "/elsewhere/", known)
    program = Program(("a", "b"))
    prompt = prompt_of(program, None, entries)
    assert await prompt.prompt(BASIC, None)
    assert prompt.answer.credentials == OF_THE_URL
    assert await prompt.prompt(BASIC, prompt.answer)
    assert prompt.answer.credentials == Credentials(b"a", b"b")
    assert len(entries) == 0


async def test_who_names_somebody_in_the_url_is_nobody_else():
    entries = AuthenticationEntries()
    known = Answer(read_challenges(BASIC)[0], Credentials(b"ann", b"b"))
    entries.add(ORIGIN, "/", known)
    prompt = prompt_of(None, OF_THE_URL, entries)
    assert await prompt.prompt(BASIC, None)
    assert not await prompt.prompt(BASIC, prompt.answer)
    assert len(entries) == 1


async def test_the_strongest_scheme_comes_first_and_none_asks_for_the_next():
    program = Program(None, None, ("a", "b"))
    prompt = prompt_of(program)
    assert await prompt.prompt([b"Basic realm=r, Bearer realm=r", *DIGEST], None)
    assert [each.scheme for each in program.asked] == ["digest", "bearer", "basic"]
    assert prompt.answer.authorization(b"GET", b"/") == b"Basic YTpi"


async def test_of_several_algorithms_the_first_that_is_understood():
    program = Program(("a", "b"))
    prompt = prompt_of(program)
    values = [
        b'Digest realm="0", nonce="n", algorithm=SHA-512-256',
        b'Digest realm="1", nonce="n", algorithm=SHA-256',
        b'Digest realm="2", nonce="n", algorithm=MD5',
    ]
    assert await prompt.prompt(values, None)
    assert program.asked[0].realm == "1"
    assert b"algorithm=SHA-256" in prompt.answer.authorization(b"GET", b"/")


async def test_a_token_and_never_the_name_and_password_of_the_url():
    prompt = prompt_of(Program("abc"), OF_THE_URL)
    assert await prompt.prompt([b"Bearer"], None)
    assert prompt.answer.credentials == Token(b"abc")
    assert prompt.answer.authorization(b"GET", b"/") == b"Bearer abc"
    prompt.answer.heed([b'nextnonce="x"'])
    assert prompt.answer.authorization(b"GET", b"/") == b"Bearer abc"
    assert not await prompt_of(None, OF_THE_URL).prompt([b"Bearer"], None)


async def test_only_the_nonce_was_out_of_date():
    program = Program(("a", "b"))
    prompt = prompt_of(program)
    assert await prompt.prompt(DIGEST, None)
    assert await prompt.prompt([b'Digest realm="r", nonce="2", stale=true'], prompt.answer)
    assert len(program.asked) == 1
    assert b'nonce="2"' in prompt.answer.authorization(b"GET", b"/")


async def test_the_server_says_what_the_next_nonce_is():
    prompt = prompt_of(None, OF_THE_URL)
    assert await prompt.prompt(DIGEST, None)
    prompt.answer.heed([b'nextnonce="2"', b"qop=auth"])
    assert b'nonce="2"' in prompt.answer.authorization(b"GET", b"/")


async def test_stale_in_another_realm_is_a_refusal():
    prompt = prompt_of(None, OF_THE_URL)
    assert await prompt.prompt(DIGEST, None)
    assert not await prompt.prompt([b'Digest realm="2", nonce="2", stale=true'], prompt.answer)


async def test_a_server_that_is_never_content():
    program = Program(*((str(number), "") for number in range(100)))
    prompt = prompt_of(program)
    for _ in range(MOST_ANSWERS):
        assert await prompt.prompt(BASIC, prompt.answer)
    assert not await prompt.prompt(BASIC, prompt.answer)
    assert prompt.why == "5 answers to its challenges were refused"
    assert len(program.asked) == MOST_ANSWERS


async def test_a_proxy_asks_as_well():
    program = Program(("a", "b"))
    assert await prompt_of(program, is_proxy=True).prompt(BASIC, None)
    assert program.asked[0].is_proxy


async def test_an_answer_may_be_awaited():
    async def later(challenge):
        return ("a", "b")

    prompt = prompt_of(later)
    assert await prompt.prompt(BASIC, None)
    assert prompt.answer.credentials == Credentials(b"a", b"b")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], "it does not contain a challenge that can be read"),
        ([b"(garbage"], "it does not contain a challenge that can be read"),
        (
            [b"Negotiate, NTLM"],
            "it contains only challenges that cannot be answered, of the scheme negotiate, ntlm",
        ),
        (
            [b", ".join(b"x%d" % number + b"y" * 99 for number in range(9))],
            "it contains only challenges that cannot be answered, of the scheme "
            + ", ".join(f"x{number}" + "y" * 18 for number in range(5))
            + ", ...",
        ),
        (
            [b"Digest realm=r"],
            "it contains only challenges that cannot be answered, of the scheme digest",
        ),
    ],
)
async def test_there_is_nothing_to_answer(values, why):
    program = Program()
    prompt = prompt_of(program, OF_THE_URL)
    assert not await prompt.prompt(values, None)
    assert prompt.why == why
    assert prompt.answer is None
    assert program.asked == []


async def test_the_url_says_what_the_scheme_cannot():
    prompt = prompt_of(Program(None), Credentials(b"a:b", b"secret"))
    assert not await prompt.prompt(BASIC, None)
    assert prompt.why == "the name has a colon, which Basic does not allow"
    prompt = prompt_of(Program(("a", "b")), Credentials(b"a:b", b"secret"))
    assert await prompt.prompt(BASIC, None)


@pytest.mark.parametrize(
    ("values", "answered", "message"),
    [
        (BASIC, "secret", "basic with a name and a password, or with None, not with str"),
        (BASIC, ("secret",), "not with tuple"),
        (BASIC, ("secret", 1), "not with tuple"),
        (BASIC, 1, "not with int"),
        ([b"Bearer"], ("secret", "b"), "bearer with a token, or with None, not with tuple"),
        (BASIC, ("a", "secret\ud800"), "lone surrogate"),
        ([b"Bearer"], "secret\ud800", "lone surrogate"),
    ],
)
async def test_an_answer_that_is_none(values, answered, message):
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        await prompt_of(Program(answered)).prompt(values, None)
    assert "secret" not in repr(caught.value)
    assert caught.value.__context__ is None


async def test_what_the_program_raises_goes_through():
    def fails(challenge):
        raise LookupError("no keyring")

    with pytest.raises(LookupError, match="no keyring"):
        await prompt_of(fails).prompt(BASIC, None)


@pytest.mark.parametrize(
    ("userinfo", "credentials"),
    [
        ("", None),
        ("@", None),
        ("a@", Credentials(b"a", b"")),
        (":b@", Credentials(b"", b"b")),
        ("a:b%40%3A@", Credentials(b"a", b"b@:")),
        ("%FF:ü@", Credentials(b"\xff", "ü".encode())),
    ],
)
def test_the_name_and_the_password_of_a_url(userinfo, credentials):
    assert credentials_of_the_url(parse(f"ws://{userinfo}h/")) == credentials


def test_nothing_shows_credentials():
    credentials = Credentials(b"name", b"secret")
    answer = Answer(read_challenges(BASIC)[0], credentials)
    shown = repr([credentials, Token(b"secret"), Secret(b"secret"), answer])
    assert shown == (
        "[<Credentials>, <Token>, <Secret>, <Answer to a challenge of the scheme 'basic'>]"
    )
    assert as_bytes("ü") == b"\xc3\xbc"
