"""What an error of TLS means, and what can be done about it, in words for people."""

import ssl

# Numbers of OpenSSL's X509_V_ERR_*, which Python hands on as ``verify_code``.
_EXPIRED, _NOT_YET_VALID = 10, 9
_SELF_SIGNED, _SELF_SIGNED_AUTHORITY, _NO_ISSUER, _NO_ISSUER_OF_THE_FIRST = 18, 19, 20, 21
_OTHER_NAME, _OTHER_ADDRESS = 62, 64

_WRONG_CLOCK = "the server needs one that is valid now, unless the clock of this machine is wrong"
_NOT_TRUSTED = (
    "nobody whom this machine trusts vouches for it; where it is to be trusted, give the settings "
    "tls=ssl.create_default_context(cafile=...) with its authority, or with itself if it is its own"
)
_OTHER_HOST = "the URL has to name a host that the certificate is for"

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
    "the server and this context have no version of TLS in common; by default versions before 1.2 "
    "are not spoken"
)
_WANTS_A_CERTIFICATE = (
    "the server wants a client certificate; give the settings client_certificate=..."
)
_REFUSES_THE_CERTIFICATE = "the server does not accept the client certificate"

# The reasons of OpenSSL, without what says only which version named them first.
_ABOUT_TLS = {
    "WRONG_VERSION_NUMBER": "does the server speak TLS?",
    "PROTOCOL_VERSION": _NO_VERSION,
    "UNSUPPORTED_PROTOCOL": _NO_VERSION,
    "UNSUPPORTED_VERSION": _NO_VERSION,
    "VERSION_TOO_LOW": _NO_VERSION,
    "NO_PROTOCOLS_AVAILABLE": _NO_VERSION,
    "CERTIFICATE_REQUIRED": _WANTS_A_CERTIFICATE,
    "HANDSHAKE_FAILURE": (
        "the server and this context have no cipher in common, or the server wants a client "
        "certificate (client_certificate=... of the settings)"
    ),
    "UNKNOWN_CA": _REFUSES_THE_CERTIFICATE,
    "BAD_CERTIFICATE": _REFUSES_THE_CERTIFICATE,
    "UNSUPPORTED_CERTIFICATE": _REFUSES_THE_CERTIFICATE,
    "CERTIFICATE_EXPIRED": f"{_REFUSES_THE_CERTIFICATE}, as it has expired",
    "CERTIFICATE_REVOKED": f"{_REFUSES_THE_CERTIFICATE}, as it was revoked",
    "CERTIFICATE_UNKNOWN": _REFUSES_THE_CERTIFICATE,
    "ACCESS_DENIED": _REFUSES_THE_CERTIFICATE,
}


def in_words(error: ssl.SSLError) -> str:
    """Say what an error of TLS means, and what can be done about it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        advice = _ABOUT_CERTIFICATES.get(error.verify_code)
        what = f"the certificate was not accepted: {error.verify_message.rstrip('.')}"
    else:
        advice = _ABOUT_TLS.get(_name_of(error))
        what = f"TLS failed: {(error.reason or str(error)).lower().replace('_', ' ')}"
    return what if advice is None else f"{what}; {advice}"


def _name_of(error: ssl.SSLError) -> str:
    reason = error.reason or ""
    return reason.rpartition("ALERT_")[2] if "_ALERT_" in reason else reason
