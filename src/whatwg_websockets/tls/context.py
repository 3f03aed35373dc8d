"""The TLS context for ``wss:`` if the program does not give one."""

import os
import ssl
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whatwg_websockets.tls.client_certificate import ClientCertificate


def default_context(client_certificate: "ClientCertificate | None" = None) -> ssl.SSLContext:
    """Return a context that accepts the certificate authorities that the system trusts.

    Args:
        client_certificate: the certificate to send to a server that requests one.

    Raises:
        ValueError: the certificate's files cannot be read any more.
    """
    # § rfc6455-10.6-3. Python's default context excludes weak ciphers. Set TLS 1.2 as the minimum
    #   version, since a Python built to follow the system's OpenSSL settings may not set one.
    context = _context_of_the_system() if needs_truststore() else ssl.create_default_context()
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    context.set_alpn_protocols(["http/1.1"])
    if client_certificate is not None:
        client_certificate.load_into(context)
    return context


def needs_truststore(platform: str = sys.platform) -> bool:
    """Return whether OpenSSL needs help to find the certificates that the system trusts.

    On macOS and Windows the system itself verifies certificates. Elsewhere OpenSSL reads files,
    which some builds of Python look for in a wrong place. If SSL_CERT_FILE or SSL_CERT_DIR is set
    in the environment, OpenSSL uses it on every system.
    """
    places = ssl.get_default_verify_paths()
    if {places.openssl_cafile_env, places.openssl_capath_env} & os.environ.keys():
        return False
    if platform in ("darwin", "win32"):
        return True
    return places.cafile is None and not _has_certificates(places.capath)


def _has_certificates(folder: str | None) -> bool:
    """Return whether a folder has certificates named as OpenSSL requires: a hash and ``.0``."""
    if folder is None:
        return False
    with os.scandir(folder) as files:
        return any(each.name.endswith(".0") for each in files)


def _context_of_the_system() -> ssl.SSLContext:
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
