"""The certificates of WPT's servers, which are made at each start and trusted only by the pages."""

from dataclasses import dataclass
from pathlib import Path

import trustme

from websocket_conformance.wpt import hosts


@dataclass(frozen=True)
class Certificates:
    """The files of the certificates, in PEM.

    Attributes:
        authority: the certificate of the authority that signed the servers' certificate.
        server: the servers' certificate, which is valid for all their names.
        key: the private key of the servers' certificate.
    """

    authority: Path
    server: Path
    key: Path


def made(directory: Path) -> Certificates:
    """Make an authority, and a certificate for every name of the servers."""
    authority = trustme.CA(organization_name="web-platform-tests on this machine")
    certificate = authority.issue_cert(*hosts.names(), hosts.ADDRESS)
    files = Certificates(
        directory / "authority.pem", directory / "server.pem", directory / "server-key.pem"
    )
    authority.cert_pem.write_to_path(files.authority)
    chain, *more = certificate.cert_chain_pems
    chain.write_to_path(files.server)
    for each in more:
        each.write_to_path(files.server, append=True)
    certificate.private_key_pem.write_to_path(files.key)
    return files
