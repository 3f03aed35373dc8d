"""Authentication in HTTP-network-or-cache fetch: the answer to a 401, as page and server see it.

https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch, steps 8.21.2 and 15 to 18
"""

import asyncio
import logging

import pytest

from support.login import authorization, is_proved, next_request, refuse
from support.loops import errors_heard
from support.page import FAILED, Recorder, nobody_is_in_line, turns
from support.server import Server
from support.tls import TlsPeer, client_context, server_context
from whatwg_websockets import (
    AuthenticationChallenge,
    EnvironmentSettings,
    WebSocket,
    WebSocketStream,
)
from whatwg_websockets.html.environment_settings import current_settings

BASIC = 'Basic realm="a realm"'
DIGEST = 'Digest realm="a realm", nonce="one", qop="auth", algorithm={}'


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    """A port may be the one of a server before, to which the default settings have logged in."""
    current_settings().authentication_entries.clear()


def at(server, path="", user="user:p%40ss@"):
    """Return a URL with a name and a password."""
    return server.url.replace("//", f"//{user}") + path


def why(caplog):
    """Return the logged cause of the only connection that failed."""
    [record] = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert "p@ss" not in record.getMessage()
    assert "p%40ss" not in record.getMessage()
    return record.kind, record.why


async def refused(server, url, settings=None):
    """Open a socket, and answer its first request with a 401 that has a challenge."""
    events = Recorder(WebSocket(url, settings=settings))
    peer, _ = await next_request(server)
    await refuse(peer, BASIC)
    return events


async def assert_opens(events, peer):
    await peer.send(peer.response())
    await events.until("open")
    events.socket.close()
    await peer.expect_close()
    await peer.send_close()
    peer.close()
    await events.until("close")
    assert nobody_is_in_line()


async def test_step_15_the_name_and_the_password_of_the_url_answer_a_401():
    async with Server() as server:
        events = Recorder(WebSocket(at(server)))
        peer, first = await next_request(server)
        assert authorization(first) is None
        await refuse(peer, BASIC)
        peer, second = await next_request(server)
        assert authorization(second) == "user:p@ss"
        await assert_opens(events, peer)
        assert events.events == [("open", 1), ("close", 3, 1005, "", True)]


async def test_step_15_the_second_request_is_the_first_one_and_who_asks():
    """The key is in the request that is cloned, so that it is the same."""
    async with Server() as server:
        socket = WebSocket(at(server, "room?a=b"), ["chat"])
        peer, first = await next_request(server)
        await refuse(peer, BASIC)
        peer, second = await next_request(server)
        more = [field for field in second.fields if field not in first.fields]
        assert [name for name, _ in more] == ["Authorization"]
        assert [field for field in second.fields if field not in more] == first.fields
        assert second.target == first.target
        socket.close()
        await peer.expect_gone()


async def test_step_15_a_second_401_for_the_same_answer_stands(caplog):
    async with Server() as server:
        events = Recorder(WebSocket(at(server)))
        for _ in range(2):
            peer, _ = await next_request(server)
            await refuse(peer, BASIC)
        await events.until("close")
        assert events.events == FAILED
        assert server.nobody_is_waiting()
        assert nobody_is_in_line()
        expected = "the server answered with status 401 Unauthorized; the credentials were refused"
        assert why(caplog) == ("status", expected)


async def test_step_15_a_stream_is_let_in_as_well():
    async with Server() as server:
        stream = WebSocketStream(at(server))
        peer, _ = await next_request(server)
        await refuse(peer, BASIC)
        peer, second = await next_request(server)
        assert authorization(second) == "user:p@ss"
        await peer.send(peer.response())
        await stream.opened
        stream.close()
        await peer.expect_close()
        await peer.send_close()
        peer.close()
        await stream.closed


async def test_step_15_over_tls_the_second_connection_has_tls_too():
    settings = EnvironmentSettings(tls=client_context())
    async with Server() as server:
        url = at(server).replace("ws:", "wss:").replace("127.0.0.1", "localhost")
        events = Recorder(WebSocket(url, settings=settings))
        peer = await tls_peer(server)
        await refuse(peer, BASIC)
        peer = await tls_peer(server)
        assert authorization(peer.request) == "user:p@ss"
        await assert_opens(events, peer)


async def tls_peer(server):
    """Take the next connection, TLS on it, and the request over that."""
    peer = TlsPeer(await server.accept(), server_context("localhost"))
    await peer.start_tls()
    await peer.read_request()
    return peer


async def test_step_15_the_program_is_asked():
    asked = []

    async def credentials(challenge):
        asked.append(challenge)
        await asyncio.sleep(0)
        return ("ann", "s3cret")

    settings = EnvironmentSettings(credentials=credentials)
    async with Server() as server:
        events = await refused(server, server.url + "room?a=b", settings)
        peer, second = await next_request(server)
        assert authorization(second) == "ann:s3cret"
        await assert_opens(events, peer)
        url = server.url + "room?a=b"
        assert asked == [AuthenticationChallenge(scheme="basic", realm="a realm", url=url)]


async def test_step_15_the_program_does_not_get_the_password_of_the_url():
    asked = []
    settings = EnvironmentSettings(credentials=asked.append)
    async with Server() as server:
        events = Recorder(WebSocket(at(server), settings=settings))
        for _ in range(2):
            peer, _ = await next_request(server)
            await refuse(peer, BASIC)
        await events.until("close")
        [challenge] = asked
        assert challenge.url == server.url
        assert challenge.was_refused
        assert "p@ss" not in repr(challenge)


async def test_step_18_the_answer_that_did_is_the_one_that_is_remembered():
    settings = EnvironmentSettings(credentials=lambda challenge: ("ann", "right"))
    async with Server() as server:
        events = Recorder(WebSocket(at(server), settings=settings))
        for user in (None, "user:p@ss"):
            peer, request = await next_request(server)
            assert authorization(request) == user
            await refuse(peer, BASIC)
        peer, request = await next_request(server)
        assert authorization(request) == "ann:right"
        await assert_opens(events, peer)
        events = Recorder(WebSocket(server.url, settings=settings))
        peer, request = await next_request(server)
        assert authorization(request) == "ann:right"
        await assert_opens(events, peer)


def an_answer_that_comes_later():
    """Return settings that prompt the program, and the future for its answer."""
    answer = asyncio.get_running_loop().create_future()
    return EnvironmentSettings(credentials=lambda challenge: answer), answer


async def test_step_15_the_place_in_line_is_given_back_while_the_program_is_asked():
    settings, answer = an_answer_that_comes_later()
    async with Server() as server:
        events = await refused(server, server.url, settings)
        another = Recorder(WebSocket(server.url))
        await assert_opens(another, (await next_request(server))[0])
        answer.set_result(("a", "b"))
        peer, second = await next_request(server)
        assert authorization(second) == "a:b"
        await assert_opens(events, peer)


async def test_step_15_close_while_the_program_is_asked():
    settings, answer = an_answer_that_comes_later()
    async with Server() as server:
        events = await refused(server, server.url, settings)
        events.socket.close()
        await events.until("close")
        assert events.events == FAILED
        assert answer.cancelled()
        assert server.nobody_is_waiting()


async def test_step_15_close_while_the_second_request_is_on_its_way():
    async with Server() as server:
        events = await refused(server, at(server))
        peer, _ = await next_request(server)
        events.socket.close()
        await peer.expect_gone()
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
        assert server.nobody_is_waiting()


async def test_step_15_an_exception_of_the_program_fails_the_fetch(caplog):
    def credentials(challenge):
        raise LookupError("the keyring is locked")

    settings = EnvironmentSettings(credentials=credentials)
    async with Server() as server:
        events = await refused(server, server.url, settings)
        await events.until("close")
        assert events.events == FAILED
        (error,) = errors_heard().take()
        assert isinstance(error, LookupError)
        kind, text = why(caplog)
        assert kind == "exception"
        assert "the keyring is locked" in text
        assert nobody_is_in_line()


async def test_step_15_an_answer_that_is_none_at_all(caplog):
    settings = EnvironmentSettings(credentials=lambda challenge: "p@ss")
    async with Server() as server:
        events = await refused(server, server.url, settings)
        await events.until("close")
        assert events.events == FAILED
        (error,) = errors_heard().take()
        assert isinstance(error, TypeError)
        assert "p@ss" not in repr(error)
        assert why(caplog)[0] == "exception"


async def test_a_401_that_nobody_can_answer(caplog):
    async with Server() as server:
        events = await refused(server, server.url)
        await events.until("close")
        assert events.events == FAILED
        assert server.nobody_is_waiting()
        assert nobody_is_in_line()
        assert why(caplog) == ("status", "the server answered with status 401 Unauthorized")


@pytest.mark.parametrize(
    ("challenges", "reason"),
    [
        ([], "it does not contain a challenge that can be read"),
        (["((garbage"], "it does not contain a challenge that can be read"),
        (
            ["Negotiate", "NTLM"],
            "it contains only challenges that cannot be answered, of the scheme negotiate, ntlm",
        ),
    ],
)
async def test_step_15_1_a_401_that_cannot_be_answered(challenges, reason, caplog):
    async with Server() as server:
        events = Recorder(WebSocket(at(server)))
        peer, _ = await next_request(server)
        await refuse(peer, *challenges)
        await events.until("close")
        assert events.events == FAILED
        kind, text = why(caplog)
        assert kind == "status"
        assert text.endswith(f"; {reason}")
        assert server.nobody_is_waiting()


async def test_step_15_1_several_challenges_in_several_fields():
    async with Server() as server:
        events = Recorder(WebSocket(at(server)))
        peer, _ = await next_request(server)
        await refuse(peer, "((garbage", f"Negotiate, {BASIC}")
        peer, second = await next_request(server)
        assert authorization(second) == "user:p@ss"
        await assert_opens(events, peer)


async def test_a_401_with_a_body_that_does_not_end_is_left():
    async with Server() as server:
        events = Recorder(WebSocket(at(server)))
        peer, _ = await next_request(server)
        head = f"HTTP/1.1 401 No\r\nWWW-Authenticate: {BASIC}\r\nContent-Length: 99999999\r\n\r\n"
        await peer.send(head.encode() + b"x" * 30_000)
        await peer.expect_gone()
        await assert_opens(events, (await next_request(server))[0])


@pytest.mark.parametrize("status", ["500 Oh no", "403 Forbidden"])
async def test_step_18_any_other_refusal_after_the_answer_stands(status, caplog):
    settings = EnvironmentSettings()
    async with Server() as server:
        events = await refused(server, at(server), settings)
        peer, _ = await next_request(server)
        await refuse(peer, status=status)
        await events.until("close")
        assert events.events == FAILED
        assert why(caplog) == ("status", f"the server answered with status {status}")
        assert len(settings.authentication_entries) == 1


async def test_the_server_dies_between_the_two_requests(caplog):
    server = Server()
    events = Recorder(WebSocket(at(server)))
    peer, _ = await next_request(server)
    server.listener.close()
    await refuse(peer, BASIC)
    await events.until("close")
    assert events.events == FAILED
    assert why(caplog)[0] == "refused"
    assert nobody_is_in_line()
    peer.close()


async def test_the_server_dies_after_the_second_request(caplog):
    async with Server() as server:
        events = await refused(server, at(server))
        peer, _ = await next_request(server)
        peer.reset()
        await events.until("close")
        assert events.events == FAILED
        assert why(caplog)[0] == "lost"


async def test_a_server_that_is_never_content(caplog):
    answers = iter(range(100))
    settings = EnvironmentSettings(credentials=lambda challenge: ("p@ss", str(next(answers))))
    async with Server() as server:
        events = Recorder(WebSocket(server.url, settings=settings))
        for _ in range(6):
            peer, _ = await next_request(server)
            await refuse(peer, BASIC)
        await events.until("close")
        assert events.events == FAILED
        assert server.nobody_is_waiting()
        assert next(answers) == 5
        assert len(settings.authentication_entries) == 0
        assert why(caplog)[1].endswith("; 5 answers to its challenges were refused")


async def test_a_stale_nonce_for_ever(caplog):
    async with Server() as server:
        events = Recorder(WebSocket(at(server)))
        for _ in range(6):
            peer, _ = await next_request(server)
            await refuse(peer, 'Digest realm="a realm", nonce="n", stale=true')
        await events.until("close")
        assert events.events == FAILED
        assert server.nobody_is_waiting()


# 8.21.2 and 18: authentication entries.


async def log_in(server, settings, challenge=BASIC, path="a/b", **values):
    """Open and close a socket whose server challenges it."""
    events = Recorder(WebSocket(at(server, path, **values), settings=settings))
    peer, _ = await next_request(server)
    await refuse(peer, challenge)
    peer, request = await next_request(server)
    await assert_opens(events, peer)
    return request


@pytest.mark.parametrize(("path", "is_sent"), [("a/c", True), ("a/b/c", True), ("c", False)])
async def test_step_18_the_next_socket_of_the_same_settings_is_not_asked(path, is_sent):
    settings = EnvironmentSettings()
    async with Server() as server:
        await log_in(server, settings)
        events = Recorder(WebSocket(server.url + path, settings=settings))
        peer, request = await next_request(server)
        assert authorization(request) == ("user:p@ss" if is_sent else None)
        await assert_opens(events, peer)
        assert "p@ss" not in repr((settings, vars(settings)))


async def test_step_18_other_settings_know_nothing_of_it():
    async with Server() as server:
        await log_in(server, EnvironmentSettings())
        events = Recorder(WebSocket(server.url + "a/b", settings=EnvironmentSettings()))
        peer, request = await next_request(server)
        assert authorization(request) is None
        await assert_opens(events, peer)


async def test_step_18_what_is_forgotten_is_asked_for_again():
    settings = EnvironmentSettings()
    async with Server() as server:
        await log_in(server, settings)
        settings.authentication_entries.clear()
        await log_in(server, settings)


async def test_step_18_an_answer_that_was_refused_is_not_remembered():
    settings = EnvironmentSettings()
    async with Server() as server:
        events = Recorder(WebSocket(at(server), settings=settings))
        for _ in range(2):
            peer, _ = await next_request(server)
            await refuse(peer, BASIC)
        await events.until("close")
        assert len(settings.authentication_entries) == 0


@pytest.mark.parametrize("user", ["bob:other@", "user:other@", "user@"])
async def test_step_8_21_2_2_who_names_somebody_else_in_the_url_is_asked(user):
    settings = EnvironmentSettings()
    async with Server() as server:
        await log_in(server, settings)
        events = Recorder(WebSocket(at(server, "a/b", user=user), settings=settings))
        peer, request = await next_request(server)
        assert authorization(request) is None
        await refuse(peer, BASIC)
        peer, request = await next_request(server)
        name, _, password = user.strip("@").partition(":")
        assert authorization(request) == f"{name}:{password}"
        await assert_opens(events, peer)


async def test_step_8_21_2_2_the_same_name_and_password_are_sent_at_once():
    settings = EnvironmentSettings()
    async with Server() as server:
        await log_in(server, settings)
        events = Recorder(WebSocket(at(server, "a/b"), settings=settings))
        peer, request = await next_request(server)
        assert authorization(request) == "user:p@ss"
        await assert_opens(events, peer)


async def test_step_8_21_2_2_an_entry_that_is_refused_makes_way_for_the_program():
    asked = []

    def credentials(challenge):
        asked.append(challenge.was_refused)
        return ("ann", "new")

    settings = EnvironmentSettings(credentials=credentials)
    async with Server() as server:
        await log_in(server, settings)
        events = Recorder(WebSocket(server.url + "a/b", settings=settings))
        peer, request = await next_request(server)
        assert authorization(request) == "user:p@ss"
        await refuse(peer, BASIC)
        peer, request = await next_request(server)
        assert authorization(request) == "ann:new"
        assert asked == [True]
        await assert_opens(events, peer)


async def test_step_15_another_path_of_the_same_realm_needs_nobody_who_is_asked():
    settings = EnvironmentSettings()
    async with Server() as server:
        await log_in(server, settings)
        events = Recorder(WebSocket(server.url + "c", settings=settings))
        peer, request = await next_request(server)
        assert authorization(request) is None
        await refuse(peer, BASIC)
        peer, request = await next_request(server)
        assert authorization(request) == "user:p@ss"
        await assert_opens(events, peer)


# Digest.


@pytest.mark.parametrize(
    ("algorithm", "hash_name"),
    [("MD5", "md5"), ("MD5-sess", "md5"), ("SHA-256", "sha256"), ("SHA-256-sess", "sha256")],
)
async def test_digest_is_proved_and_counts(algorithm, hash_name):
    settings = EnvironmentSettings()
    challenge = DIGEST.format(algorithm)
    async with Server() as server:
        request = await log_in(server, settings, challenge, path="a/b?c=d")
        assert is_proved(request, "p@ss", hash_name)
        assert "nc=00000001" in authorization(request)
        events = Recorder(WebSocket(server.url + "elsewhere", settings=settings))
        peer, request = await next_request(server)
        assert is_proved(request, "p@ss", hash_name)
        assert "nc=00000002" in authorization(request)
        await refuse(peer, challenge.replace("one", "two") + ", stale=true")
        peer, request = await next_request(server)
        assert is_proved(request, "p@ss", hash_name)
        assert 'nonce="two", nc=00000001' in authorization(request)
        await assert_opens(events, peer)


async def test_digest_with_the_next_nonce():
    settings = EnvironmentSettings()
    async with Server() as server:
        events = Recorder(WebSocket(at(server), settings=settings))
        peer, _ = await next_request(server)
        await refuse(peer, DIGEST.format("SHA-256"), BASIC)
        peer, _ = await next_request(server)
        await peer.send(peer.response(authentication_info='nextnonce="two"'))
        await events.until("open")
        another = Recorder(WebSocket(server.url, settings=settings))
        peer, request = await next_request(server)
        assert is_proved(request, "p@ss", "sha256")
        assert 'nonce="two", nc=00000001' in authorization(request)
        await assert_opens(another, peer)


# 16: a 407.


async def test_step_16_1_a_server_is_no_proxy(caplog):
    settings = EnvironmentSettings(credentials=lambda challenge: pytest.fail("nobody asks"))
    async with Server() as server:
        events = Recorder(WebSocket(at(server), settings=settings))
        peer, _ = await next_request(server)
        fields = 'Proxy-Authenticate: Basic realm="x"\r\nWWW-Authenticate: Basic realm="x"'
        await peer.send(f"HTTP/1.1 407 Log in\r\n{fields}\r\n\r\n".encode())
        await events.until("close")
        assert events.events == FAILED
        assert server.nobody_is_waiting()
        assert nobody_is_in_line()
        expected = "the server answered with status 407 Log in, which only a proxy may send"
        assert why(caplog) == ("status", expected)


# 17: a 421.


async def test_step_17_a_421_is_asked_once_more_over_another_connection():
    async with Server() as server:
        events = Recorder(WebSocket(server.url))
        peer, first = await next_request(server)
        await refuse(peer, status="421 Misdirected Request")
        peer, second = await next_request(server)
        assert second.fields == first.fields
        await assert_opens(events, peer)


async def test_step_17_a_second_421_stands(caplog):
    async with Server() as server:
        events = Recorder(WebSocket(server.url))
        for _ in range(2):
            peer, _ = await next_request(server)
            await refuse(peer, status="421 Misdirected Request")
        await events.until("close")
        assert events.events == FAILED
        assert server.nobody_is_waiting()
        assert nobody_is_in_line()
        text = "the server answered with status 421 Misdirected Request"
        assert why(caplog) == ("status", text)


async def test_step_17_2_after_a_401_the_answer_goes_along():
    settings = EnvironmentSettings()
    async with Server() as server:
        events = await refused(server, at(server), settings)
        peer, _ = await next_request(server)
        await refuse(peer, status="421 Misdirected Request")
        peer, third = await next_request(server)
        assert authorization(third) == "user:p@ss"
        await assert_opens(events, peer)
        assert len(settings.authentication_entries) == 1


async def test_step_17_close_before_the_second_connection():
    async with Server() as server:
        events = Recorder(WebSocket(server.url))
        peer, _ = await next_request(server)
        await refuse(peer, status="421 Misdirected Request")
        peer, _ = await next_request(server)
        events.socket.close()
        await events.until("close")
        assert events.events == FAILED
        await turns()
        assert nobody_is_in_line()


def test_credentials_that_cannot_be_called():
    with pytest.raises(TypeError, match="credentials must be a callable or None, not tuple"):
        EnvironmentSettings(credentials=("user", "p@ss"))
