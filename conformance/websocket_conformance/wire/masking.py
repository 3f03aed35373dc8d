"""The masking algorithm.

Source: RFC 6455, section 5.3.
"""

from collections.abc import Callable


def xor(data: bytes, mask: bytes) -> bytes:
    """Return the octets of `data`, each combined by XOR with the mask's octet at its place."""
    length = len(data)
    key = mask * (length // 4) + mask[: length % 4]
    return (int.from_bytes(data) ^ int.from_bytes(key)).to_bytes(length)


def fastest() -> Callable[[bytes, bytes], bytes]:
    """Return the compiled masking function of websockets if that is installed, else `xor`."""
    try:
        from websockets import speedups
    except ImportError:
        return xor
    return speedups.apply_mask


apply_mask = fastest()
"""Masks or unmasks octets; see `fastest`."""
