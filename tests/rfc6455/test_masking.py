"""Masking, RFC 6455 section 5.3."""

import itertools
import os
import subprocess
import sys
import threading
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455 import masking
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.control_frames import respond_to_ping
from whatwg_websockets.rfc6455.masking import KEYS_AT_A_TIME, SHORT

from .server import read_client_frames


def masked_by_the_rfc(payload: bytes, key: bytes) -> bytes:
    """5.3: transformed-octet-i = original-octet-i XOR masking-key-octet-(i MOD 4)."""
    return bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))


def best_mask_without_the_extra():
    """Return the function that is used if the ``fast`` extra is not installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "websockets.speedups", None)
        return masking.best_mask.__wrapped__()


WAYS = [
    pytest.param(masking.best_mask(), id="the best that is installed"),
    pytest.param(best_mask_without_the_extra(), id="the best without the extra"),
    pytest.param(masking.mask_by_integer, id="integer"),
    pytest.param(masking.mask_by_translate, id="translate"),
]

keys = st.binary(min_size=4, max_size=4)


def test_without_the_extra_python_alone_does_it():
    assert best_mask_without_the_extra() is masking.mask


def test_with_it_the_extra_does_it():
    speedups = pytest.importorskip("websockets.speedups")
    assert masking.best_mask() is speedups.apply_mask


@pytest.mark.parametrize("mask", WAYS)
def test_the_example_of_5_7(mask):
    """5.7: a single-frame masked text message that contains "Hello"."""
    masked = mask(b"Hello", bytes.fromhex("37fa213d"))
    assert masked == bytes.fromhex("7f9f4d5158")


@pytest.mark.parametrize("mask", WAYS)
@given(payload=st.binary(max_size=3 * SHORT), key=keys)
@settings(deadline=None, max_examples=60)
def test_each_byte_is_xored_with_its_byte_of_the_key_and_back(mask, payload, key):
    masked = mask(payload, key)
    assert masked == masked_by_the_rfc(payload, key)
    assert mask(bytes(masked), key) == payload


@pytest.mark.parametrize("mask", WAYS)
@pytest.mark.parametrize("key", [b"\0\0\0\0", b"\0\1\0\xff", b"\xff\xff\xff\xff", b"\1\2\3\4"])
@pytest.mark.parametrize(
    "length",
    [
        *range(9),
        *(SHORT - 1, SHORT, SHORT + 1),
        *(65_535, 65_536, 65_537, 65_539),
    ],
)
def test_lengths_at_which_something_changes(mask, key, length):
    payload = bytes(i * 7 & 0xFF for i in range(length))
    assert mask(payload, key) == masked_by_the_rfc(payload, key)


@pytest.mark.parametrize("mask", WAYS)
def test_the_payload_itself_is_left_alone(mask):
    """What a page gave away may still be its own."""
    payload = bytes(1_000)
    mask(payload, b"abcd")
    assert payload == bytes(1_000)


def test_keys_come_from_the_systems_strong_source_and_none_comes_twice(monkeypatch):
    """5.3: the key is fresh for each frame, from a strong source of entropy; 10.3 says why."""
    count = itertools.count()
    drawn = []

    def urandom(size):
        batch = b"".join(next(count).to_bytes(4, "big") for _ in range(size // 4))
        drawn.append(batch)
        return batch

    monkeypatch.setattr(os, "urandom", urandom)
    source = masking.masking_keys()
    assert drawn == [], "nothing is drawn before it is needed"
    taken = [next(source) for _ in range(2 * KEYS_AT_A_TIME + 1)]
    assert taken == [i.to_bytes(4, "big") for i in range(2 * KEYS_AT_A_TIME + 1)]
    assert len(drawn) == 3


def keys_sent(count):
    """Return the masking keys of so many frames of one connection."""
    connection = Connection()
    for _ in range(count):
        respond_to_ping(connection, b"")
    chunks, _, _ = connection.outgoing.take()
    return [each.key for each in read_client_frames(b"".join(chunks))]


def test_the_connections_of_a_thread_share_its_keys_and_none_gets_the_key_of_another(monkeypatch):
    keys = [i.to_bytes(4, "big") for i in range(6)]
    monkeypatch.setattr(masking.of_this_thread, "masking_keys", iter(keys))
    assert keys_sent(2) + keys_sent(1) + keys_sent(3) == keys


def test_two_threads_have_keys_of_their_own():
    """The iterator is not for two threads at once; a loop may move from one to the other."""
    ours = masking.of_this_thread.masking_keys
    theirs = []
    thread = threading.Thread(target=lambda: theirs.append(masking.of_this_thread.masking_keys))
    thread.start()
    thread.join()
    assert theirs != [ours]
    assert masking.of_this_thread.masking_keys is ours


FORKS = """
import os
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.control_frames import respond_to_ping

def keys_sent(count):
    connection = Connection()
    for _ in range(count):
        respond_to_ping(connection, b"")
    frames = b"".join(connection.outgoing.take()[0])
    return [frames[i + 2 : i + 6] for i in range(0, 6 * count, 6)]

keys = keys_sent(5)
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    os.write(writing, b"".join(keys_sent(20)))
    os._exit(0)
keys += keys_sent(20)
os.waitpid(child, 0)
of_the_child = os.read(reading, 80)
keys += [of_the_child[i : i + 4] for i in range(0, 80, 4)]
print(len(set(keys)))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_process_has_other_keys_than_its_parent():
    """10.3: who knows the keys of the one knows nothing of the other's."""
    output = subprocess.run(
        [sys.executable, "-c", FORKS], check=True, capture_output=True, text=True
    ).stdout
    assert int(output) == 45


def test_after_a_fork_nothing_is_left_of_what_was_drawn_before(monkeypatch):
    before = iter([b"abcd"] * 2)
    monkeypatch.setattr(masking.of_this_thread, "masking_keys", before)
    assert keys_sent(1) == [b"abcd"]
    masking.begin_anew()
    assert masking.of_this_thread.masking_keys is not before
    assert b"abcd" not in keys_sent(5)


def test_a_connection_that_has_sent_keeps_no_keys():
    keys_sent(1)
    connections = [Connection() for _ in range(50)]
    tracemalloc.start()
    try:
        for connection in connections:
            respond_to_ping(connection, b"")
            connection.outgoing.take()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Once in a while a new batch is drawn, which is the thread's.
    assert kept < 50_000 + 50 * 500
