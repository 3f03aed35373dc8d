"""The certificate with which a program authenticates itself to a server that requests one."""

import os
import ssl
from dataclasses import dataclass, field

File = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate of this program with its private key, in PEM files.

    The certificate is sent to every server that requests one and is connected to with the settings
    that have it.

    Args:
        certificate: the file of the certificate, followed by those of intermediate authorities, if
            there are any. The file may contain the private key as well.
        key: the file of the private key; by default that of the certificate.
        password: the password of the private key, if it is encrypted.

    Raises:
        ValueError: a file cannot be read, or is not PEM; or the key does not fit the certificate;
            or the password is missing or wrong. The message says which, without the password.
    """

    certificate: File
    key: File | None = None
    password: str | bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.load_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def load_into(self, context: ssl.SSLContext) -> None:
        """Load the certificate and its key into a context.

        Raises:
            ValueError: as for the class.
        """
        files = (self.certificate,) if self.key is None else (self.certificate, self.key)
        for each in files:
            _read(each)
        try:
            context.load_cert_chain(self.certificate, self.key, self._tell_the_password)
        except _NoPassword:
            raise ValueError(
                f"the private key in {_shown(files[-1])} is encrypted: give its password"
            ) from None
        except ssl.SSLError as error:
            raise ValueError(self._what_is_wrong(error)) from error

    def _tell_the_password(self) -> str | bytes:
        # Without this function OpenSSL would ask for the password at the terminal, and wait.
        if self.password is None:
            raise _NoPassword
        return self.password

    def _what_is_wrong(self, error: ssl.SSLError) -> str:
        certificate = _shown(self.certificate)
        key = certificate if self.key is None else _shown(self.key)
        if error.reason == "KEY_VALUES_MISMATCH":
            return f"the private key in {key} is not that of the certificate in {certificate}"
        if self.password is not None and _has_an_encrypted_key(self.key or self.certificate):
            return f"the private key in {key} cannot be read: is the password right?"
        reason = (error.reason or "no PEM").lower().replace("_", " ")
        return (
            f"{certificate} and {key} do not contain a certificate and its key in PEM ({reason})"
            if self.key is not None
            else f"{certificate} does not contain a certificate and its key in PEM ({reason})"
        )


class _NoPassword(Exception):
    """The private key is encrypted, and a password was not given."""


def _read(file: File) -> bytes:
    try:
        # pathlib is not used, since it imports urllib, which would slow down importing the package.
        with open(file, "rb") as opened:
            return opened.read()
    except OSError as error:
        raise ValueError(f"{_shown(file)} cannot be read: {error.strerror}") from error


def _has_an_encrypted_key(file: File) -> bool:
    return b"ENCRYPTED" in _read(file)


def _shown(file: File) -> str:
    return repr(os.fspath(file))
