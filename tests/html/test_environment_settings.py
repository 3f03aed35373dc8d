"""The environment settings object: who is asking, and from where.

https://html.spec.whatwg.org/multipage/webappapis.html#environment-settings-objects
"""

import asyncio
import ssl

import pytest

from support.page import turns
from whatwg_websockets import EnvironmentSettings, Limits
from whatwg_websockets.html import environment_settings
from whatwg_websockets.html.environment_settings import current_settings


def test_by_default_the_origin_is_opaque_and_the_base_about_blank():
    settings = EnvironmentSettings()
    assert settings.origin == "null"
    assert settings.api_base_url.serialize() == "about:blank"
    assert settings.cookie_store is None
    assert settings.policy is None
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


def test_a_context_of_the_programs_own_is_used_as_it_is():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert EnvironmentSettings(tls=context).tls is context


# The default: the innermost ``with``, else one for the whole program.


def test_without_a_with_there_is_one_for_the_whole_program(monkeypatch):
    monkeypatch.setattr(environment_settings, "_outermost", [])
    assert current_settings() is current_settings()
    assert current_settings().origin == "null"


def test_the_innermost_with_is_the_default():
    outer, inner = EnvironmentSettings(), EnvironmentSettings()
    before = current_settings()
    with outer as entered:
        assert entered is outer
        assert current_settings() is outer
        with inner:
            assert current_settings() is inner
            with outer:
                assert current_settings() is outer
            assert current_settings() is inner
        assert current_settings() is outer
    assert current_settings() is before


def test_the_default_comes_back_also_after_an_exception():
    before = current_settings()
    with pytest.raises(ZeroDivisionError), EnvironmentSettings():
        raise ZeroDivisionError
    assert current_settings() is before


async def test_each_task_has_a_default_of_its_own():
    settings = [EnvironmentSettings(), EnvironmentSettings()]

    async def task(mine):
        with mine:
            await turns(3)
            return current_settings()

    assert await asyncio.gather(*map(task, settings)) == settings


async def test_two_tasks_may_enter_the_same_settings():
    """And leave them in any order."""
    settings = EnvironmentSettings()
    seen = []

    async def task(count):
        before = current_settings()
        with settings:
            await turns(count)
            seen.append(current_settings())
        assert current_settings() is before

    await asyncio.gather(task(1), task(5), task(3))
    assert seen == [settings] * 3


async def test_a_task_inherits_the_default_of_its_maker():
    settings = EnvironmentSettings()

    async def task():
        return current_settings()

    with settings:
        made_inside = asyncio.ensure_future(task())
    assert await made_inside is settings
