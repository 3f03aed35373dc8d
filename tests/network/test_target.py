"""The addresses of a host, as something to connect to."""

import pytest

from support.routes import target


@pytest.mark.parametrize(
    ("host", "is_loopback"), [("::1", True), ("127.0.0.2", True), ("192.0.2.1", False)]
)
def test_this_machine(host, is_loopback):
    assert target(host).is_loopback is is_loopback


def test_an_ipv4_address_in_ipv6_stands_in_the_line_of_the_ipv4_address():
    assert target("::ffff:192.0.2.1").address_in_line() == ("192.0.2.1", 80)
    assert target("2001:db8::1").address_in_line() == ("2001:db8::1", 80)
