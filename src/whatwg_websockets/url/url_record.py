"""URL records: URLs in their components, as in the URL Standard. The library ada-url parses them.

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

# An optional scheme and slashes, and everything up to the last at sign.
_BEFORE_THE_LAST_AT_SIGN: Final = re.compile(
    r"(\s*(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?[/\\]*).*@", re.DOTALL
)


@dataclass(frozen=True, slots=True, repr=False)
class UrlRecord:
    """A URL that was parsed. A record does not change; ``with_scheme()`` makes another one.

    Attributes:
        scheme: the scheme in lower case, without a colon.
        username: the username, percent-encoded; empty if the URL does not have one.
        password: the password, percent-encoded; empty if the URL does not have one.
        host: the host, serialized, an IPv6 address in brackets; None if the URL does not have one.
        port: the port; None if the URL has none or its scheme's default port.
        path: the path, serialized, such as ``/chat/room``, or ``blank`` in ``about:blank``.
        query: the query without its ``?``; None if the URL does not have one, even an empty one.
        fragment: the fragment without its ``#``; None if the URL does not have one, even an empty
            one.

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
        """Return the same URL with another scheme.

        The other components stay as they are, including the port: a null port then means the new
        scheme's default port, and a port of 443 stays in the record even if it is the default.

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
        """Return the URL of a WebSocket for that of its request: ws for http, wss for https."""
        return self.with_scheme("ws" if self.scheme == "http" else "wss")

    def over_tls(self) -> "UrlRecord":
        """Return the same URL with the scheme https, without a port of 443."""
        port = None if self.port == DEFAULT_PORTS["https"] else self.port
        return replace(self, scheme="https", port=port)

    def serialize(self, *, exclude_fragment: bool = False) -> str:
        """Serialize the URL to a string."""
        return serialize_a_url(self, exclude_fragment=exclude_fragment)

    def __str__(self) -> str:
        """Return the URL as text for people: serialized, but with ``***`` for a password."""
        return replace(self, password="***" if self.password else "").serialize()

    def __repr__(self) -> str:
        return f"<UrlRecord {self}>"

    def serialize_origin(self) -> str:
        """Serialize the URL's origin, for example to ``wss://example.com:8443``, or ``null``."""
        return str(origin_of(self))


@algorithm("concept-url-parser", "URL parser")
def parse(url: str, base: UrlRecord | None = None) -> UrlRecord | None:
    """Parse a string as a URL.

    Args:
        url: a string of scalar values; a lone surrogate makes it invalid.
        base: the base URL of a relative URL.

    Returns:
        The URL, or None for failure.

    Source: https://url.spec.whatwg.org/#concept-url-parser
    """
    # 1. Run the basic URL parser, which is ada's, on the string.
    try:
        # § rfc6455-11.1.1-1. Encode the host of a ws URL in ASCII, as ada does.
        # § rfc6455-11.1.1-2. Percent-encode the components of a ws URL other than the host, as ada
        #   does.
        # § rfc6455-11.1.2-1. Encode the host of a wss URL in ASCII, as ada does.
        # § rfc6455-11.1.2-2. Percent-encode the other components of a wss URL, as ada does.
        parsed = URL(url, None if base is None else base.serialize())
    except ValueError:
        # 2. Return None for a failure, which each caller handles.
        return None
    # 3. A URL whose scheme is not blob has no blob URL entry to set.
    # 4. Leave the blob URL entry null: the blob URL store is empty, since only scripts add to it.
    # 5. Return the URL record, which is plain data that does not depend on ada.
    return _record(parsed.href)


def _record(href: str) -> UrlRecord:
    """Split a serialized URL at the delimiters that the URL serializer puts between components.

    Within a component, the delimiter that ends it is percent-encoded. Only one string is read from
    ada, since each of its getters takes about as long as this whole function (1 of 11 µs on CPython
    3.11). The getters also return an empty string both for a missing component and an empty one.
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
    """Return a string that may be an invalid URL as text for people, without a password.

    If the string cannot be parsed as a URL, or has no host, the password in it cannot be located.
    So everything between the scheme and the last ``@`` is replaced with ``***``.
    """
    try:
        record = _record(URL(url).href)  # Not parse(), which is an algorithm that a trace prints.
    except ValueError:
        return _BEFORE_THE_LAST_AT_SIGN.sub(r"\1***@", url)
    if record.host is None:
        return _BEFORE_THE_LAST_AT_SIGN.sub(r"\1***@", url)
    return str(record) if record.password else url


@algorithm("concept-url-serializer", "URL serializer")
def serialize_a_url(url: UrlRecord, *, exclude_fragment: bool = False) -> str:
    """Serialize a URL to a string.

    Source: https://url.spec.whatwg.org/#concept-url-serializer
    """
    # 1. Begin the output with the URL's scheme and a colon.
    output = f"{url.scheme}:"
    # 2. Write the authority of a URL whose host is not null; a file URL has an empty host.
    if url.host is not None:
        # 2.1. Append two slashes to the output, after which the authority follows.
        output += "//"
        # 2.2. Write the credentials if the URL includes any.
        if url.username or url.password:
            # 2.2.1. Append the username, which may be empty if the URL has a password, to
            #        the output.
            output += url.username
            # 2.2.2. Append a colon and the password to the output, unless the password is empty.
            if url.password:
                output += f":{url.password}"
            # 2.2.3. Append an at sign to the output, after the credentials.
            output += "@"
        # 2.3. Append the host, which the URL record holds serialized, to the output.
        output += url.host
        # 2.4. Append a colon and the port to the output, unless the port is null because it is the
        #      scheme's default.
        if url.port is not None:
            output += f":{url.port}"
    # 3. Append "/." before a path with an empty first segment, which would otherwise read as a
    #    host.
    elif url.path.startswith("//"):
        output += "/."
    # 4. Append the path, which the URL record holds serialized, to the output.
    output += url.path
    # 5. Append a question mark and the query to the output if the query is not null, even if it is
    #    empty.
    if url.query is not None:
        output += f"?{url.query}"
    # 6. Append a number sign and the fragment to the output, unless the caller excludes the
    #    fragment.
    if not exclude_fragment and url.fragment is not None:
        output += f"#{url.fragment}"
    # 7. Return the serialized URL, which the parser would parse to an equal URL.
    return output


@algorithm("concept-url-origin", "origin of a URL")
def origin_of(url: UrlRecord) -> Origin:
    """Return the origin of a URL; an opaque origin is a new one for each call.

    Source: https://url.spec.whatwg.org/#concept-url-origin
    """
    # 1a. (blob) Return the origin of the URL in the path, which is the origin of the blob's
    #     creator.
    if url.scheme == "blob":
        # 1a.1. A blob URL has no blob URL entry in this package, so no origin of an entry's
        #       environment is returned.
        # 1a.2. Parse the path of the blob URL as a URL.
        path_url = parse(url.path)
        # 1a.3. Return a new opaque origin if the path of the blob URL is not a URL.
        # 1a.4. Return the origin of the URL in the path if its scheme is http or https.
        if path_url is not None and path_url.scheme in {"http", "https"}:
            return origin_of(path_url)
        # 1a.5. Return a new opaque origin for a blob URL whose path has another scheme.
        return OpaqueOrigin()
    # 1b. (ftp, http, https, ws, wss) Return a tuple origin of the URL's scheme, host and port.
    if url.scheme in DEFAULT_PORTS:
        assert url.host is not None
        return TupleOrigin(url.scheme, url.host, url.port)
    # 1c. (file) Return a new opaque origin, which the standard recommends.
    # 1d. (any other scheme) Return a new opaque origin.
    return OpaqueOrigin()
