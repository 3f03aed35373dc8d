"""The checks of the arguments of a settings object."""

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
    """Return an argument unchanged, if it has the right type.

    Args:
        value: the argument.
        wanted: the class that the argument has to be an instance of.
        name: the name of the argument.

    Raises:
        TypeError: the argument has another type. The message does not quote its value.
    """
    if isinstance(value, wanted):
        return value
    given = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
    raise TypeError(f"{name} must be of the type {wanted.__name__}, not {given}")


def parsed_url(url: str, name: str) -> UrlRecord:
    """Parse a URL.

    Args:
        url: the URL.
        name: the name of the argument.

    Raises:
        ValueError: the URL cannot be parsed. The message does not show its password.
        TypeError: the argument is not a string.
    """
    record = parse(of_type(url, str, name))
    if record is None:
        raise ValueError(f"{name} is not a URL: {without_password(url)!r}")
    return record


def parsed_origin(origin: str | None) -> Origin:
    """Parse an origin, where None and ``null`` are opaque origins.

    Raises:
        ValueError: the origin does not have a scheme, a host and a port.
    """
    if origin is None or origin == "null":
        return OpaqueOrigin()
    found = origin_of(parsed_url(origin, "origin"))
    if isinstance(found, OpaqueOrigin):
        given = without_password(origin)
        raise ValueError(f"an origin must have a scheme, a host and a port, not {given!r}")
    return found


def header_value(value: str, name: str) -> str:
    """Return the value of a header unchanged, if it is valid.

    Args:
        value: the value.
        name: the name of the argument.

    Raises:
        ValueError: the argument is not a valid header value.
        TypeError: the argument is not a string.
    """
    if not _FIELD_VALUE.fullmatch(of_type(value, str, name)):
        raise ValueError(
            f"{name} is not the value of a header, which has characters of Latin-1 only, no line "
            f"breaks or other control characters, and no spaces around it: {shown(value)}"
        )
    return value


def checked_cookie_store(store: Store) -> Store:
    """Return a cookie store unchanged, if it has the method ``cookies_for`` or is None.

    Raises:
        TypeError: the store has no method ``cookies_for``, as the jars of other libraries.
    """
    if store is not None and not callable(getattr(store, "cookies_for", None)):
        raise TypeError(
            f"a cookie_store needs a method cookies_for(url), which is missing: {shown(store)};"
            " CookieJar.from_http_cookiejar() takes the cookies of Python's own jar"
        )
    return store


def parsed_csp_list(
    enforced: str | Iterable[str], report_only: str | Iterable[str], origin: Origin
) -> "CspList | None":
    """Parse the policies of settings. Without policies, the room csp is not imported.

    Args:
        enforced: the policies that are enforced.
        report_only: the policies that only report.
        origin: the origin of the settings.

    Returns:
        The policies, or None if no policy is given.

    Raises:
        ValueError: a policy cannot be parsed. The message says where and why.
    """
    if enforced == () and report_only == ():
        return None
    from whatwg_websockets.csp.parse import parse_the_policies_of_settings

    return parse_the_policies_of_settings(enforced, report_only, origin)


def checked_hsts(hsts: "HstsList | None") -> "HstsList | None":
    """Return a list of known HSTS hosts unchanged, if it is one or None.

    Raises:
        TypeError: the argument is anything else, such as the class HstsList itself.
    """
    if hsts is None:
        return None
    from whatwg_websockets.hsts.known_hosts import HstsList

    return of_type(hsts, HstsList, "hsts")


def callable_or_none(value: Called | None, name: str) -> Called | None:
    """Return an argument unchanged, if it is callable or None.

    Raises:
        TypeError: the argument is neither callable nor None.
    """
    if value is not None and not callable(value):
        raise TypeError(f"{name} must be a callable or None, not {type(value).__name__}")
    return value


def checked_context(
    tls: ssl.SSLContext | None, client_certificate: ClientCertificate | None
) -> ssl.SSLContext | None:
    """Return the TLS context for ``wss:``, or None if the default one is to be used.

    Args:
        tls: the program's own TLS context, or None.
        client_certificate: the client certificate for a default context, or None.

    Raises:
        ValueError: both are given.
        TypeError: an argument has the wrong type.
    """
    if tls is not None:
        of_type(tls, ssl.SSLContext, "tls")
    if client_certificate is None:
        return tls
    of_type(client_certificate, ClientCertificate, "client_certificate")
    if tls is not None:
        raise ValueError(
            "tls is used unchanged, so client_certificate cannot be given beside it: load the "
            "certificate into the context (load_cert_chain)"
        )
    return default_context(client_certificate)
