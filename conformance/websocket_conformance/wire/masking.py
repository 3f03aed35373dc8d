"""The masking algorithm.

Source: RFC 6455, section 5.3.
"""

from collections.abc import Callable


def xor(data: bytes, mask: bytes) -> bytes:
    """The octets of `data`, each combined by XOR with the octet of the mask at its place."""
    length = len(data)
    key = mask * (length // 4) + mask[: length % 4]
    return (int.from_bytes(data) ^ int.from_bytes(key)).to_bytes(length)


def fastest() -> Callable[[bytes, bytes], bytes]:
    """`xor`, or that of websockets, which is compiled, where it is installed."""
    try:
        from websockets import speedups
    except ImportError:
        return xor
    return speedups.apply_mask


apply_mask = fastest()
"""`xor`, or a faster one if there is one."""
