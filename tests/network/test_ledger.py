"""The ledger: which bytes of application data have left.

https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount
"""

from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.network.ledger import Ledger


def test_what_leaves_at_once():
    ledger = Ledger()
    ledger.all_has_left(5)
    ledger.all_has_left(0)
    ledger.all_has_left(7)
    assert ledger.transmitted == 12


def test_each_byte_of_a_message_that_goes_as_it_is_counts_when_it_has_left():
    ledger = Ledger()
    ledger.write([6 + 4, 6 + 14], [4, 14])
    steps = [(30, 0), (24, 0), (23, 1), (21, 3), (20, 4), (14, 4), (13, 5), (1, 17), (0, 18)]
    for waiting, transmitted in steps:
        ledger.settle(waiting)
        assert ledger.transmitted == transmitted


def test_a_compressed_message_counts_when_its_last_byte_has_left():
    ledger = Ledger()
    ledger.write([6 + 9, 6 + 14], [4000, 14])
    for waiting, transmitted in [(35, 0), (21, 0), (20, 4000), (14, 4000), (13, 4001), (0, 4014)]:
        ledger.settle(waiting)
        assert ledger.transmitted == transmitted


def test_what_tls_adds_later_takes_nothing_back():
    """TLS adds bytes to what it was given: then more waits, though nothing came back."""
    ledger = Ledger()
    ledger.write([14 + 70_000], [70_000])
    for waiting, transmitted in [(60_000, 10_000), (60_500, 10_000), (59_000, 11_000)]:
        ledger.settle(waiting)
        assert ledger.transmitted == transmitted


def test_what_leaves_at_once_shows_that_all_before_it_has_left():
    ledger = Ledger()
    ledger.write([10], [4])
    ledger.all_has_left(3)
    assert ledger.transmitted == 7


def test_control_frames_count_nothing():
    ledger = Ledger()
    ledger.write([6, 10, 6], [0, 4, 0])
    ledger.settle(0)
    assert ledger.transmitted == 4


@given(
    frames=st.lists(
        st.tuples(st.integers(2, 50), st.integers(0, 50))
        | st.integers(1, 50).map(lambda size: (6 + size, size)),
        max_size=20,
    ),
    steps=st.lists(st.integers(0, 60), max_size=40),
)
def test_it_never_counts_more_than_has_left_and_all_in_the_end(frames, steps):
    ledger = Ledger()
    lengths, sizes = [list(each) for each in zip(*frames, strict=True)] or [[], []]
    ledger.write(lengths, sizes)
    waiting = sum(lengths)
    for step in [*steps, sum(lengths)]:
        waiting = max(0, waiting - step)
        ledger.settle(waiting)
        assert ledger.transmitted == transmitted_by_the_model(frames, sum(lengths) - waiting)
    assert ledger.transmitted == sum(sizes)


def transmitted_by_the_model(frames, has_left):
    transmitted, end = 0, 0
    for length, size in frames:
        end += length
        if end <= has_left:
            transmitted += size
        elif length - size in (6, 8, 14):
            transmitted += max(0, size - (end - has_left))
            break
        elif size:
            break
    return transmitted
