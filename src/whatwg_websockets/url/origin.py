"""Origins: the unit of trust of the web's security model.

The HTML Standard defines them. They are in this package, below the HTML Standard's, since the URL
Standard defines the origin of a URL.

Source: https://html.spec.whatwg.org/multipage/browsers.html#origin
"""

from dataclasses import dataclass

from whatwg_websockets.algorithm import algorithm


class OpaqueOrigin:
    """An origin that is the same origin as itself only; each one is serialized to ``null``.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque
    """

    __slots__ = ()

    def __str__(self) -> str:
        """Return the serialization of the origin, ``null``."""
        return serialize_an_origin(self)

    def __repr__(self) -> str:
        return "<OpaqueOrigin>"


@dataclass(frozen=True, slots=True)
class TupleOrigin:
    """An origin that is the same origin as any other with the same scheme, host and port.

    Attributes:
        scheme: the scheme, such as ``https``.
        host: the host, serialized; an IPv6 address is in brackets.
        port: the port; None for the default port of the scheme.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-tuple
    """

    scheme: str
    host: str
    port: int | None = None

    def __str__(self) -> str:
        """Return the serialization of the origin."""
        return serialize_an_origin(self)


Origin = OpaqueOrigin | TupleOrigin


@algorithm("ascii-serialisation-of-an-origin", "serialization of an origin")
def serialize_an_origin(origin: Origin) -> str:
    """Serialize an origin to a string, such as ``https://example.com:8443``, or ``null``.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
    """
    # 1. If the origin is opaque, return "null".
    if isinstance(origin, OpaqueOrigin):
        return "null"
    # 2. Begin the serialization with the origin's scheme.
    result = origin.scheme
    # 3. Append a colon and two slashes to the scheme.
    result += "://"
    # 4. Append the origin's host, which is serialized already, to the result.
    result += origin.host
    # 5. Append a colon and the origin's port to the result, unless the port is null.
    if origin.port is not None:
        result += f":{origin.port}"
    # 6. Return the serialization, which ends without a path or slash.
    return result
