import pytest

from websocket_conformance.counting import counted


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 frames"), (1, "1 frame"), (2, "2 frames"), (1234, "1,234 frames")]
)
def test_one_thing_is_one_and_others_are_several(count, text):
    assert counted(count, "frame") == text


def test_a_plural_may_be_a_word_of_its_own():
    assert (counted(1, "entry", "entries"), counted(2, "entry", "entries")) == (
        "1 entry",
        "2 entries",
    )
