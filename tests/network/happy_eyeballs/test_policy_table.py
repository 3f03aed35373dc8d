"""The policy table of RFC 6724 section 2.1, and that of a machine's gai.conf."""

from ipaddress import ip_address

import pytest

from whatwg_websockets.network.happy_eyeballs import policy_table
from whatwg_websockets.network.happy_eyeballs.policy_table import PolicyTable, parse


@pytest.mark.parametrize(
    ("address", "precedence", "label"),
    [
        ("::1", 50, 0),
        ("2001:db8::1", 40, 1),
        ("192.0.2.1", 35, 4),
        ("::ffff:192.0.2.1", 35, 4),
        ("2002:c000:201::1", 30, 2),
        ("2001:0:1::1", 5, 5),
        ("fd00::1", 3, 13),
        ("::192.0.2.1", 1, 3),
        ("fec0::1", 1, 11),
        ("3ffe::1", 1, 12),
    ],
)
def test_the_default_table(address, precedence, label):
    table = PolicyTable()
    assert table.precedence_of(ip_address(address)) == precedence
    assert table.label_of(ip_address(address)) == label


def test_a_machine_may_prefer_ipv4():
    table = parse(
        """
        # One line of a kind replaces all default lines of the kind.
        precedence ::ffff:0:0/96  100   # IPv4 first
        scopev4 ::ffff:169.254.0.0/112 2
        reload no
        """
    )
    assert table.precedence_of(ip_address("192.0.2.1")) == 100
    assert table.precedence_of(ip_address("2001:db8::1")) == 0
    assert table.label_of(ip_address("2001:db8::1")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "precedence ::/0",
        "precedence ::/0 high",
        "precedence 192.0.2.0/24 1",
        "precedence ::/200 1",
        "label x 1",
        "precedence ::/0 1 2",
        "\0\ufffd",
    ],
)
def test_a_line_that_cannot_be_parsed_counts_for_nothing(line):
    table = parse(line)
    assert table.precedence_of(ip_address("2001:db8::1")) == 40


@pytest.fixture
def read_anew():
    policy_table.policy_table.cache_clear()
    yield
    policy_table.policy_table.cache_clear()


def test_the_table_of_the_machine_is_read_once(monkeypatch, tmp_path, read_anew):
    conf = tmp_path / "gai.conf"
    conf.write_bytes(b"# \xff is no UTF-8\nprecedence ::/0 7\n")
    monkeypatch.setattr(policy_table, "GAI_CONF", conf)
    table = policy_table.policy_table()
    assert table.precedence_of(ip_address("2001:db8::1")) == 7
    assert policy_table.policy_table() is table


def test_a_machine_without_a_table_has_the_default(monkeypatch, tmp_path, read_anew):
    monkeypatch.setattr(policy_table, "GAI_CONF", tmp_path / "missing")
    assert policy_table.policy_table().precedence_of(ip_address("192.0.2.1")) == 35
