"""The environment settings object: who is asking, and from where.

In a browser it belongs to a document or a worker. Here a program makes one to say what a page
would be: its origin, its base URL, its cookies and policies. It is passed to ``WebSocket(...,
settings=...)``, or set as the default with ``with settings:``. Leaving the ``with`` is the
document going away. ``settings.run(function)`` makes them the default for one call, after which the
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

# Type checkers are told which event comes with which type. At run time it is EventTarget itself.
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
    """Where the cookies of an environment are kept, in a program's own way.

    It may have a second method, ``set_cookie(url, field_value)``, which is called with the value of
    each ``Set-Cookie`` header of a response, before the page hears of the response. Without it
    these are dropped. Both get the URL of the request, whose scheme is http or https. Neither is
    told of which site the page is; a ``CookieJar`` knows.
    """

    def cookies_for(self, url: str, /) -> str:
        """Return the value of the ``Cookie`` header for a URL, "" for none.

        It is called within the constructor.
        """


class EnvironmentSettings(EventTarget):
    """What stands for the document or the worker in which a socket is made.

    It is an EventTarget: where a socket violates a policy of its settings, a
    ``securitypolicyviolation`` event is fired at them, whether the policy is enforced or not.

    Args:
        origin: the origin as it is sent, such as ``https://example.com``. By default there is no
            page: the origin is opaque, which is sent as ``null``, and ``Sec-Fetch-Site`` says
            ``none``. ``"null"`` stands for a page with an opaque origin, as one in a sandbox, whose
            requests are ``cross-site``.
        api_base_url: what relative URLs are resolved against; by default ``about:blank``, so that
            they are a SyntaxError.
        user_agent: the value of the ``User-Agent`` header.
        accept_language: the value of the ``Accept-Language`` header; none is sent by default.
        cookie_store: keeps the cookies, and gives those that go along: a ``CookieJar``, or a store
            of the program's own; by default there are none.
        hsts: the hosts that are spoken to over TLS alone, so that ``ws:`` means ``wss:`` for them;
            what servers say about themselves is added. None by default, and then nothing is kept.
        content_security_policy: policies that are enforced, as a server would send them in fields
            ``Content-Security-Policy``: one string or several; none by default. A socket whose URL
            ``connect-src`` (or ``default-src``) does not allow fails as any other does.
        content_security_policy_report_only: policies that report what they would forbid, as in
            fields ``Content-Security-Policy-Report-Only``; none by default.
        credentials: answers a 401, and the 407 of a proxy, where a browser would prompt its user:
            is called with an ``AuthenticationChallenge``, and returns a name and a password, a
            token for the scheme "bearer", or None, or an awaitable of these. The name and the
            password of a URL come first; by default there are no others.
        proxies: which proxies open connections, if any; by default those of the environment
            variables ``https_proxy``, ``no_proxy`` and so on, as they are when the settings are
            made. None stands for direct connections alone.
        tls: the context for ``wss:``, which is used as it is; by default one that trusts what the
            system trusts, and checks certificates.
        client_certificate: what is shown to a server that asks for a certificate; none by default.
            A context that is given as ``tls`` has to have its own.
        limits: how much of everything a socket may take.
        experimental_options_bag: whether the constructor's second argument may be a dictionary,
            as whatwg/websockets pull request 76 proposes. It is no part of the standard yet, and
            may change with the proposal.

    Raises:
        ValueError: the base URL, the origin or a policy cannot be parsed; ``user_agent`` or
            ``accept_language`` could not be written as a header; ``tls`` and
            ``client_certificate`` are given both; or an environment variable has no URL of a
            proxy.
        TypeError: ``credentials`` cannot be called, the cookie store has no method
            ``cookies_for``, or another argument is of another type than it should be.
        ModuleNotFoundError: an environment variable names a SOCKS proxy, and the extra ``proxy``
            is not installed.

    Attributes:
        authentication_entries: what has been answered to servers, for the sockets that follow;
            ``clear()`` forgets it.
        proxy_authentication_entries: likewise to proxies.
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
        """The context for ``wss:``; the default one is made when it is first needed."""
        if self._tls is None:
            self._tls = default_context()
        return self._tls

    @property
    @algorithm("environment-default-user-agent-value", "environment default `User-Agent` value")
    def user_agent(self) -> str:
        """The value of the ``User-Agent`` header.

        Source: https://fetch.spec.whatwg.org/#environment-default-user-agent-value
        """
        # 1-2. n/a: no WebDriver pretends to another user agent.
        # 3. The value is what the settings were made with, or this library's name and version.
        return self._user_agent

    @property
    def accept_language(self) -> str | None:
        """The value of the ``Accept-Language`` header; None if none is sent."""
        return self._accept_language

    def __repr__(self) -> str:
        return f"<EnvironmentSettings origin {self.origin!r}, api_base_url {self.api_base_url!r}>"

    @algorithm("unloading-document-cleanup-steps", "unloading document cleanup steps")
    def unload(self) -> None:
        """Let the document go away: each socket of it that is still there disappears (1001).

        Source: https://html.spec.whatwg.org/multipage/document-lifecycle.html#unloading-document-cleanup-steps
        """
        # 1. The settings know their sockets, as a window would.
        # 2. Each socket disappears; there is no document that could be kept for later.
        for each in tuple(self.unloading):
            each.disappear()
        # 3. n/a: a program has no WebTransport.
        # 4. n/a: a program has no EventSource, and its timers are its own.

    def run(
        self,
        function: Callable[Parameters, Returned],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Returned:
        """Call a function as a script of this document: the settings are the default meanwhile.

        When the function returns, the document stays, with its sockets. So a program that stands
        for several documents enters the one that has its turn, as often as it likes. Tasks that the
        function starts keep the settings as their default.

        Args:
            function: what is called.
            *args: what it is called with.
            **kwargs: likewise.

        Returns:
            what the function returns.

        Raises:
            BaseException: whatever the function raises.

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
        """Leave: the settings are no longer the default, and the document goes away.

        A fixture or an ``ExitStack`` may leave in another context than it entered in. Then they are
        no longer the default in any context.
        """
        entry_settings.leave(self._entries)
        self.unload()


outermost: list[EnvironmentSettings] = []


def current_settings() -> EnvironmentSettings:
    """Return the settings object of the innermost ``with``, else one for the whole program."""
    settings = entry_settings.innermost()
    if settings is not None:
        return settings
    if not outermost:
        outermost.append(EnvironmentSettings())
    return outermost[0]
