"""The address spaces of Local Network Access, as far as `targetAddressSpace` needs them.

https://wicg.github.io/local-network-access/#ip-address-space-section
"""

import pytest

from whatwg_websockets.fetch.local_network_access import address_space

SPACES = {
    "loopback": [
        "127.0.0.1",
        "127.255.255.255",
        "::1",
        "198.18.0.1",
        "198.19.255.255",
        "0.0.0.0",
        "::",
    ],
    "local": [
        *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.0.1", "0.0.0.1"),
        *("100.64.0.1", "100.127.255.255", "fc00::1", "fdff::1", "fe80::1", "fe80::1%1", "fec0::1"),
        *("2001:db8::1", "3fff::1"),
    ],
    "public": [
        *(
            "8.8.8.8",
            "172.15.255.255",
            "172.32.0.1",
            "192.167.0.1",
            "100.63.255.255",
            "100.128.0.1",
        ),
        *("126.255.255.255", "128.0.0.1", "198.17.0.1", "198.20.0.1", "1.0.0.0", "::2"),
        *("2001:4860::1", "2001:db9::1", "fbff::1", "fe00::1", "ff02::1", "4000::1"),
    ],
}


@pytest.mark.parametrize(
    ("address", "space"), [(each, space) for space, all_ in SPACES.items() for each in all_]
)
def test_an_address_is_in_the_space_of_the_first_block_that_has_it(address, space):
    assert address_space(address) == space


@pytest.mark.parametrize(
    ("address", "space"), [("127.0.0.1", "loopback"), ("10.1.1.1", "local"), ("8.8.8.8", "public")]
)
def test_a_mapped_address_is_in_the_space_of_the_address_within_it(address, space):
    assert address_space(f"::ffff:{address}") == space
