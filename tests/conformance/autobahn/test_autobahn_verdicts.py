import pytest

from websocket_conformance.autobahn.verdicts import Result, Verdict, verdict_of


def result(case="1.1.1", behavior="OK", closing="OK", note=""):
    report = {
        "behavior": behavior,
        "behaviorClose": closing,
        "result": "about the messages",
        "resultClose": "about the closing",
        "duration": 1500,
    }
    return Result(case, report, "file", note=note)


@pytest.mark.parametrize(
    ("played", "verdict"),
    [
        (result(), Verdict.OK),
        (result(behavior="NON-STRICT"), Verdict.NON_STRICT),
        (result(behavior="UNIMPLEMENTED"), Verdict.UNIMPLEMENTED),
        (result(behavior="FAILED", closing="WRONG CODE"), Verdict.FAILED),
        (result(closing="WRONG CODE"), Verdict.WRONG_CODE),
        (result(closing="UNCLEAN"), Verdict.UNCLEAN),
        (result(closing="FAILED BY CLIENT"), Verdict.FAILED),
        (result(closing="INFORMATIONAL"), Verdict.INFORMATIONAL),
        (result(behavior="INFORMATIONAL"), Verdict.INFORMATIONAL),
        (result(note="it hung"), Verdict.FAILED),
        (result(behavior="NON-STRICT", note="it hung"), Verdict.NON_STRICT),
        (Result("1.1.1", note="lost"), Verdict.NO_RESULT),
        (result("7.1.6", "OK", "OK"), Verdict.OK),
        (result("7.1.6", "INFORMATIONAL", "OK"), Verdict.OK),
    ],
)
def test_the_verdict_is_the_first_that_falls_short(played, verdict):
    assert played.verdict is verdict


@pytest.mark.parametrize("case", ["7.1.6", "7.13.1", "7.13.2"])
def test_informational_is_the_best_for_three_cases(case):
    assert result(case, "INFORMATIONAL", "INFORMATIONAL").is_best


def test_ok_is_the_best_for_all_others():
    assert result().is_best
    assert not result("7.1.5", "INFORMATIONAL", "INFORMATIONAL").is_best


def test_the_explanation_is_about_what_fell_short():
    assert result(behavior="FAILED").explanation == "about the messages"
    assert result(closing="UNCLEAN").explanation == "about the closing"
    assert result(behavior="FAILED", note="it hung").explanation == "it hung"


def test_seconds():
    assert result().seconds == 1.5
    assert Result("1.1.1").seconds == 0


def test_an_unknown_word_counts_as_failed():
    assert verdict_of("SPLENDID") is Verdict.FAILED
    assert verdict_of(None) is Verdict.FAILED
