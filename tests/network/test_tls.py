"""Each way in which TLS fails: the page learns nothing, and the log says what it was.

And each way in which it works: names, addresses, certificates of clients.
"""

import ssl
import warnings

import pytest

from support.page import FAILED, Recorder, nobody_is_in_line
from support.tls import authority, client_context
from support.tls_server import context_of, tls_server, valid, wants_a_certificate
from whatwg_websockets import ClientCertificate, EnvironmentSettings, WebSocket


def only_old_versions():
    context = context_of(authority().issue_cert("127.0.0.1"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def self_signed(tmp_path):
    """Return the context of a server with a self-signed certificate."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "itself")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "self-signed.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


HERE = "127.0.0.1"

WAYS = {
    "expired": (
        lambda _: valid(-10, -1, HERE),
        "the certificate was not accepted: certificate has expired; the server needs one that is",
    ),
    "not yet valid": (
        lambda _: valid(10, 20, HERE),
        "the certificate was not accepted: certificate is not yet valid; the server needs one",
    ),
    "for another host": (
        lambda _: context_of(authority().issue_cert("other.example")),
        "the certificate was not accepted: IP address mismatch, certificate is not valid for "
        "'127.0.0.1'; the URL has to name a host that the certificate is for",
    ),
    "of an unknown authority": (
        lambda _: context_of(authority("somebody else").issue_cert(HERE)),
        "unable to get local issuer certificate; no authority that this machine trusts has issued",
    ),
    "self-signed": (self_signed, "no authority that this machine trusts has issued it; to trust"),
    "TLS 1.1 at most": (
        lambda _: only_old_versions(),
        "the server and this context have no version of TLS in common",
    ),
    "wants a certificate, in TLS 1.3": (
        lambda _: wants_a_certificate(HERE),
        "the server wants a client certificate; give the settings client_certificate=...",
    ),
    "wants a certificate, in TLS 1.2": (
        lambda _: wants_a_certificate(HERE, version=ssl.TLSVersion.TLSv1_2),
        "or the server wants a client certificate (give the settings client_certificate=...)",
    ),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_server_with_which_there_is_no_tls(way, tmp_path, caplog):
    make, why = WAYS[way]
    with tls_server(make(tmp_path)) as server:
        settings = EnvironmentSettings(tls=context())
        events = Recorder(WebSocket(f"wss://127.0.0.1:{server.port}/", settings=settings))
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
        [record] = caplog.records
        assert record.kind == "tls"
        assert why in record.why


def context():
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    authority().configure_trust(made)
    return made


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("chat.localhost.", "chat.localhost"),
        (HERE, None),
        ("[::1]", None),
    ],
)
async def test_the_greeting_has_the_name_of_the_server_unless_it_is_an_address(host, name):
    certificate = authority().issue_cert("localhost", "chat.localhost", HERE, "::1")
    listens_at = "::1" if "[" in host else HERE
    with tls_server(context_of(certificate), listens_at) as server:
        settings = EnvironmentSettings(tls=client_context())
        await opens(f"wss://{host}:{server.port}/", settings)
    assert server.name == name


async def opens(url, settings):
    socket = WebSocket(url, settings=settings)
    events = Recorder(socket)
    await events.until("open")
    socket.close()
    await events.until("close")


@pytest.fixture
def trusted(monkeypatch, tmp_path):
    """Make the system trust the test's authority."""
    file = tmp_path / "ca.pem"
    authority().cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_server_that_wants_a_certificate_is_shown_it(version, tmp_path):
    file = tmp_path / "client.pem"
    authority("clients").issue_cert("me@example.com").private_key_and_cert_chain_pem.write_to_path(
        str(file)
    )
    settings = EnvironmentSettings(client_certificate=ClientCertificate(file))
    with tls_server(wants_a_certificate(HERE, of="clients", version=version)) as server:
        await opens(f"wss://127.0.0.1:{server.port}/", settings)
    assert server.client["subjectAltName"] == (("email", "me@example.com"),)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_server_that_does_not_accept_the_certificate(version, tmp_path, caplog):
    file = tmp_path / "client.pem"
    authority().issue_cert("me@example.com").private_key_and_cert_chain_pem.write_to_path(str(file))
    settings = EnvironmentSettings(client_certificate=ClientCertificate(file))
    with tls_server(wants_a_certificate(HERE, of="clients", version=version)) as server:
        events = Recorder(WebSocket(f"wss://127.0.0.1:{server.port}/", settings=settings))
        await events.until("close")
    assert events.events == FAILED
    [record] = caplog.records
    assert record.kind == "tls"
    assert "the server does not accept the client certificate" in record.why


async def test_a_context_is_used_as_it_is():
    """A context that checks nothing connects to any server, and a context keeps its own ALPN."""
    asked = []
    certificate = context_of(authority("somebody else").issue_cert("other.example"))
    certificate.set_alpn_protocols(["http/1.1"])
    with tls_server(certificate) as server:
        mine = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        mine.check_hostname = False
        mine.verify_mode = ssl.CERT_NONE
        mine.set_alpn_protocols(["x-mine", "http/1.1"])
        asked.append(mine)
        await opens(f"wss://127.0.0.1:{server.port}/", EnvironmentSettings(tls=mine))
    assert asked == [mine]
