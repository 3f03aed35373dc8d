"""The grammar of ``no_proxy``."""

import ipaddress
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from whatwg_websockets.proxies.host_list import HostList


def has(entries, host, port=443):
    return HostList(entries, "no_proxy").has(host, port)


@pytest.mark.parametrize(
    ("entries", "host"),
    [
        ("example.com", "example.com"),
        ("example.com", "www.example.com"),
        (".example.com", "example.com"),
        (".example.com", "a.b.example.com"),
        ("EXAMPLE.com.", "example.com"),
        ("example.com", "example.com."),
        ("bücher.example", "xn--bcher-kva.example"),
        ("example.com:443", "www.example.com"),
        ("a.example,b.example", "b.example"),
        ("a.example b.example\n c.example ,, d.example", "d.example"),
        (["a.example", "b.example,c.example"], "c.example"),
        ("*", "example.com"),
        ("*", "192.0.2.1"),
        ("*:443", "example.com"),
        ("*.example.com", "www.example.com"),
        ("www.*.com", "www.example.com"),
        ("192.0.2.*", "192.0.2.7"),
        ("192.0.2.1", "192.0.2.1"),
        ("0xc0.0.2.1", "192.0.2.1"),
        ("192.0.2.1:443", "192.0.2.1"),
        ("192.0.2.0/24", "192.0.2.200"),
        ("192.0.2.7/24", "192.0.2.200"),
        ("192.0.2.0/24:443", "192.0.2.200"),
        ("192.0.2.0/24", "[::ffff:192.0.2.200]"),
        ("::ffff:192.0.2.0/120", "192.0.2.200"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("[2001:db8::1]:443", "[2001:db8::1]"),
        ("2001:db8::/32", "[2001:db8:1::1]"),
        ("[2001:db8::]/32", "[2001:db8:1::1]"),
        ("<local>", "intranet"),
        ("", "localhost"),
        ("", "foo.localhost"),
        ("", "LOCALHOST."),
        ("", "127.0.0.1"),
        ("", "127.9.9.9"),
        ("", "[::1]"),
        ("", "[::ffff:127.0.0.1]"),
        ("", "169.254.1.1"),
        ("", "[fe80::1]"),
        ("<-loopback>,localhost", "localhost"),
    ],
)
def test_a_host_that_is_in_the_list(entries, host):
    assert has(entries, host)


@pytest.mark.parametrize(
    ("entries", "host"),
    [
        ("", "example.com"),
        ("example.com", "badexample.com"),
        ("example.com", "com"),
        ("example.com:80", "example.com"),
        ("*.example.com", "example.com"),
        ("*:80", "example.com"),
        ("192.0.2.1", "192.0.2.10"),
        ("192.0.2.1", "1.192.0.2.1.example"),
        ("192.0.2.1:80", "192.0.2.1"),
        ("192.0.2.0/24", "192.0.3.1"),
        ("192.0.2.0/24", "192.0.2.example"),
        ("192.0.2.0/24:80", "192.0.2.1"),
        ("2001:db8::/32", "192.0.2.1"),
        ("<local>", "example.com"),
        ("<local>", "[2001:db8::1]"),
        ("<-loopback>", "localhost"),
        ("<-loopback>", "127.0.0.1"),
        ("<-loopback>", "[::1]"),
        ("", "localhost.example"),
        ("", "notlocalhost"),
        ("", "128.0.0.1"),
    ],
)
def test_a_host_that_is_not_in_the_list(entries, host):
    assert not has(entries, host)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("http://example.com", "it is not a network in CIDR notation"),
        ("192.0.2.0/33", "it is not a network in CIDR notation"),
        ("example.com/24", "it is not a network in CIDR notation"),
        ("example.com:65536", "its port is larger than 65535"),
        ("example.com:http", "it is not a host"),
        ("joe@example.com", "it is not a host"),
        ("a?b", "it is not a host"),
        ("a#b", "it is not a host"),
        ("a\\b", "it is not a host"),
        ("[::1", "it is not a host"),
        ("<localhost>", "it is not a host"),
        ("example.com:1:2", "it is not a host"),
        (":80", "it is not a host"),
        (".", "it is not a host"),
    ],
)
def test_what_is_no_entry(entry, why):
    with pytest.raises(ValueError, match=r"^no_proxy: '") as caught:
        HostList(f"good.example, {entry}", "no_proxy")
    assert f"{entry!r} cannot be an entry: {why}; an entry is a domain" in str(caught.value)


labels = st.text("ab1-", min_size=1, max_size=3).map(lambda each: f"x{each}x")
domains = st.lists(labels, min_size=1, max_size=3).map(".".join)


@given(st.lists(st.tuples(st.sampled_from(["", "."]), domains)), domains)
def test_domains_are_matched_as_python_matches_them(entries, host):
    """With Python's own reading of ``no_proxy`` as the oracle."""
    written = ",".join(dot + domain for dot, domain in entries)
    assert has(written, host) == bool(proxy_bypass_environment(host, {"no": written}))


@given(st.ip_addresses(), st.ip_addresses(), st.data())
def test_networks_are_matched_as_python_matches_them(address, other, data):
    assume(not (address.is_loopback or address.is_link_local))
    assume(getattr(address, "ipv4_mapped", None) is None)
    prefix = data.draw(st.integers(0, other.max_prefixlen))
    network = ipaddress.ip_network((other, prefix), strict=False)
    assume(network.version == 4 or network.network_address.ipv4_mapped is None)
    host = f"[{address}]" if address.version == 6 else str(address)
    assert has(str(network), host) == (address in network)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        hosts = HostList(text, "no_proxy")
    except ValueError as error:
        said = str(error)
    else:
        said = "no_proxy: "
        hosts.has("example.com", 443)
        HostList(str(hosts), "no_proxy")
    assert said.startswith("no_proxy: ")
