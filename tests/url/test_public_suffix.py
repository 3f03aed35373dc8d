"""URL Standard 3.2: the public suffix and the registrable domain of a host."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.url.domain import is_domain
from whatwg_websockets.url.public_suffix import public_suffix, registrable_domain
from whatwg_websockets.url.url_record import parse

# The table of the standard, the hosts as the host parser gives them.
TABLE = [
    ("com", "com", None),
    ("example.com", "com", "example.com"),
    ("www.example.com", "com", "example.com"),
    ("sub.www.example.com", "com", "example.com"),
    ("EXAMPLE.COM", "com", "example.com"),
    ("example.com.", "com.", "example.com."),
    ("github.io", "github.io", None),
    ("whatwg.github.io", "github.io", "whatwg.github.io"),
    ("إختبار", "xn--kgbechtv", None),
    ("example.إختبار", "xn--kgbechtv", "example.xn--kgbechtv"),
    ("sub.example.إختبار", "xn--kgbechtv", "example.xn--kgbechtv"),
    ("[2001:0db8:85a3:0000:0000:8a2e:0370:7334]", None, None),
]


@pytest.mark.parametrize(("written", "suffix", "domain"), TABLE)
def test_the_table_of_the_standard(written, suffix, domain):
    host = parse(f"ws://{written}/").host
    assert public_suffix(host) == suffix
    assert registrable_domain(host) == domain


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", ""])
def test_what_is_no_domain_has_neither(host):
    assert not is_domain(host)
    assert public_suffix(host) is None
    assert registrable_domain(host) is None


@pytest.mark.parametrize("host", ["a..com", "com..", "."])
def test_a_name_with_an_empty_label_is_on_no_list(host):
    assert public_suffix(host) is None
    assert registrable_domain(host) is None


@pytest.mark.parametrize(
    ("host", "suffix", "domain"),
    [
        ("localhost", "localhost", None),
        ("a.b.localhost", "localhost", "b.localhost"),
        ("a.b.co.uk", "co.uk", "b.co.uk"),
        ("a.b.c.kobe.jp", "c.kobe.jp", "b.c.kobe.jp"),  # a wildcard
        ("a.city.kobe.jp", "kobe.jp", "city.kobe.jp"),  # and an exception from it
    ],
)
def test_rules_of_the_list(host, suffix, domain):
    assert public_suffix(host) == suffix
    assert registrable_domain(host) == domain


LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?", fullmatch=True)
ENDS = st.sampled_from(["com", "co.uk", "github.io", "kobe.jp", "ck", "test"])


@given(st.lists(LABELS, max_size=4), ENDS, st.sampled_from(["", "."]))
def test_a_registrable_domain_is_one_label_and_the_public_suffix(labels, end, dot):
    host = ".".join([*labels, end]) + dot
    suffix, domain = public_suffix(host), registrable_domain(host)
    assert suffix is not None
    assert f".{host}".endswith(f".{suffix}")
    if domain is None:
        assert suffix == host
    else:
        assert f".{host}".endswith(f".{domain}")
        assert domain.split(".", 1)[1] == suffix


def test_the_list_is_not_read_before_it_is_needed():
    program = "import sys, whatwg_websockets; print('publicsuffixlist' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [b"False"]
