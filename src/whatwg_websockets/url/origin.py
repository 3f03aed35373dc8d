"""Origins: who asks, as far as security is concerned.

The HTML Standard defines them. They stand here since the URL Standard, which is below it, says
which origin a URL has.

Source: https://html.spec.whatwg.org/multipage/browsers.html#origin
"""

from dataclasses import dataclass

from whatwg_websockets.algorithm import algorithm


class OpaqueOrigin:
    """An origin that is the same as itself alone; each is written ``null``.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque
    """

    __slots__ = ()

    def __str__(self) -> str:
        """Write the origin as it is sent."""
        return serialize_an_origin(self)

    def __repr__(self) -> str:
        return "<OpaqueOrigin>"


@dataclass(frozen=True, slots=True)
class TupleOrigin:
    """An origin that is the same as each other one with the same scheme, host and port.

    Attributes:
        scheme: such as ``https``.
        host: serialized, an IPv6 address in brackets.
        port: None for the default port of the scheme.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-tuple
    """

    scheme: str
    host: str
    port: int | None = None

    def __str__(self) -> str:
        """Write the origin as it is sent."""
        return serialize_an_origin(self)


Origin = OpaqueOrigin | TupleOrigin


@algorithm("ascii-serialisation-of-an-origin", "serialization of an origin")
def serialize_an_origin(origin: Origin) -> str:
    """Write an origin as a string, such as ``https://example.com:8443``, or ``null``.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
    """
    # 1. All opaque origins are written alike.
    if isinstance(origin, OpaqueOrigin):
        return "null"
    # 2. The scheme comes first.
    result = origin.scheme
    # 3. A colon and two slashes say that a host follows.
    result += "://"
    # 4. The origin holds the host serialized already.
    result += origin.host
    # 5. The default port of the scheme is null, and is not written.
    if origin.port is not None:
        result += f":{origin.port}"
    # 6. The result has no path, and no slash at its end.
    return result
