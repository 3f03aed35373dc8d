"""The default context for wss: what it trusts, and its protocols."""

import ssl

import pytest
import truststore

from support.page import Recorder
from support.tls import authority
from support.tls_server import context_of, tls_server
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.tls import context as room
from whatwg_websockets.tls.context import default_context, needs_truststore


@pytest.fixture
def nothing_in_the_environment(monkeypatch):
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


def places(cafile, capath):
    return ssl.DefaultVerifyPaths(
        cafile, capath, "SSL_CERT_FILE", "/nowhere/cert.pem", "SSL_CERT_DIR", "/nowhere/certs"
    )


@pytest.mark.usefixtures("nothing_in_the_environment")
@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_on_macos_and_windows_the_system_checks_certificates(platform, monkeypatch):
    assert needs_truststore(platform)
    monkeypatch.setenv("SSL_CERT_FILE", "/some/ca.pem")
    assert not needs_truststore(platform)


@pytest.mark.usefixtures("nothing_in_the_environment")
def test_elsewhere_it_is_openssl_if_it_has_certificates(monkeypatch, tmp_path):
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    (full / "5ed36f99.0").touch()
    for cafile, capath, needs in [
        ("/etc/ssl/cert.pem", None, False),
        (None, str(full), False),
        (None, str(empty), True),
        (None, None, True),
    ]:
        monkeypatch.setattr(
            ssl, "get_default_verify_paths", lambda a=cafile, b=capath: places(a, b)
        )
        assert needs_truststore("linux") is needs


def test_the_context_of_truststore_checks_as_much(monkeypatch):
    monkeypatch.setattr(room, "needs_truststore", lambda: True)
    context = default_context()
    assert isinstance(context, truststore.SSLContext)
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("by", ["truststore", "OpenSSL"])
@pytest.mark.parametrize("is_trusted", [True, False])
async def test_what_the_system_trusts_is_trusted(by, is_trusted, monkeypatch, tmp_path, caplog):
    ca = tmp_path / "ca.pem"
    authority("ours" if is_trusted else "somebody else").cert_pem.write_to_path(str(ca))
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    monkeypatch.setattr(room, "needs_truststore", lambda: by == "truststore")
    with tls_server(context_of(authority().issue_cert("localhost"))) as server:
        socket = WebSocket(f"wss://localhost:{server.port}/", settings=EnvironmentSettings())
        events = Recorder(socket)
        await events.until("open" if is_trusted else "close")
        socket.close()
        await events.until("close")
    assert ("unable to get local issuer certificate" in caplog.text) is not is_trusted


async def test_the_secrets_of_a_connection_can_be_written_down(monkeypatch, tmp_path):
    """For a program that looks at what goes over the network, such as Wireshark."""
    ca, log = tmp_path / "ca.pem", tmp_path / "keys.log"
    authority().cert_pem.write_to_path(str(ca))
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    with tls_server(context_of(authority().issue_cert("localhost"))) as server:
        socket = WebSocket(f"wss://localhost:{server.port}/", settings=EnvironmentSettings())
        events = Recorder(socket)
        await events.until("open")
        socket.close()
        await events.until("close")
    assert "CLIENT_TRAFFIC_SECRET_0" in log.read_text()
