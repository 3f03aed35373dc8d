"""Reading what a proxy says, and what there is to say when it says nothing of use."""

from whatwg_websockets.network.cause import Cause, Kind, NotConnected
from whatwg_websockets.network.handshake_stream import HandshakeStream


async def read_some(stream: HandshakeStream) -> bytes:
    """Read what has arrived from a proxy, at least one byte.

    Raises:
        NotConnected: nothing more will arrive.
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
    """Return the failure that a proxy has not opened a connection.

    Args:
        why: what happened, as a sentence about the proxy.
        kind: what sort of thing it was.
    """
    return NotConnected(Cause(why, kind, "proxy"))
