"""Messages for TLS errors: what went wrong, and what can be done about it."""

import ssl
from typing import Final

# Values of OpenSSL's X509_V_ERR_* constants, which Python reports as ``verify_code``.
_EXPIRED, _NOT_YET_VALID = 10, 9
_SELF_SIGNED, _SELF_SIGNED_AUTHORITY, _NO_ISSUER, _NO_ISSUER_OF_THE_FIRST = 18, 19, 20, 21
_OTHER_NAME, _OTHER_ADDRESS = 62, 64

TRUST_IN_THE_SETTINGS: Final = "give the settings tls=ssl.create_default_context(cafile=...)"
"""The advice for a program, for which a command may have an option instead."""

# The words for a server, and for a proxy that is connected to over TLS.
_SERVER = {
    "peer": "the server",
    "url": "the URL",
    "trust": TRUST_IN_THE_SETTINGS,
    "certificate": "the settings client_certificate=...",
}
_PROXY = {
    "peer": "the proxy",
    "url": "the URL of the proxy",
    "trust": "give Proxies tls=ssl.create_default_context(cafile=...)",
    "certificate": "Proxies a context that has one, tls=...",
}

_WRONG_CLOCK = "{peer} needs one that is valid now, unless the clock of this machine is wrong"
_NOT_TRUSTED = (
    "no authority that this machine trusts has issued it; to trust it, {trust} with the "
    "certificate of its authority, or with the certificate itself if it is self-signed"
)
_OTHER_HOST = "{url} has to name a host that the certificate is for"

_ABOUT_CERTIFICATES = {
    _EXPIRED: _WRONG_CLOCK,
    _NOT_YET_VALID: _WRONG_CLOCK,
    _SELF_SIGNED: _NOT_TRUSTED,
    _SELF_SIGNED_AUTHORITY: _NOT_TRUSTED,
    _NO_ISSUER: _NOT_TRUSTED,
    _NO_ISSUER_OF_THE_FIRST: _NOT_TRUSTED,
    _OTHER_NAME: _OTHER_HOST,
    _OTHER_ADDRESS: _OTHER_HOST,
}

_NO_VERSION = (
    "{peer} and this context have no version of TLS in common; by default versions before 1.2 are "
    "not offered"
)
_WANTS_A_CERTIFICATE = "{peer} wants a client certificate; give {certificate}"
_REFUSES_THE_CERTIFICATE = "{peer} does not accept the client certificate"

# OpenSSL's reasons, without the prefix for the version of TLS that introduced each alert.
_ABOUT_TLS = {
    "WRONG_VERSION_NUMBER": "does {peer} speak TLS?",
    "PROTOCOL_VERSION": _NO_VERSION,
    "UNSUPPORTED_PROTOCOL": _NO_VERSION,
    "UNSUPPORTED_VERSION": _NO_VERSION,
    "VERSION_TOO_LOW": _NO_VERSION,
    "NO_PROTOCOLS_AVAILABLE": _NO_VERSION,
    "CERTIFICATE_REQUIRED": _WANTS_A_CERTIFICATE,
    "HANDSHAKE_FAILURE": (
        "{peer} and this context have no cipher in common, or {peer} wants a client certificate "
        "(give {certificate})"
    ),
    "UNKNOWN_CA": _REFUSES_THE_CERTIFICATE,
    "BAD_CERTIFICATE": _REFUSES_THE_CERTIFICATE,
    "UNSUPPORTED_CERTIFICATE": _REFUSES_THE_CERTIFICATE,
    "CERTIFICATE_EXPIRED": f"{_REFUSES_THE_CERTIFICATE}, as it has expired",
    "CERTIFICATE_REVOKED": f"{_REFUSES_THE_CERTIFICATE}, as it was revoked",
    "CERTIFICATE_UNKNOWN": _REFUSES_THE_CERTIFICATE,
    "ACCESS_DENIED": _REFUSES_THE_CERTIFICATE,
}


def in_words(error: ssl.SSLError, *, is_proxy: bool = False) -> str:
    """Return a message that says what a TLS error means, and what can be done about it.

    Args:
        error: the error.
        is_proxy: whether the TLS connection is to a proxy rather than to the server.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        advice = _ABOUT_CERTIFICATES.get(error.verify_code)
        what = f"the certificate was not accepted: {error.verify_message.rstrip('.')}"
    else:
        advice = _ABOUT_TLS.get(_name_of(error))
        what = f"TLS failed: {(error.reason or str(error)).lower().replace('_', ' ')}"
    if advice is None:
        return what
    return f"{what}; {advice.format_map(_PROXY if is_proxy else _SERVER)}"


def _name_of(error: ssl.SSLError) -> str:
    reason = error.reason or ""
    return reason.rpartition("ALERT_")[2] if "_ALERT_" in reason else reason
