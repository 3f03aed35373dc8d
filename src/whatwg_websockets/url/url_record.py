"""URL records: a URL in its parts, as the URL Standard has them. The parsing is ada-url's.

Source: https://url.spec.whatwg.org/#concept-url
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from ada_url import URL

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.origin import OpaqueOrigin, Origin, TupleOrigin

DEFAULT_PORTS: Final = {"ftp": 21, "http": 80, "https": 443, "ws": 80, "wss": 443}
"""The default ports of the special schemes. Source: https://url.spec.whatwg.org/#default-port"""

# A scheme and slashes, where they are there, and all up to the last at sign.
_BEFORE_THE_LAST_AT_SIGN: Final = re.compile(
    r"(\s*(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?[/\\]*).*@", re.DOTALL
)


@dataclass(frozen=True, slots=True, repr=False)
class UrlRecord:
    """A URL, parsed. It does not change; ``with_scheme()`` makes another one.

    Attributes:
        scheme: in lower case, without a colon.
        username: percent-encoded; empty if there is none.
        password: percent-encoded; empty if there is none.
        host: serialized, an IPv6 address in brackets; None if the URL has no host.
        port: None if the URL has none, or had the default port of its scheme.
        path: serialized, such as ``/chat/room``, or ``blank`` in ``about:blank``.
        query: without its ``?``; None if there is none, which is not the same as an empty one.
        fragment: without its ``#``; None if there is none, which is not the same as an empty one.

    Source: https://url.spec.whatwg.org/#concept-url
    """

    scheme: str
    username: str
    password: str
    host: str | None
    port: int | None
    path: str
    query: str | None
    fragment: str | None

    def with_scheme(self, scheme: str) -> "UrlRecord":
        """Make the same URL with another scheme.

        All else stays, the port also: a null port then means the new scheme's default port, and
        a port of 443 stays written out where it becomes the default.

        Source: https://url.spec.whatwg.org/#concept-url-scheme
        """
        # dataclasses.replace() takes twice as long.
        return UrlRecord(
            scheme,
            self.username,
            self.password,
            self.host,
            self.port,
            self.path,
            self.query,
            self.fragment,
        )

    def of_the_websocket(self) -> "UrlRecord":
        """Make the URL of a WebSocket of that of its request: ws for http, and wss for https."""
        return self.with_scheme("ws" if self.scheme == "http" else "wss")

    def over_tls(self) -> "UrlRecord":
        """Make the same URL with the scheme https; a port that https has by itself is left out."""
        port = None if self.port == DEFAULT_PORTS["https"] else self.port
        return replace(self, scheme="https", port=port)

    def serialize(self, *, exclude_fragment: bool = False) -> str:
        """Write the URL as a string."""
        return serialize_a_url(self, exclude_fragment=exclude_fragment)

    def __str__(self) -> str:
        """Write the URL for people: as ``serialize()`` does, but with ``***`` for a password."""
        return replace(self, password="***" if self.password else "").serialize()

    def __repr__(self) -> str:
        return f"<UrlRecord {self}>"

    def serialize_origin(self) -> str:
        """Write the URL's origin as a string, such as ``wss://example.com:8443``, or ``null``."""
        return str(origin_of(self))


@algorithm("concept-url-parser", "URL parser")
def parse(url: str, base: UrlRecord | None = None) -> UrlRecord | None:
    """Parse a string as a URL.

    Args:
        url: a string of scalar values; a lone surrogate makes it no URL.
        base: what a relative URL starts from.

    Returns:
        The URL, or None for failure.

    Source: https://url.spec.whatwg.org/#concept-url-parser
    """
    # 1. The basic URL parser is ada's.
    try:
        # § rfc6455-11.1.1-1. ada writes the host of a ws URL in ASCII,
        # § rfc6455-11.1.1-2. and all else percent-encoded;
        # § rfc6455-11.1.2-1. so it does with the host of a wss URL,
        # § rfc6455-11.1.2-2. and with all else.
        parsed = URL(url, None if base is None else base.serialize())
    except ValueError:
        # 2. To the callers failure is a value: each has an answer of its own to it.
        return None
    # 3. A URL with any other scheme than blob is the same with the next step and without it.
    # 4. Nothing makes a blob URL here (`URL.createObjectURL` is a script's), so the store of blob
    #    URLs is empty, and a blob URL has no entry.
    # 5. The record is plain data, which does not depend on ada.
    return _record(parsed.href)


def _record(href: str) -> UrlRecord:
    """Take a serialized URL apart, at the marks that the URL serializer puts between its parts.

    Within a part the mark that ends it is percent-encoded. One string is asked of ada, since each
    of its getters takes about as long as all of this (1 of 11 µs on CPython 3.11); they also give
    an empty string for a part that is missing, which is not the same as one that is empty.
    """
    before_fragment, hash_sign, fragment = href.partition("#")
    before_query, question_mark, query = before_fragment.partition("?")
    scheme, _, path = before_query.partition(":")
    username, password, host, port = "", "", None, ""
    if path.startswith("//"):
        authority, slash, path = path[2:].partition("/")
        path = slash + path
        credentials, _, host = authority.rpartition("@")
        username, _, password = credentials.partition(":")
        # An IPv6 address has colons, and ends with a bracket.
        if ":" in host and not host.endswith("]"):
            host, _, port = host.rpartition(":")
    elif path.startswith("/.//"):
        path = path[2:]
    return UrlRecord(
        scheme,
        username,
        password,
        host,
        int(port) if port else None,
        path,
        query if question_mark else None,
        fragment if hash_sign else None,
    )


def without_password(url: str) -> str:
    """Write a string that may be no URL for people: what could be a password in it is left out.

    Where a URL cannot be parsed, or has no host, nobody can say what was meant as a password. So
    all that stands between the scheme and the last ``@`` is replaced with ``***``.
    """
    try:
        record = _record(URL(url).href)  # Not parse(): to show a URL is no step of a standard.
    except ValueError:
        return _BEFORE_THE_LAST_AT_SIGN.sub(r"\1***@", url)
    if record.host is None:
        return _BEFORE_THE_LAST_AT_SIGN.sub(r"\1***@", url)
    return str(record) if record.password else url


@algorithm("concept-url-serializer", "URL serializer")
def serialize_a_url(url: UrlRecord, *, exclude_fragment: bool = False) -> str:
    """Write a URL as a string.

    Source: https://url.spec.whatwg.org/#concept-url-serializer
    """
    # 1. Every URL has a scheme; the colon makes it an absolute one.
    output = f"{url.scheme}:"
    # 2. A host that is empty, as in a file URL, is a host.
    if url.host is not None:
        # 2.1. Two slashes say that a host follows.
        output += "//"
        # 2.2. An "@" alone would say nothing.
        if url.username or url.password:
            # 2.2.1. The name may be empty where there is a password.
            output += url.username
            # 2.2.2. The colon is written only where something comes after it.
            if url.password:
                output += f":{url.password}"
            # 2.2.3. Here the host begins.
            output += "@"
        # 2.3. The record holds it serialized already.
        output += url.host
        # 2.4. The default port of the scheme is not in the record.
        if url.port is not None:
            output += f":{url.port}"
    # 3. Without this a path that begins with an empty segment would read as a host.
    elif url.path.startswith("//"):
        output += "/."
    # 4. The record holds it serialized already.
    output += url.path
    # 5. An empty query is written, as a question mark; none is not.
    if url.query is not None:
        output += f"?{url.query}"
    # 6. The caller may want the URL without it: a fragment never goes to a server.
    if not exclude_fragment and url.fragment is not None:
        output += f"#{url.fragment}"
    # 7. Parsed again, this is the same URL.
    return output


@algorithm("concept-url-origin", "origin of a URL")
def origin_of(url: UrlRecord) -> Origin:
    """Return the origin of a URL; each call gives another one where it is opaque.

    Source: https://url.spec.whatwg.org/#concept-url-origin
    """
    # 1a. (blob) The origin of the page that made the blob is written in the path.
    if url.scheme == "blob":
        # 1a.1. No blob URL has an entry that would know an environment.
        # 1a.2. A blob URL's path is a URL itself.
        path_url = parse(url.path)
        # 1a.3. What is no URL has an opaque origin.
        # 1a.4. So has what is no page of the web.
        if path_url is not None and path_url.scheme in {"http", "https"}:
            return origin_of(path_url)
        # 1a.5. Nobody else has an opaque origin, though all of them are written alike.
        return OpaqueOrigin()
    # 1b. (ftp, http, https, ws, wss) A tuple of scheme, host and port.
    if url.scheme in DEFAULT_PORTS:
        assert url.host is not None
        return TupleOrigin(url.scheme, url.host, url.port)
    # 1c. (file) The standard leaves it open, and recommends an opaque origin.
    # 1d. (everything else) An opaque origin.
    return OpaqueOrigin()
