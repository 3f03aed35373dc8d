"""The context for ``wss:`` where a program gives none."""

import os
import ssl
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whatwg_websockets.tls.client_certificate import ClientCertificate


def default_context(client_certificate: "ClientCertificate | None" = None) -> ssl.SSLContext:
    """Return a context that checks certificates against those that the system trusts.

    Args:
        client_certificate: what is shown to a server that asks who this is.

    Raises:
        ValueError: the certificate cannot be read any more.
    """
    # § rfc6455-10.6-3. Python's default leaves out ciphers that are weak, and the versions before
    #   1.2 are left out here: a Python that follows the system's OpenSSL has no least version of
    #   its own.
    context = _context_of_the_system() if needs_truststore() else ssl.create_default_context()
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    context.set_alpn_protocols(["http/1.1"])
    if client_certificate is not None:
        client_certificate.load_into(context)
    return context


def needs_truststore(platform: str = sys.platform) -> bool:
    """Tell whether OpenSSL does not know by itself what the system trusts.

    On macOS and Windows the system itself checks a certificate. Elsewhere there are files for
    OpenSSL, which some Pythons look for where the system does not have them. Where the environment
    says SSL_CERT_FILE or SSL_CERT_DIR, that is what is trusted, anywhere.
    """
    places = ssl.get_default_verify_paths()
    if {places.openssl_cafile_env, places.openssl_capath_env} & os.environ.keys():
        return False
    if platform in ("darwin", "win32"):
        return True
    return places.cafile is None and not _has_certificates(places.capath)


def _has_certificates(folder: str | None) -> bool:
    """Tell whether a folder has certificates by the name that OpenSSL looks for: a hash and .0."""
    if folder is None:
        return False
    with os.scandir(folder) as files:
        return any(each.name.endswith(".0") for each in files)


def _context_of_the_system() -> ssl.SSLContext:
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
