"""A server that wants to be logged in to, and checks Digest by itself."""

import base64
import hashlib
import re

from support.server import HttpRequest, Peer, Server

REALM = "a realm"


async def refuse(peer: Peer, *challenges: str, status: str = "401 Unauthorized") -> None:
    """Answer a request that has been read with a 401, and leave."""
    fields = "".join(f"WWW-Authenticate: {each}\r\n" for each in challenges)
    await peer.send(f"HTTP/1.1 {status}\r\n{fields}Content-Length: 0\r\n\r\n".encode("latin-1"))
    await peer.expect_gone()


async def next_request(server: Server) -> tuple[Peer, HttpRequest]:
    """Take the next connection, and the request on it."""
    peer = await server.accept()
    return peer, await peer.read_request()


def authorization(request: HttpRequest) -> str | None:
    """Return the credentials of a request; those of Basic are decoded to ``name:password``."""
    values = request.all("Authorization")
    if not values:
        return None
    [value] = values
    scheme, _, rest = value.partition(" ")
    return base64.b64decode(rest).decode() if scheme == "Basic" else value


def is_proved(request: HttpRequest, password: str, hash_name: str = "md5") -> bool:
    """Check a Digest answer as a server does that knows the password."""
    [value] = request.all("Authorization")
    given = dict(re.findall(r'(\w+)="?([^",]*)', value.removeprefix("Digest ")))

    def h(text: str) -> str:
        return hashlib.new(hash_name, text.encode()).hexdigest()

    secret = h(f"{given['username']}:{given['realm']}:{password}")
    if given.get("algorithm", "").endswith("-sess"):
        secret = h(f"{secret}:{given['nonce']}:{given['cnonce']}")
    middle = f"{given['nc']}:{given['cnonce']}:{given['qop']}:" if "qop" in given else ""
    expected = h(f"{secret}:{given['nonce']}:{middle}{h(f'{request.method}:{request.target}')}")
    return given["uri"] == request.target and given["response"] == expected
