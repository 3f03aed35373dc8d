"""Find out whether a server listens at an address, and whether it answers."""

import asyncio
import ssl

from websocket_conformance.fuzzing.addresses import Address
from websocket_conformance.wire.frames import Opcode, encode
from websocket_conformance.wire.handshake import new_key, request

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 10.0
_BEGINNING = 16
_GOODBYE = encode(Opcode.CLOSE, (1000).to_bytes(2), mask=b"mask")


async def why_absent(address: Address) -> str | None:
    """Return why no server accepts TCP connections at an address; None if one does.

    Args:
        address: the address of the server.
    """
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(address.host, address.port)
    except TimeoutError:
        return "It took too long"
    except OSError as error:
        return _reason(error)
    writer.close()
    return None


async def answer(address: Address) -> bytes | None:
    """Return the beginning of a server's answer to an opening handshake.

    Args:
        address: the address of the server.

    Returns:
        The octets; empty if the server closes the connection instead; None if it does neither.
    """
    tls = tls_for(address)
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(address.host, address.port, ssl=tls)
            try:
                host = f"{address.host}:{address.port}"
                writer.write(request(host, address.resource, new_key()))
                beginning = await reader.read(_BEGINNING)
                writer.write(_GOODBYE)
            finally:
                writer.close()
    except TimeoutError:
        return None
    except OSError:
        return b""
    return beginning


def tls_for(address: Address, hostname: str | None = None) -> ssl.SSLContext | None:
    """Return the TLS context for a server, or None without TLS.

    Args:
        address: the address of the server.
        hostname: the name that its certificate has to prove; None to check no name.
    """
    if not address.secure:
        return None
    context = ssl.create_default_context()
    if hostname is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _reason(error: OSError) -> str:
    """Return the message of an error in one line, without Python's own words for it."""
    refused = isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error)
    return "Connection refused" if refused else error.strerror or str(error)
