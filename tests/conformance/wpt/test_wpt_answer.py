"""What a page answers, and what is no answer."""

import json

import pytest

from websocket_conformance.wpt.answer import NoAnswerError, PageAnswer, Subtest, read_answer


def test_an_answer_is_read():
    subtests = [
        {"name": "a", "status": "PASS", "message": None, "stack": None},
        {"name": "b \ud800", "status": "NOTRUN", "message": "no"},
    ]
    said = {"status": "TIMEOUT", "message": "late", "stack": "there", "subtests": subtests}
    assert read_answer(json.dumps(said).encode()) == PageAnswer(
        "TIMEOUT", "late", "there", (Subtest("a", "PASS"), Subtest("b \ud800", "NOTRUN", "no"))
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"Hello", "expected a line of JSON"),
        (b"\xff", "expected a line of JSON"),
        (b"[" * 100_000, "expected a line of JSON"),
        (b"[]", "the answer: expected an object"),
        (b"{}", "^status: expected one of OK, ERROR, TIMEOUT, PRECONDITION_FAILED"),
        (b'{"status": "CRASH"}', "^status: expected one of"),
        (b'{"status": []}', "^status: expected one of"),
        (b'{"status": "OK", "message": 1}', "^message: expected a string"),
        (b'{"status": "OK", "subtests": {}}', "^subtests: expected a list"),
        (b'{"status": "OK", "subtests": [1]}', r"^subtests\[0\]: expected an object"),
        (b'{"status": "OK", "subtests": [{"status": "OK"}]}', r"^subtests\[0\].status: expected"),
        (b'{"status": "OK", "subtests": [{"status": "PASS"}]}', r"^subtests\[0\].name: expected"),
    ],
)
def test_what_is_no_answer_is_told_with_its_place(line, why):
    with pytest.raises(NoAnswerError, match=why):
        read_answer(line)
