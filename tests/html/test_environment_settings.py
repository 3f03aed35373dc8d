"""The environment settings object: the client of a request, and its origin.

https://html.spec.whatwg.org/multipage/webappapis.html#environment-settings-objects
"""

import http.cookiejar
import ssl

import pytest

from support.page import Recorder
from support.wire import establish
from whatwg_websockets import CookieJar, EnvironmentSettings, HstsList, Limits, WebSocket


def test_by_default_the_origin_is_opaque_and_the_base_about_blank():
    settings = EnvironmentSettings()
    assert settings.origin == "null"
    assert settings.api_base_url.serialize() == "about:blank"
    assert settings.cookie_store is None
    assert settings.csp_list is None
    assert not settings.upgrades_insecure_requests
    assert settings.accept_language is None
    assert settings.limits == Limits()


@pytest.mark.parametrize(
    ("origin", "serialized"),
    [
        (None, "null"),
        ("null", "null"),
        ("https://example.com", "https://example.com"),
        ("HTTPS://Example.COM:443/path?query", "https://example.com"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_the_origin_is_kept_as_it_is_sent(origin, serialized):
    assert EnvironmentSettings(origin=origin).origin == serialized


@pytest.mark.parametrize("origin", ["example.com", "", "https://", "data:,x", "about:blank"])
def test_what_is_no_origin_is_refused(origin):
    with pytest.raises(ValueError, match="origin"):
        EnvironmentSettings(origin=origin)


@pytest.mark.parametrize("url", ["", "/path", "http://a b/"])
def test_what_is_no_base_url_is_refused(url):
    with pytest.raises(ValueError, match="api_base_url"):
        EnvironmentSettings(api_base_url=url)


def test_the_default_context_checks_certificates():
    settings = EnvironmentSettings()
    assert settings.tls is settings.tls
    assert settings.tls.verify_mode == ssl.CERT_REQUIRED
    assert settings.tls.check_hostname
    assert settings.tls.minimum_version >= ssl.TLSVersion.TLSv1_2
    weak = ("NULL", "EXPORT", "RC4", "MD5", "DES")
    for cipher in settings.tls.get_ciphers():
        assert not any(each in cipher["name"] for each in weak)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", b"https://example.com"),
        ("api_base_url", None),
        ("user_agent", None),
        ("accept_language", ["de"]),
        ("cookie_store", 1),
        ("hsts", HstsList),
        ("hsts", "hsts.json"),
        ("content_security_policy", None),
        ("content_security_policy", [b"connect-src 'self'"]),
        ("content_security_policy_report_only", 1),
        ("credentials", ("ann", "s3cret")),
        ("proxies", "http://joe:s3cret@proxy.example"),
        ("tls", "ca.pem"),
        ("client_certificate", "client.pem"),
        ("limits", {"handshake_timeout": 1}),
    ],
)
def test_what_is_of_another_type_is_refused_with_the_name_of_the_argument(name, value):
    with pytest.raises(TypeError, match=f"{name} ") as raised:
        EnvironmentSettings(**{name: value})
    assert "s3cret" not in str(raised.value)


def test_a_list_of_hosts_that_want_tls_is_kept():
    hosts = HstsList()
    assert EnvironmentSettings(hsts=hosts).hsts is hosts


def test_a_context_of_the_programs_own_is_used_as_it_is():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert EnvironmentSettings(tls=context).tls is context


# Headers.


@pytest.mark.parametrize("name", ["user_agent", "accept_language"])
@pytest.mark.parametrize(
    "value", ["a\r\nCookie: b", "a\nb", "a\rb", "a\0b", "a\x1fb", "a\x7f", "\u20ac", " a", "a\t"]
)
def test_what_cannot_be_the_value_of_a_header_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} is not the value of a header"):
        EnvironmentSettings(**{name: value})


@pytest.mark.parametrize("value", ["", "Mozilla/5.0 (X11;\tLinux)", "caf\u00e9"])
def test_what_can_be_the_value_of_a_header_is_kept(value):
    settings = EnvironmentSettings(user_agent=value, accept_language=value)
    assert settings.user_agent == settings.accept_language == value


def test_what_has_been_checked_cannot_be_changed():
    with pytest.raises(AttributeError):
        EnvironmentSettings().user_agent = "a\r\n"  # type: ignore[misc]


def test_no_password_is_shown():
    url = "https://user:secret@example.com/"
    assert "secret" not in repr(EnvironmentSettings(api_base_url=url, origin=url))
    for name in ("origin", "api_base_url"):
        with pytest.raises(ValueError, match=name) as raised:
            EnvironmentSettings(**{name: "https://user:secret@exa mple/"})
        assert "secret" not in str(raised.value)
    with pytest.raises(ValueError, match="an origin") as raised:
        EnvironmentSettings(origin="foo://user:secret@example/")
    assert "secret" not in str(raised.value)


async def test_settings_that_are_entered_again_are_those_of_a_new_document(pages):
    settings = EnvironmentSettings()
    with settings:
        of_before, connection = pages.connecting(settings)
        events_of_before = Recorder(of_before)
        establish(connection)
        await events_of_before.until("open")
    with settings:
        socket, connection = pages.connecting(settings)
        events = Recorder(socket)
        establish(connection)
        await events.until("open")
        assert of_before.readyState == WebSocket.CLOSED
        assert events_of_before.events == [("open", 1)]


@pytest.mark.parametrize("store", [http.cookiejar.CookieJar(), {}, "session=1", 0])
def test_a_cookie_store_that_cannot_be_asked_is_refused_at_the_call(store):
    with pytest.raises(TypeError, match=r"a cookie_store needs a method cookies_for\(url\)"):
        EnvironmentSettings(cookie_store=store)


def test_an_empty_jar_is_a_cookie_store():
    jar = CookieJar()
    assert EnvironmentSettings(cookie_store=jar).cookie_store is jar
