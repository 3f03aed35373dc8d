"""Masking: what a client does to each payload, RFC 6455 section 5.3.

Several ways to the same bytes; :func:`best_mask` picks one. Measured on CPython 3.11 (ns for 100 B;
MB/s at 16 KiB and 1 MiB):

==========================================  =====  ======  ======
one big integer                             461    587     395
``translate`` on four strided slices        724    1,229   1,176
bitarray, in place                          780    9,939   9,011
``tornado.speedups``                        146    13,400  12,100
``websockets.speedups`` (the fast extra)    120    41,500  29,900
==========================================  =====  ======  ======

Without the extra the integer is best up to about 210 bytes, then ``translate``.
"""

import os
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import chain

Mask = Callable[[bytes | memoryview, bytes], bytes | bytearray]
"""Takes a payload and a key of four bytes, and returns the payload masked, as a copy."""

KEYS_AT_A_TIME = 1_024
SHORT = 210

_UNPACK_KEYS = struct.Struct("4s" * KEYS_AT_A_TIME).unpack


def masking_keys() -> Iterator[bytes]:
    """Give fresh masking keys without end, each four bytes from the system's strong source.

    They are drawn 1,024 at a time: a system call for each would cost more than the frame. The
    iterator is C all the way (35 ns a key). It is not for two threads at once.

    Source: RFC 6455 section 5.3
    """
    return chain.from_iterable(_batches_of_keys())


def _batches_of_keys() -> Iterator[tuple[bytes, ...]]:
    while True:
        # § rfc6455-5.3-3. The system's generator is a strong source,
        # § rfc6455-5.3-4. and what it gave says nothing of what it will give.
        yield _UNPACK_KEYS(os.urandom(4 * KEYS_AT_A_TIME))


class _OfThisThread(threading.local):
    """What each thread has for itself; its connections share it.

    A batch of keys takes 45 KiB, which would be most of what an idle connection costs.

    Attributes:
        masking_keys: gives the next key.
    """

    def __init__(self) -> None:
        self.masking_keys = masking_keys()


of_this_thread = _OfThisThread()


def begin_anew() -> None:
    """Draw other keys in a child process than those its parent has drawn and not used yet."""
    of_this_thread.masking_keys = masking_keys()


# Where there is no fork, as on Windows, there is no such function.
with suppress(AttributeError):
    # § rfc6455-5.3-4. A parent's keys do not tell those of its child, nor a child's its parent's.
    os.register_at_fork(after_in_child=begin_anew)


@cache
def best_mask() -> Mask:
    """Return the fastest way to mask that is installed.

    It is looked for when the first connection is made, not when this module is imported: importing
    the extra takes about 60 ms, most of it for what that package does beside masking.
    """
    try:
        from websockets.speedups import apply_mask
    except ImportError:
        return mask
    return apply_mask


def mask(payload: bytes | memoryview, key: bytes) -> bytes | bytearray:
    """Return the payload masked with the key; masking again with the same key undoes it.

    Byte *i* of the result is byte *i* of the payload XOR byte *i* mod 4 of the key.

    Source: RFC 6455 section 5.3
    """
    if len(payload) <= SHORT:
        return mask_by_integer(payload, key)
    return mask_by_translate(payload, key)


def mask_by_integer(payload: bytes | memoryview, key: bytes) -> bytes:
    """Mask by one XOR of two integers as long as the payload."""
    length = len(payload)
    repeated = (key * ((length >> 2) + 1))[:length]
    masked = int.from_bytes(payload, "little") ^ int.from_bytes(repeated, "little")
    return masked.to_bytes(length, "little")


def mask_by_translate(payload: bytes | memoryview, key: bytes) -> bytearray:
    """Mask each of the four strides of the payload with a table of 256 bytes."""
    masked = bytearray(payload)
    for i in range(4):
        masked[i::4] = masked[i::4].translate(_xor_table(key[i]))
    return masked


@cache
def _xor_table(key_byte: int) -> bytes:
    return bytes(byte ^ key_byte for byte in range(256))
