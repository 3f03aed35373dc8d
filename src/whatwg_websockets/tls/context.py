"""The context for ``wss:`` where a program gives none."""

import ssl


def default_context() -> ssl.SSLContext:
    """Return a context that checks certificates against those that the system trusts."""
    # § rfc6455-10.6-3. Python's default leaves out ciphers that are weak, and the versions before
    #   1.2 are left out here: a Python that follows the system's OpenSSL has no least version of
    #   its own.
    context = ssl.create_default_context()
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    context.set_alpn_protocols(["http/1.1"])
    return context
