"""TLS with a certificate authority that lasts as long as the tests."""

import ssl
from functools import cache

import trustme


@cache
def authority(name: str = "ours") -> trustme.CA:
    return trustme.CA(organization_name=name)


@cache
def server_context(*hosts: str, by: str = "ours") -> ssl.SSLContext:
    """Return the context of a server with a certificate for some hosts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority(by).issue_cert(*hosts).configure_cert(context)
    return context


@cache
def client_context(trusting: str = "ours") -> ssl.SSLContext:
    """Return the context of a client that trusts the authority."""
    context = ssl.create_default_context()
    authority(trusting).configure_trust(context)
    return context
