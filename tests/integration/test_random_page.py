"""A random page meets a random server: nothing is lost, doubled, changed or out of order.

For minutes, and with other seeds: ``make soak``. A failure names the seed, which draws the same
page and the same server again; when the two meet is for the machine to say.
"""

import pytest

from support.inside import have_a_cancelled_read_take_its_chunk
from support.loops import LOOPS
from support.random_page import play
from whatwg_websockets.feedback import Feedback
from whatwg_websockets.html.microtask_checkpoint import Microtasks
from whatwg_websockets.network.transmission import Transmission
from whatwg_websockets.websocketstream.feedback import StreamFeedback

SEEDS = range(2)


@pytest.mark.parametrize("tls", [False, True], ids=["TCP", "TLS"])
@pytest.mark.parametrize("kind", LOOPS)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_doubled_or_out_of_order(seed, kind, tls):
    faults = play(seed, kind, tls=tls)
    assert not faults, f"seed {seed}: " + "\n".join(faults)


def some_game_finds(what):
    """Return whether one of the games finds a fault with this text."""
    return any(what in "".join(play(seed)) for seed in range(10))


def loses_one(messages):
    del messages[:1]


def doubles_one(messages):
    messages += messages[-1:]


def changes_the_order(messages):
    messages.reverse()


@pytest.mark.parametrize(
    ("feedback", "what"), [(Feedback, "the page heard"), (StreamFeedback, "the stream had")]
)
@pytest.mark.parametrize("harm", [loses_one, doubles_one, changes_the_order])
def test_what_is_wrong_with_the_messages_is_found(harm, feedback, what, monkeypatch):
    harmless = feedback.messages_have_been_received

    def harmful(self, messages):
        if len(messages) > 1:
            harm(messages)
        harmless(self, messages)

    monkeypatch.setattr(feedback, "messages_have_been_received", harmful)
    assert some_game_finds(what)


def test_a_message_that_a_cancelled_read_takes_with_it_is_found(monkeypatch):
    have_a_cancelled_read_take_its_chunk(monkeypatch)
    assert some_game_finds("the stream had")


def test_a_page_that_is_not_waited_for_is_found(monkeypatch):
    monkeypatch.setattr(Microtasks, "are_at_rest", lambda self, **_: True)
    assert some_game_finds("taken one by one")


def test_a_buffered_amount_that_is_wrong_is_found(monkeypatch):
    monkeypatch.setattr(Transmission, "transmitted_as_of_step_1", lambda self: 0)
    assert some_game_finds("bufferedAmount")
