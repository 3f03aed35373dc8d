"""Whether there is a server at an address, and whether it answers."""

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
    """Why nothing can be reached at an address by TCP; None if something can be.

    Args:
        address: where a server is looked for.
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
    """The beginning of what a server answers to an opening handshake.

    Args:
        address: where the server is.

    Returns:
        Nothing if it closes the connection instead; None if it does not even do that.
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
    """How TLS is used with a server, if it is.

    Args:
        address: where the server is.
        hostname: the name that it has to prove; None to prove nothing.
    """
    if not address.secure:
        return None
    context = ssl.create_default_context()
    if hostname is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _reason(error: OSError) -> str:
    """What an error says, in one line, without this program's own words for it."""
    refused = isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error)
    return "Connection refused" if refused else error.strerror or str(error)
