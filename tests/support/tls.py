"""TLS with a certificate authority that lasts as long as the tests, and a server with TLS."""

import ssl
from functools import cache

import trustme

from support.server import Peer


def authority(name: str = "ours") -> trustme.CA:
    return _authority(name)  # The cache tells a default from the same value that is given.


@cache
def _authority(name: str) -> trustme.CA:
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


class TlsPeer(Peer):
    """The server's end of a connection with TLS, which decides what goes into one segment."""

    def __init__(self, peer: Peer, context: ssl.SSLContext) -> None:
        super().__init__(peer.sock)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    async def start_tls(self) -> None:
        """Perform the TLS handshake."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._let_out()
                assert await self._let_in(), "the client left before TLS was established"
            else:
                return await self._let_out()

    async def send(self, data: bytes) -> None:
        self._tls.write(data)
        await self._let_out()

    def send_at_once(self, data: bytes, *, end: bool) -> None:
        self._tls.write(data)
        if end:
            self.end()
        else:
            self.sock.sendall(self._outgoing.read())

    def end(self) -> None:
        """Send the end of the stream; data of the client can still be read."""
        try:
            self._tls.unwrap()
        except ssl.SSLWantReadError:
            # The client's own end has not come yet.
            self.sock.sendall(self._outgoing.read())

    async def _receive(self) -> bool:
        while True:
            try:
                data = self._tls.read(65_536)
            except ssl.SSLWantReadError:
                if not await self._let_in():
                    return False
            except ssl.SSLZeroReturnError:
                return False
            else:
                self._received += data
                return bool(data)

    async def _let_out(self) -> None:
        await super().send(self._outgoing.read())

    async def _let_in(self) -> bool:
        had = len(self._received)
        is_there = await super()._receive()
        self._incoming.write(bytes(self._received[had:]))
        del self._received[had:]
        return is_there


class TlsInTls(TlsPeer):
    """The server's end of TLS inside a proxy's TLS connection."""

    def __init__(self, peer: Peer, context: ssl.SSLContext) -> None:
        super().__init__(peer, context)
        self._below = peer

    async def _let_out(self) -> None:
        await self._below.send(self._outgoing.read())

    async def _let_in(self) -> bool:
        data = await self._below.read_some()
        self._incoming.write(data)
        return bool(data)
