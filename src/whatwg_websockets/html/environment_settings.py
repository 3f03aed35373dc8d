"""The environment settings object: who is asking, and from where.

In a browser it belongs to a document or a worker. Here a program makes one to say what a page
would be: its origin, its base URL, its cookies and policy. It is passed to ``WebSocket(...,
settings=...)``, or set as the default with ``with settings:``. Leaving the ``with`` is the
document going away.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#environment-settings-objects
"""

import ssl
from contextvars import ContextVar
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from whatwg_websockets.html.event_loop import Unloading
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.url.url_record import UrlRecord, parse

USER_AGENT = "whatwg-websockets"


class CookieStore(Protocol):
    """Where the cookies of an environment are kept."""

    def cookies_for(self, url: str, /) -> str:
        """Return the value of the ``Cookie`` header for a URL, "" for none."""


class Policy(Protocol):
    """What an environment allows, as a Content Security Policy does."""

    def blocks(self, url: str, /) -> bool:
        """Tell whether a connection to the URL is forbidden."""


class EnvironmentSettings:
    """What stands for the document or the worker in which a socket is made.

    Args:
        origin: the origin as it is sent, such as ``https://example.com``; by default an opaque
            one, which is sent as ``null``.
        api_base_url: what relative URLs are resolved against; by default ``about:blank``, so that
            they are a SyntaxError.
        user_agent: the value of the ``User-Agent`` header.
        accept_language: the value of the ``Accept-Language`` header; none is sent by default.
        cookie_store: gives the ``Cookie`` header; none by default.
        policy: may forbid connections; none by default.
        tls: the context for ``wss:``; by default the system's certificates, checked.
        limits: how much of everything a socket may take.

    Raises:
        ValueError: the base URL, or the origin, cannot be parsed.
    """

    def __init__(
        self,
        *,
        origin: str | None = None,
        api_base_url: str = "about:blank",
        user_agent: str = USER_AGENT,
        accept_language: str | None = None,
        cookie_store: CookieStore | None = None,
        policy: Policy | None = None,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.origin: str = _serialized_origin(origin)
        self.api_base_url: UrlRecord = _parsed(api_base_url, "api_base_url")
        self.user_agent = user_agent
        self.accept_language = accept_language
        self.cookie_store = cookie_store
        self.policy = policy
        self.limits: Limits = limits or Limits()
        self.unloading: set[Unloading] = set()
        self._tls = tls

    @property
    def tls(self) -> ssl.SSLContext:
        """The context for ``wss:``; the default one is made when it is first needed."""
        if self._tls is None:
            # § rfc6455-10.6-3. Python's default leaves out what is weak.
            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls

    def unload(self) -> None:
        """Let the document go away: each socket of it that is still there disappears (1001).

        Source: https://html.spec.whatwg.org/multipage/document-lifecycle.html#unloading-document-cleanup-steps
        """
        for each in tuple(self.unloading):
            each.disappear()

    def __enter__(self) -> Self:
        _entered.set((self, _entered.get()))
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        entered = _entered.get()
        assert entered is not None
        _entered.set(entered[1])
        self.unload()


# The settings objects of the ``with`` statements around, from the innermost outwards. Each task
# has its own, as several may enter the same object.
_Entered: TypeAlias = tuple[EnvironmentSettings, "_Entered | None"]
_entered: ContextVar[_Entered | None] = ContextVar("settings", default=None)
_outermost: list[EnvironmentSettings] = []


def current_settings() -> EnvironmentSettings:
    """Return the settings object of the innermost ``with``, else one for the whole program."""
    entered = _entered.get()
    if entered is not None:
        return entered[0]
    if not _outermost:
        _outermost.append(EnvironmentSettings())
    return _outermost[0]


def _parsed(url: str, name: str) -> UrlRecord:
    record = parse(url)
    if record is None:
        raise ValueError(f"{name} is no URL: {url!r}")
    return record


def _serialized_origin(origin: str | None) -> str:
    if origin is None or origin == "null":
        return "null"
    serialized = _parsed(origin, "origin").serialize_origin()
    if serialized == "null":
        raise ValueError(f"an origin is a scheme, a host and a port: {origin!r}")
    return serialized
