"""What a settings object is made of, checked at the call."""

import re
import ssl
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from whatwg_websockets.tls.client_certificate import ClientCertificate
from whatwg_websockets.tls.context import default_context
from whatwg_websockets.url.origin import OpaqueOrigin, Origin
from whatwg_websockets.url.url_record import UrlRecord, origin_of, parse, without_password
from whatwg_websockets.webidl.messages import shown

if TYPE_CHECKING:
    from whatwg_websockets.csp.policy import CspList
    from whatwg_websockets.hsts.known_hosts import HstsList

Called = TypeVar("Called", bound=Callable[..., Any])
Store = TypeVar("Store")
Value = TypeVar("Value")

# The field value of RFC 9110 section 5.5: visible characters of Latin-1, spaces and tabs between.
_FIELD_VALUE: Final = re.compile(r"(?:[!-~\x80-\xff]+(?:[ \t]+[!-~\x80-\xff]+)*)?")


def of_type(value: Value, wanted: type, name: str) -> Value:
    """Return an argument as it is, before something else than what is wanted does harm elsewhere.

    Args:
        value: the argument.
        wanted: what it has to be an instance of.
        name: its name.

    Raises:
        TypeError: it is something else. No message quotes it.
    """
    if isinstance(value, wanted):
        return value
    given = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
    raise TypeError(f"{name} is of the type {wanted.__name__}, and not {given}")


def parsed_url(url: str, name: str) -> UrlRecord:
    """Parse a URL.

    Args:
        url: the URL.
        name: the argument that has it.

    Raises:
        ValueError: the URL cannot be parsed. No password of it is shown.
        TypeError: it is no string.
    """
    record = parse(of_type(url, str, name))
    if record is None:
        raise ValueError(f"{name} is not a URL: {without_password(url)!r}")
    return record


def parsed_origin(origin: str | None) -> Origin:
    """Parse an origin; none, and ``null``, are an opaque one.

    Raises:
        ValueError: this is no origin of a scheme, a host and a port.
    """
    if origin is None or origin == "null":
        return OpaqueOrigin()
    found = origin_of(parsed_url(origin, "origin"))
    if isinstance(found, OpaqueOrigin):
        given = without_password(origin)
        raise ValueError(f"an origin is a scheme, a host and a port, not {given!r}")
    return found


def header_value(value: str, name: str) -> str:
    """Return the value of a header as it is, before there is a connection.

    Args:
        value: the value.
        name: the argument that has it.

    Raises:
        ValueError: this cannot be written as the value of a header.
        TypeError: it is no string.
    """
    if not _FIELD_VALUE.fullmatch(of_type(value, str, name)):
        raise ValueError(
            f"{name} is not the value of a header, which has characters of Latin-1 only, no line "
            f"breaks or other control characters, and no blanks around it: {shown(value)}"
        )
    return value


def checked_cookie_store(store: Store) -> Store:
    """Return a cookie store as it is, before it is asked for cookies.

    Raises:
        TypeError: it is not None, and has no method ``cookies_for``; jars of other libraries have
            none.
    """
    if store is not None and not callable(getattr(store, "cookies_for", None)):
        raise TypeError(
            f"a cookie_store has a method cookies_for(url), and this has none: {shown(store)};"
            " CookieJar.from_http_cookiejar() takes the cookies of Python's own jar"
        )
    return store


def parsed_csp_list(
    enforced: str | Iterable[str], report_only: str | Iterable[str], origin: Origin
) -> "CspList | None":
    """Parse the policies of settings. Without any, nothing of the room csp is imported.

    Args:
        enforced: the policies that are enforced.
        report_only: the policies that only report.
        origin: the origin of the settings.

    Returns:
        The policies, or None where there are none.

    Raises:
        ValueError: one of them is no policy; the message says where and why.
    """
    if enforced == () and report_only == ():
        return None
    from whatwg_websockets.csp.parse import parse_the_policies_of_settings

    return parse_the_policies_of_settings(enforced, report_only, origin)


def checked_hsts(hsts: "HstsList | None") -> "HstsList | None":
    """Return a list of known HSTS hosts as it is.

    Raises:
        TypeError: it is something else; the class, say.
    """
    if hsts is None:
        return None
    from whatwg_websockets.hsts.known_hosts import HstsList

    return of_type(hsts, HstsList, "hsts")


def callable_or_none(value: Called | None, name: str) -> Called | None:
    """Refuse what cannot be called, before it would have to be.

    Raises:
        TypeError: it is neither callable nor None.
    """
    if value is not None and not callable(value):
        raise TypeError(f"{name} is a callable or None, not {type(value).__name__}")
    return value


def checked_context(
    tls: ssl.SSLContext | None, client_certificate: ClientCertificate | None
) -> ssl.SSLContext | None:
    """Return the context for ``wss:``, or None where the default one will do when it is needed.

    Args:
        tls: the context of the program's own.
        client_certificate: what a default context is to show to servers.

    Raises:
        ValueError: both are given.
        TypeError: one of them is something else.
    """
    if tls is not None:
        of_type(tls, ssl.SSLContext, "tls")
    if client_certificate is None:
        return tls
    of_type(client_certificate, ClientCertificate, "client_certificate")
    if tls is not None:
        raise ValueError(
            "tls is used as it is, so client_certificate cannot be given beside it: load the "
            "certificate into the context (load_cert_chain)"
        )
    return default_context(client_certificate)
