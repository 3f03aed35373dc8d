"""The environment settings object, which stands for the document that creates a WebSocket.

In a browser, the object belongs to a document or a worker. Here, a program creates one to describe
a page: its origin, its base URL, its cookies and policies. The object is passed to ``WebSocket(...,
settings=...)``, or made the default by ``with settings:``. When the ``with`` is left, the document
goes away. ``settings.run(function)`` makes the object the default for one call, after which the
document stays.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#environment-settings-objects
"""

import ssl
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.authentication.authentication_challenge import AskForCredentials
from whatwg_websockets.authentication.entries import AuthenticationEntries
from whatwg_websockets.html import entry_settings
from whatwg_websockets.html.entry_settings import Parameters, Returned
from whatwg_websockets.html.event_handlers import EventHandlerAttribute
from whatwg_websockets.html.event_loop import Unloading
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.html.settings_arguments import (
    callable_or_none,
    checked_context,
    checked_cookie_store,
    checked_hsts,
    header_value,
    of_type,
    parsed_csp_list,
    parsed_origin,
    parsed_url,
)
from whatwg_websockets.proxies.proxies import FROM_ENVIRONMENT, Proxies, proxies_of_settings
from whatwg_websockets.tls.client_certificate import ClientCertificate
from whatwg_websockets.tls.context import default_context
from whatwg_websockets.url.origin import Origin
from whatwg_websockets.url.url_record import UrlRecord

# Type checkers see which class of event belongs to which type. At run time, the base class is
# EventTarget.
if TYPE_CHECKING:
    from whatwg_websockets.csp.event_map import EnvironmentSettingsEventTarget as EventTarget
    from whatwg_websockets.csp.policy import CspList
    from whatwg_websockets.csp.security_policy_violation_event import SecurityPolicyViolationEvent
    from whatwg_websockets.hsts.known_hosts import HstsList
    from whatwg_websockets.network.happy_eyeballs.history import History
else:
    from whatwg_websockets.dom.event_target import EventTarget

USER_AGENT = "whatwg-websockets"


class CookieStore(Protocol):
    """The interface of a program's own store for the cookies of an environment.

    A store may have a second method, ``set_cookie(url, field_value)``, which is called with the
    value of each ``Set-Cookie`` header of a response, before the page learns of the response. If a
    store has no such method, the headers are dropped. Both methods get the URL of the request,
    whose scheme is http or https. Neither gets the site of the page, which a ``CookieJar`` knows.
    """

    def cookies_for(self, url: str, /) -> str:
        """Return the value of the ``Cookie`` header for a URL, or "" to send no header.

        The method is called within the constructor of a socket.
        """


class EnvironmentSettings(EventTarget):
    """The environment settings object, which stands for the document that creates a socket.

    The object is an EventTarget: if a socket violates a policy of its settings, a
    ``securitypolicyviolation`` event is fired at the object, whether the policy is enforced or not.

    Args:
        origin: the origin as it is sent, such as ``https://example.com``. By default the socket has
            no page: the origin is opaque, which is sent as ``null``, and ``Sec-Fetch-Site`` is
            ``none``. ``"null"`` stands for a page with an opaque origin, such as one in a sandbox,
            whose requests are ``cross-site``.
        api_base_url: the URL that relative URLs are resolved against; by default ``about:blank``,
            with which a relative URL is a SyntaxError.
        user_agent: the value of the ``User-Agent`` header.
        accept_language: the value of the ``Accept-Language`` header, which is not sent by default.
        cookie_store: the store of the cookies that are sent: a ``CookieJar``, or a store of the
            program's own. By default no cookies are sent or kept.
        hsts: the list of known HSTS hosts, for which ``ws:`` means ``wss:``. A host that sends a
            ``Strict-Transport-Security`` header is added to the list. By default no list is kept.
        content_security_policy: the policies that are enforced, one string or several, each with
            the value of a ``Content-Security-Policy`` header. By default no policy is enforced. A
            socket whose URL ``connect-src`` (or ``default-src``) does not allow fails like any
            other.
        content_security_policy_report_only: the policies that only report, each with the value of a
            ``Content-Security-Policy-Report-Only`` header.
        credentials: a function that answers a 401, and the 407 of a proxy, where a browser would
            prompt its user. It is called with an ``AuthenticationChallenge``, and returns a name
            and a password, a token for the scheme "bearer", or None, or an awaitable of these. The
            name and the password of a URL are used first. By default no others are used.
        proxies: the choice of proxies; by default that of the environment variables
            ``https_proxy``, ``no_proxy`` and so on, which are read when the object is created. With
            None, all connections are direct.
        tls: the TLS context for ``wss:``, which is used unchanged; by default one that trusts the
            certificate authorities of the system, and checks certificates.
        client_certificate: the certificate for a server that requests one. A context that is given
            as ``tls`` has to have its own.
        limits: the limits of each socket.
        experimental_options_bag: whether the constructor's second argument may be a dictionary,
            as whatwg/websockets pull request 76 proposes. The dictionary is not part of the
            standard yet, and may change with the proposal.

    Raises:
        ValueError: the base URL, the origin or a policy cannot be parsed; ``user_agent`` or
            ``accept_language`` is not a valid header value; both ``tls`` and
            ``client_certificate`` are given; or an environment variable for a proxy has no valid
            URL.
        TypeError: ``credentials`` cannot be called, the cookie store has no method
            ``cookies_for``, or another argument has the wrong type.
        ModuleNotFoundError: an environment variable names a SOCKS proxy, and the extra ``proxy``
            is not installed.

    Attributes:
        authentication_entries: the credentials that servers have accepted, for later sockets.
            ``clear()`` forgets them.
        proxy_authentication_entries: the credentials that proxies have accepted.
    """

    _interface = "EnvironmentSettings"

    onsecuritypolicyviolation: "EventHandlerAttribute[SecurityPolicyViolationEvent]" = (
        EventHandlerAttribute("securitypolicyviolation")
    )

    def __init__(
        self,
        *,
        origin: str | None = None,
        api_base_url: str = "about:blank",
        user_agent: str = USER_AGENT,
        accept_language: str | None = None,
        cookie_store: CookieStore | None = None,
        hsts: "HstsList | None" = None,
        content_security_policy: str | Iterable[str] = (),
        content_security_policy_report_only: str | Iterable[str] = (),
        credentials: AskForCredentials | None = None,
        proxies: Proxies | None = FROM_ENVIRONMENT,
        tls: ssl.SSLContext | None = None,
        client_certificate: ClientCertificate | None = None,
        limits: Limits | None = None,
        experimental_options_bag: bool = False,
    ) -> None:
        self.origin_record: Origin = parsed_origin(origin)
        self.origin: str = str(self.origin_record)
        self.is_nobodys_page: bool = origin is None
        self.api_base_url: UrlRecord = parsed_url(api_base_url, "api_base_url")
        self._user_agent = header_value(user_agent, "user_agent")
        self._accept_language = (
            None if accept_language is None else header_value(accept_language, "accept_language")
        )
        self.cookie_store: CookieStore | None = checked_cookie_store(cookie_store)
        self.hsts: HstsList | None = checked_hsts(hsts)
        self.csp_list: CspList | None = parsed_csp_list(
            content_security_policy, content_security_policy_report_only, self.origin_record
        )
        self.credentials: AskForCredentials | None = callable_or_none(credentials, "credentials")
        self.authentication_entries: AuthenticationEntries = AuthenticationEntries()
        self.proxy_authentication_entries: AuthenticationEntries = AuthenticationEntries()
        self.proxies: Proxies | None = proxies_of_settings(proxies)
        self.limits: Limits = Limits() if limits is None else of_type(limits, Limits, "limits")
        self.experimental_options_bag = experimental_options_bag
        self.unloading: set[Unloading] = set()
        self._tls = checked_context(tls, client_certificate)
        self.history_of_addresses: History | None = None
        self._entries: list[entry_settings.Entry] = []

    @property
    def upgrades_insecure_requests(self) -> bool:
        """Whether a policy that is enforced has the directive ``upgrade-insecure-requests``.

        Source: https://w3c.github.io/webappsec-upgrade-insecure-requests/#delivery
        """
        return self.csp_list is not None and self.csp_list.upgrades_insecure_requests

    @property
    def tls(self) -> ssl.SSLContext:
        """The TLS context for ``wss:``. The default one is created when it is first needed."""
        if self._tls is None:
            self._tls = default_context()
        return self._tls

    @property
    @algorithm("environment-default-user-agent-value", "environment default `User-Agent` value")
    def user_agent(self) -> str:
        """The value of the ``User-Agent`` header.

        Source: https://fetch.spec.whatwg.org/#environment-default-user-agent-value
        """
        # 1-2. n/a: a program has no WebDriver, which could emulate another user agent.
        # 3. Return the User-Agent value of the settings, which is this library's name by default.
        return self._user_agent

    @property
    def accept_language(self) -> str | None:
        """The value of the ``Accept-Language`` header, or None if the header is not sent."""
        return self._accept_language

    def __repr__(self) -> str:
        return f"<EnvironmentSettings origin {self.origin!r}, api_base_url {self.api_base_url!r}>"

    @algorithm("unloading-document-cleanup-steps", "unloading document cleanup steps")
    def unload(self) -> None:
        """Make the document go away: each of its sockets disappears, with the close code 1001.

        Source: https://html.spec.whatwg.org/multipage/document-lifecycle.html#unloading-document-cleanup-steps
        """
        # 1. The settings object stands for the window, and has the list of the window's sockets.
        # 2. Make each WebSocket of the settings disappear.
        for each in tuple(self.unloading):
            each.disappear()
        # 3. n/a: a program has no WebTransport objects that would have to be closed.
        # 4. n/a: a program has no EventSource to close, and no timers of a document to clear.

    def run(
        self,
        function: Callable[Parameters, Returned],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Returned:
        """Call a function as a script of this document, with the settings as the default.

        When the function returns, the document stays, with its sockets. So a program that stands
        for several documents can enter each of them any number of times. Tasks that the function
        starts keep the settings as their default.

        Args:
            function: the function to call.
            *args: the function's positional arguments.
            **kwargs: the function's keyword arguments.

        Returns:
            the result of the function.

        Raises:
            BaseException: the function raised it.

        Source: https://html.spec.whatwg.org/multipage/webappapis.html#prepare-to-run-script
        """
        return entry_settings.run_within(self, function, *args, **kwargs)

    def __enter__(self) -> Self:
        entry_settings.enter(self, self._entries)
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop being the default, and make the document go away.

        A fixture or an ``ExitStack`` may leave in another context than it entered in. In that case,
        the settings are no longer the default in any context.
        """
        entry_settings.leave(self._entries)
        self.unload()


outermost: list[EnvironmentSettings] = []


def current_settings() -> EnvironmentSettings:
    """Return the settings object of the innermost ``with``, or else that of the whole program."""
    settings = entry_settings.innermost()
    if settings is not None:
        return settings
    if not outermost:
        outermost.append(EnvironmentSettings())
    return outermost[0]
