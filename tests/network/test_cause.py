"""The cause of a failed connection, as a text and as a kind."""

import errno
import ssl

import pytest

from whatwg_websockets.network.cause import (
    Cause,
    NotConnected,
    why_an_address_has_no_connection,
    why_no_address_has_a_connection,
    why_there_is_no_tls,
)


def test_a_cause_is_a_string_that_knows_more():
    cause = Cause("refused", "refused", "connecting").after("name.example:80: ")
    assert cause == "name.example:80: refused"
    assert (cause.kind, cause.stage) == ("refused", "connecting")
    assert str(NotConnected(cause)) == "name.example:80: refused"


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (OSError(errno.ECONNREFUSED, "x"), "refused", "Connection refused"),
        (OSError(errno.EHOSTUNREACH, "x"), "unreachable", "No route to host"),
        (OSError(errno.ENETUNREACH, "x"), "unreachable", "Network is unreachable"),
        (OSError(errno.ETIMEDOUT, "x"), "timed out", "Connection timed out"),
        (OSError(errno.ECONNRESET, "x"), "lost", "Connection reset by peer"),
        (OSError(errno.EMFILE, "x"), "system", "Too many open files"),
        (OSError("in words"), "system", "in words"),
        (OSError(), "system", "OSError"),
    ],
)
def test_an_address_that_cannot_be_connected_to(error, kind, text):
    cause = why_an_address_has_no_connection("192.0.2.1:80", error)
    assert (cause.kind, cause, cause.stage) == (kind, f"192.0.2.1:80: {text}", "connecting")


def test_of_several_addresses_each_has_its_reason_and_the_most_telling_counts():
    causes = [
        Cause("a", "unreachable", "connecting"),
        Cause("b", "timed out", "in line"),
        Cause("c", "timed out", "connecting"),
    ]
    cause = why_no_address_has_a_connection(causes)
    assert (cause, cause.kind, cause.stage) == ("a; b; c", "timed out", "in line")
    causes.append(Cause("d", "refused", "connecting"))
    assert why_no_address_has_a_connection(causes).kind == "refused"


def ssl_error(**attributes):
    error = ssl.SSLError(1, "something odd")
    for name, value in attributes.items():
        setattr(error, name, value)
    return error


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (
            ssl_error(reason="WRONG_VERSION_NUMBER"),
            "tls",
            "TLS failed: wrong version number; does the server speak TLS?",
        ),
        (ssl_error(reason=None), "tls", "TLS failed: something odd (_ssl.c:0)"),
        (
            ssl_error(reason="SSLV3_ALERT_HANDSHAKE_FAILURE"),
            "tls",
            "TLS failed: sslv3 alert handshake failure; the server and this context have no cipher "
            "in common, or the server wants a client certificate (give the settings "
            "client_certificate=...)",
        ),
        (
            ssl_error(reason="DECRYPTION_FAILED"),
            "tls",
            "TLS failed: decryption failed",
        ),
        (ValueError("no"), "tls", "TLS failed: the name cannot be a server's: no"),
        (
            ConnectionAbortedError("SSL handshake is taking longer than 5 seconds"),
            "timed out",
            "timed out while TLS was being established (handshake_timeout is 5 s)",
        ),
        (
            ConnectionAbortedError(errno.ECONNABORTED, "x"),
            "lost",
            "the server ended the connection during the TLS handshake",
        ),
        (
            ConnectionResetError(),
            "lost",
            "the server ended the connection during the TLS handshake",
        ),
        (
            ssl.SSLEOFError(8, "EOF occurred"),
            "lost",
            "the server ended the connection during the TLS handshake",
        ),
    ],
)
def test_why_there_is_no_tls(error, kind, text):
    cause = why_there_is_no_tls(error, 5)
    assert (cause.kind, cause.stage) == (kind, "TLS")
    assert cause.partition(" (_ssl")[0] == text.partition(" (_ssl")[0]
