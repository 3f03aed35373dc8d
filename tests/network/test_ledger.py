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


def test_a_message_counts_when_its_last_byte_has_left():
    ledger = Ledger()
    ledger.write([10, 20], [4, 14])
    for waiting, transmitted in [(30, 0), (21, 0), (20, 4), (1, 4), (0, 18)]:
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
    frames=st.lists(st.tuples(st.integers(2, 50), st.integers(0, 50)), max_size=20),
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
        has_left, whole = sum(lengths) - waiting, 0
        expected = 0
        for length, size in frames:
            whole += length
            if whole <= has_left:
                expected += size
        assert ledger.transmitted == expected
    assert ledger.transmitted == sum(sizes)
