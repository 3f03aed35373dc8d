"""Reading the answer of a proxy, and the error for a proxy that does not give a usable one."""

from whatwg_websockets.network.cause import Cause, Kind, NotConnected
from whatwg_websockets.network.handshake_stream import HandshakeStream


async def read_some(stream: HandshakeStream) -> bytes:
    """Read the bytes that have arrived from a proxy, at least one.

    Raises:
        NotConnected: the connection to the proxy has ended.
    """
    try:
        received = await stream.read()
    except OSError as error:
        how = str(error) or type(error).__name__
        raise not_opened(f"the connection to it was lost: {how}", "lost") from error
    if not received:
        raise not_opened("it closed the connection before it had answered", "lost")
    return received


def not_opened(why: str, kind: Kind = "proxy") -> NotConnected:
    """Return the error for a proxy that has not opened a connection.

    Args:
        why: what happened, as a sentence about the proxy.
        kind: the kind of failure.
    """
    return NotConnected(Cause(why, kind, "proxy"))
