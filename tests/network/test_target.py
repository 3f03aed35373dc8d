"""The addresses of a host, in the order in which they are tried.

https://www.rfc-editor.org/rfc/rfc8305#section-4
"""

import socket

from whatwg_websockets.network.target import Target, interleaved


def targets(*hosts):
    return [
        Target(socket.AF_INET6 if ":" in host else socket.AF_INET, (host, 80)) for host in hosts
    ]


def order(*hosts):
    return [target.address[0] for target in interleaved(targets(*hosts))]


def test_the_families_take_turns_and_the_systems_first_choice_comes_first():
    assert order("1::1", "1::2", "1::3", "192.0.2.1") == ["1::1", "192.0.2.1", "1::2", "1::3"]
    assert order("192.0.2.1", "192.0.2.2", "1::1") == ["192.0.2.1", "1::1", "192.0.2.2"]


def test_one_family_keeps_its_order():
    assert order("192.0.2.3", "192.0.2.1", "192.0.2.2") == ["192.0.2.3", "192.0.2.1", "192.0.2.2"]


def test_an_address_that_is_named_twice_is_tried_once():
    """The second time it would stand in line behind itself."""
    assert order("192.0.2.1", "192.0.2.1") == ["192.0.2.1"]
    assert order("192.0.2.1", "::ffff:192.0.2.1", "1::1") == ["192.0.2.1", "1::1"]
    assert order("::ffff:192.0.2.1", "192.0.2.1") == ["::ffff:192.0.2.1"]


def test_this_machine():
    assert [target.is_loopback for target in targets("::1", "127.0.0.2", "192.0.2.1")] == [
        True,
        True,
        False,
    ]
