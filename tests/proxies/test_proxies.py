"""Which proxy is used for which connection."""

import os
import ssl
import subprocess
import sys

import pytest

from whatwg_websockets import EnvironmentSettings, Proxies
from whatwg_websockets.url.url_record import parse


def proxy_for(proxies, url):
    """Return the text of the proxy for the URL of a WebSocket."""
    record = parse(url)
    secure = record.scheme == "wss"
    record = record.with_scheme("https" if secure else "http")
    proxy = proxies.proxy_for(record, record.port or (443 if secure else 80))
    return None if proxy is None else str(proxy)


@pytest.mark.parametrize(
    ("given", "ws", "wss"),
    [
        ({}, None, None),
        ({"http": "a.example"}, "http://a.example:80", "http://a.example:80"),
        ({"https": "a.example"}, "http://a.example:80", "http://a.example:80"),
        ({"all": "a.example"}, "http://a.example:80", "http://a.example:80"),
        ({"ws": "a.example"}, "http://a.example:80", None),
        ({"wss": "a.example"}, None, "http://a.example:80"),
        ({"http": "a.example", "https": "b.example"}, *["http://b.example:80"] * 2),
        ({"all": "a.example", "http": "b.example"}, *["http://b.example:80"] * 2),
        ({"all": "socks5://a.example", "https": "b.example"}, *["socks5://a.example:1080"] * 2),
        ({"http": "socks4a://a.example", "https": "b.example"}, *["socks4a://a.example:1080"] * 2),
        (
            {"ws": "a.example", "all": "socks://b.example"},
            "http://a.example:80",
            "socks5h://b.example:1080",
        ),
    ],
)
def test_the_proxy_for_a_scheme(given, ws, wss):
    """RFC 6455 section 4.1: SOCKS is preferred, then what HTTPS has, then what HTTP has."""
    proxies = Proxies(**given)
    assert proxy_for(proxies, "ws://name.example/") == ws
    assert proxy_for(proxies, "wss://name.example/") == wss


def test_hosts_without_a_proxy():
    proxies = Proxies(all="a.example", no_proxy="name.example:8080, 10.0.0.0/8")
    assert proxy_for(proxies, "ws://name.example:8080/") is None
    assert proxy_for(proxies, "ws://name.example/") == "http://a.example:80"
    assert proxy_for(proxies, "wss://10.1.2.3/") is None
    assert proxy_for(proxies, "wss://localhost/") is None


def test_the_default_ports_count():
    proxies = Proxies(all="a.example", no_proxy="x.example:80 y.example:443")
    assert proxy_for(proxies, "ws://x.example/") is None
    assert proxy_for(proxies, "wss://x.example/") is not None
    assert proxy_for(proxies, "wss://y.example/") is None


def test_a_script_is_given_the_url_of_the_websocket():
    """RFC 6455 section 4.1: made of host, port, resource name and secure flag."""
    asked = []

    def script(url):
        asked.append(url)
        return {"ws": None, "wss": "socks5h://a.example"}[url.partition(":")[0]]

    proxies = Proxies(script=script, all="b.example", no_proxy="direct.example")
    url = "wss://joe:secret@name.example:8443/chat?room=1#here"
    assert proxy_for(proxies, url) == "socks5h://a.example:1080"
    assert proxy_for(proxies, "ws://name.example/") is None
    assert proxy_for(proxies, "ws://direct.example/") is None
    assert asked == ["wss://name.example:8443/chat?room=1", "ws://name.example/"]


def test_a_script_that_returns_no_url_of_a_proxy():
    proxies = Proxies(script=lambda url: "PROXY a.example:80; DIRECT")
    with pytest.raises(ValueError, match=r"^script: 'PROXY a.example:80; DIRECT' is not the URL"):
        proxy_for(proxies, "ws://name.example/")


@pytest.mark.parametrize("name", ["ws", "wss", "http", "https", "all"])
def test_a_bad_url_is_refused_with_its_place(name):
    with pytest.raises(
        ValueError, match=f"^{name}: 'gopher://a.example' is not the URL of a proxy: "
    ):
        Proxies(**{name: "gopher://a.example"})


def test_a_bad_entry_is_refused():
    with pytest.raises(ValueError, match=r"^no_proxy: '10.0.0.0/99' cannot be an entry: "):
        Proxies(no_proxy="10.0.0.0/99")


def test_they_are_shown_without_passwords():
    proxies = Proxies(https="http://joe:secret@a.example", no_proxy="b.example c.example")
    assert repr(proxies) == (
        "Proxies(https='http://joe:***@a.example:80', no_proxy='b.example,c.example')"
    )
    assert repr(Proxies()) == "Proxies()"
    assert repr(Proxies(script=print)) == "Proxies(script=<built-in function print>)"


def test_the_context_for_proxies_with_tls():
    proxies = Proxies(all="https://a.example")
    assert proxies.tls.verify_mode == ssl.CERT_REQUIRED
    assert proxies.tls is proxies.tls
    context = ssl.create_default_context()
    assert Proxies(tls=context).tls is context


# The environment.


def from_environment(**variables):
    return repr(Proxies.from_environment(variables))


def test_each_variable_in_lower_and_in_upper_case():
    for name in ("ws", "wss", "http", "https", "all"):
        expected = f"Proxies({name}='http://a.example:80', no_proxy='b.example')"
        lower = {f"{name}_proxy": "a.example", "no_proxy": "b.example"}
        assert from_environment(**lower) == expected
        assert from_environment(**{key.upper(): value for key, value in lower.items()}) == expected


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"PATH": "/bin"},
        {"no_proxy": "this is no [entry"},
        {"http_proxy": ""},
        {"HTTPS_PROXY": "  "},
        {"https_proxy": "", "HTTPS_PROXY": "a.example"},
        {"ftp_proxy": "a.example"},
        {"Http_Proxy": "a.example"},
    ],
)
def test_an_environment_without_proxies(variables):
    assert Proxies.from_environment(variables) is None


def test_the_lower_case_wins():
    variables = {"http_proxy": "a.example", "HTTP_PROXY": "b.example"}
    variables |= {"no_proxy": "", "NO_PROXY": "c.example"}
    assert from_environment(**variables) == "Proxies(http='http://a.example:80')"


def test_in_a_cgi_program_a_header_field_sets_no_proxy():
    """https://httpoxy.org/"""
    assert from_environment(HTTP_PROXY="a.example", REQUEST_METHOD="GET") == "None"
    variables = {"HTTP_PROXY": "a.example", "http_proxy": "b.example", "REQUEST_METHOD": "GET"}
    assert from_environment(**variables) == "Proxies(http='http://b.example:80')"
    assert from_environment(HTTPS_PROXY="a.example", REQUEST_METHOD="GET") != "None"


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({"HTTPS_PROXY": "gopher://a"}, "the environment variable HTTPS_PROXY: 'gopher://a' is no"),
        ({"http_proxy": "a", "no_proxy": "b/c"}, "the environment variable no_proxy: 'b/c' cannot"),
    ],
)
def test_what_is_wrong_is_said_with_the_name_of_the_variable(variables, why):
    with pytest.raises(ValueError, match=f"^{why}"):
        Proxies.from_environment(variables)


def test_socks_without_the_extra_is_said_when_settings_are_made(monkeypatch):
    monkeypatch.setitem(sys.modules, "python_socks", None)
    monkeypatch.setenv("all_proxy", "socks5://a.example")
    with pytest.raises(ModuleNotFoundError, match=r"^the environment variable all_proxy: "):
        EnvironmentSettings()


def test_settings_read_the_environment_when_they_are_made(monkeypatch):
    assert EnvironmentSettings().proxies is None
    monkeypatch.setenv("HTTPS_PROXY", "a.example")
    settings = EnvironmentSettings()
    monkeypatch.delenv("HTTPS_PROXY")
    assert repr(settings.proxies) == "Proxies(https='http://a.example:80')"


def test_settings_may_have_none_or_their_own(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "a.example")
    assert EnvironmentSettings(proxies=None).proxies is None
    own = Proxies(all="b.example")
    assert EnvironmentSettings(proxies=own).proxies is own


def test_settings_take_nothing_else():
    with pytest.raises(TypeError, match=r"^proxies must be a Proxies, .* or None, not str$"):
        EnvironmentSettings(proxies="http://proxy.example:3128")


def test_without_a_proxy_nothing_is_loaded_that_asks_one():
    program = (
        "import sys, whatwg_websockets; whatwg_websockets.EnvironmentSettings();"
        "print([each for each in sys.modules if 'tunnels' in each or 'python_socks' in each])"
    )
    command = [sys.executable, "-c", program]
    environ = {**os.environ, "HTTP_PROXY": ""}
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    assert run.stdout == "[]\n"
