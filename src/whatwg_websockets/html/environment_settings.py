"""The environment settings object: who is asking, and from where.

In a browser it belongs to a document or a worker. Here a program makes one to say what a page
would be: its origin, its base URL, its cookies and policy. It is passed to ``WebSocket(...,
settings=...)``, or set as the default with ``with settings:``. Leaving the ``with`` is the
document going away. ``settings.run(function)`` makes them the default for one call, after which the
document stays.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#environment-settings-objects
"""

import re
import ssl
from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType
from typing import Final, ParamSpec, Protocol, Self, TypeVar

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import Unloading
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.url.url_record import UrlRecord, parse, without_password
from whatwg_websockets.webidl.messages import shown

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")

USER_AGENT = "whatwg-websockets"

# The field value of RFC 9110 section 5.5: visible characters of Latin-1, spaces and tabs between.
_FIELD_VALUE: Final = re.compile(r"(?:[!-~\x80-\xff]+(?:[ \t]+[!-~\x80-\xff]+)*)?")


class CookieStore(Protocol):
    """Where the cookies of an environment are kept. It is asked within the constructor."""

    def cookies_for(self, url: str, /) -> str:
        """Return the value of the ``Cookie`` header for a URL, "" for none."""


class Policy(Protocol):
    """What an environment allows, as a Content Security Policy does.

    It is asked within the constructor. A socket that it forbids hears of it as of any failure.
    """

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
        ValueError: the base URL, or the origin, cannot be parsed; or ``user_agent`` or
            ``accept_language`` could not be written as a header.
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
        self._user_agent = _header_value(user_agent, "user_agent")
        self._accept_language = (
            None if accept_language is None else _header_value(accept_language, "accept_language")
        )
        self.cookie_store = cookie_store
        self.policy = policy
        self.limits: Limits = Limits() if limits is None else limits
        self.unloading: set[Unloading] = set()
        self._tls = tls
        self._entries: list[_Entry] = []

    @property
    def tls(self) -> ssl.SSLContext:
        """The context for ``wss:``; the default one is made when it is first needed."""
        if self._tls is None:
            # § rfc6455-10.6-3. Python's default leaves out ciphers that are weak, and the versions
            #   before 1.2 are left out here: a Python that follows the system's OpenSSL has no
            #   least version of its own.
            self._tls = ssl.create_default_context()
            self._tls.minimum_version = max(self._tls.minimum_version, ssl.TLSVersion.TLSv1_2)
            self._tls.set_alpn_protocols(["http/1.1"])
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
        token = _entered.set((*_entered.get(), _Entry(self)))
        try:
            return function(*args, **kwargs)
        finally:
            _entered.reset(token)

    def __enter__(self) -> Self:
        entry = _Entry(self)
        self._entries.append(entry)
        _entered.set((*_entered.get(), entry))
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
        around = _entered.get()
        entry = self._innermost_entry(around)
        if entry is not None:
            self._entries.remove(entry)
            entry.is_over = not entry.was_made_in_this_context()
            _entered.set(tuple(each for each in around if each is not entry))
        self.unload()

    def _innermost_entry(self, around: "tuple[_Entry, ...]") -> "_Entry | None":
        """Find the ``with`` that is left: in this context, or else the last one in any other."""
        for entry in reversed((*self._entries, *around)):
            if entry in self._entries:
                return entry
        return None


class _Entry:
    """One ``with`` statement that makes a settings object the default.

    Attributes:
        settings: the settings object.
        is_over: whether the ``with`` was left in another context; that cannot change what the
            context variable of its own context says.
    """

    __slots__ = ("_token", "is_over", "settings")

    def __init__(self, settings: EnvironmentSettings) -> None:
        self.settings = settings
        self.is_over = False
        self._token = _context.set(None)

    def was_made_in_this_context(self) -> bool:
        """Tell whether the current context is the one in which this was made."""
        try:
            _context.reset(self._token)
        except ValueError:
            return False
        return True


# The ``with`` statements around, from the outermost inwards. Each task has its own, as several may
# enter the same object.
_entered: ContextVar[tuple[_Entry, ...]] = ContextVar("settings", default=())
# Its tokens tell contexts apart; what it holds is of no use.
_context: ContextVar[None] = ContextVar("context")
outermost: list[EnvironmentSettings] = []


def current_settings() -> EnvironmentSettings:
    """Return the settings object of the innermost ``with``, else one for the whole program."""
    for entry in reversed(_entered.get()):
        if not entry.is_over:
            return entry.settings
    if not outermost:
        outermost.append(EnvironmentSettings())
    return outermost[0]


def _parsed(url: str, name: str) -> UrlRecord:
    record = parse(url)
    if record is None:
        raise ValueError(f"{name} is not a URL: {without_password(url)!r}")
    return record


def _serialized_origin(origin: str | None) -> str:
    if origin is None or origin == "null":
        return "null"
    serialized = _parsed(origin, "origin").serialize_origin()
    if serialized == "null":
        given = without_password(origin)
        raise ValueError(f"an origin is a scheme, a host and a port, not {given!r}")
    return serialized


def _header_value(value: str, name: str) -> str:
    """Refuse what cannot be written as the value of a header, before there is a connection."""
    if not _FIELD_VALUE.fullmatch(value):
        raise ValueError(
            f"{name} is not the value of a header, which has characters of Latin-1 only, no line "
            f"breaks or other control characters, and no blanks around it: {shown(value)}"
        )
    return value
