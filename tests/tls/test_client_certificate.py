"""The certificate of a client: its files, and their faults."""

import ssl

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from support.tls import authority
from whatwg_websockets import ClientCertificate, EnvironmentSettings


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return a folder with files of each kind."""
    folder = tmp_path_factory.mktemp("certificates")
    certificate, other = (
        authority().issue_cert("client.example"),
        authority().issue_cert("b.example"),
    )
    [chain] = [each.bytes() for each in certificate.cert_chain_pems]
    key = certificate.private_key_pem.bytes()
    encrypted = load_pem_private_key(key, None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    for name, content in {
        "client.pem": chain,
        "client.key": key,
        "both.pem": key + chain,
        "encrypted.key": encrypted,
        "encrypted.pem": encrypted + chain,
        "other.key": other.private_key_pem.bytes(),
        "empty.pem": b"",
        "text.pem": b"\xff this is no PEM\n",
        "broken.pem": chain.replace(b"M", b"%", 5) + key,
    }.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("certificate", "key", "password"),
    [
        ("both.pem", None, None),
        ("client.pem", "client.key", None),
        ("client.pem", "client.key", "not needed"),
        ("encrypted.pem", None, "secret"),
        ("client.pem", "encrypted.key", "secret"),
        ("client.pem", "encrypted.key", b"secret"),
    ],
)
def test_a_certificate_that_can_be_read(files, certificate, key, password):
    made = ClientCertificate(files / certificate, key and str(files / key), password)
    settings = EnvironmentSettings(client_certificate=made)
    assert settings.tls is settings.tls
    assert settings.tls.verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("certificate", "key", "password", "why"),
    [
        ("missing.pem", None, None, "missing.pem' cannot be read: No such file or directory"),
        ("client.pem", "missing.key", None, "missing.key' cannot be read: No such file"),
        (".", None, None, "cannot be read: Is a directory"),
        (
            "client.pem",
            None,
            None,
            "client.pem' does not contain a certificate and its key in PEM",
        ),
        (
            "client.key",
            None,
            None,
            "client.key' does not contain a certificate and its key in PEM",
        ),
        (
            "empty.pem",
            None,
            None,
            "empty.pem' does not contain a certificate and its key in PEM",
        ),
        ("text.pem", None, None, "text.pem' does not contain a certificate and its key in PEM"),
        (
            "broken.pem",
            None,
            None,
            "broken.pem' does not contain a certificate and its key in PEM",
        ),
        (
            "client.pem",
            "empty.pem",
            None,
            "empty.pem' do not contain a certificate and its key in PEM",
        ),
        ("client.pem", "other.key", None, "other.key' is not that of the certificate in '"),
        ("client.pem", "encrypted.key", None, "encrypted.key' is encrypted: give its password"),
        ("encrypted.pem", None, None, "encrypted.pem' is encrypted: give its password"),
        ("encrypted.pem", None, "wrong", "encrypted.pem' cannot be read: is the password right?"),
        ("client.pem", "encrypted.key", "wrong", "encrypted.key' cannot be read: is the password"),
        (
            "text.pem",
            None,
            "secret",
            "text.pem' does not contain a certificate and its key in PEM",
        ),
    ],
)
def test_a_certificate_that_cannot_be_read_is_refused_at_the_call(
    files, certificate, key, password, why
):
    with pytest.raises(ValueError, match=r"PEM|read|password|certificate") as error:
        ClientCertificate(files / certificate, key and files / key, password)
    assert why in str(error.value)
    assert "wrong" not in str(error.value)


def test_the_password_is_not_shown(files):
    assert "secret" not in repr(ClientCertificate(files / "encrypted.pem", password="secret"))


def test_a_context_of_the_programs_own_has_its_own_certificate(files):
    certificate = ClientCertificate(files / "both.pem")
    with pytest.raises(ValueError, match="tls is used unchanged"):
        EnvironmentSettings(tls=ssl.create_default_context(), client_certificate=certificate)
