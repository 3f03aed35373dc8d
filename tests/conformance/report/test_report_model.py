import pytest
from report_samples import result, run

from support.chapters import ROOT
from websocket_conformance.results.result import (
    ENTRIES_AT_END,
    ENTRIES_AT_START,
    Aftermath,
    Entry,
    Kind,
    Transcript,
    Who,
)
from websocket_conformance.results.verdict import GLYPHS, MEANINGS, Verdict, verdict_of


@pytest.mark.parametrize(
    ("behaviour", "closing", "best", "verdict", "is_good"),
    [
        ("OK", "OK", "OK", "OK", True),
        ("OK", "WRONG CODE", "OK", "WRONG CODE", False),
        ("NON-STRICT", "WRONG CODE", "OK", "NON-STRICT", False),
        ("INFORMATIONAL", "INFORMATIONAL", "INFORMATIONAL", "INFORMATIONAL", True),
        ("INFORMATIONAL", "OK", "INFORMATIONAL", "INFORMATIONAL", True),
        ("INFORMATIONAL", "INFORMATIONAL", "OK", "INFORMATIONAL", False),
        ("EXPLAINED", None, "OK", "EXPLAINED", True),
        ("SKIPPED", None, "OK", "SKIPPED", False),
    ],
)
def test_the_verdict_on_the_whole(behaviour, closing, best, verdict, is_good):
    case = result(
        behaviour=Verdict(behaviour), closing=closing and Verdict(closing), best=Verdict(best)
    )
    assert (case.verdict, case.is_good) == (verdict, is_good)


def test_trouble_spoils_praise_and_nothing_else():
    assert result(trouble="it ended").verdict is Verdict.FAILED
    assert result(behaviour=Verdict.NO_RESULT, trouble="it ended").verdict is Verdict.NO_RESULT
    assert result(trouble="it ended").reason == "it ended"
    failed = result(behaviour=Verdict.FAILED, trouble="It ended", explanation="Silence.")
    assert failed.reason == "Silence. It ended"
    failed = result(behaviour=Verdict.FAILED, trouble="It ended", explanation="Silence")
    assert failed.reason == "Silence. It ended"


def test_a_run_is_at_its_best_only_if_all_that_was_asked_for_was_played():
    assert run(result()).is_best
    assert not run(result(), asked=2).is_best
    assert not run(result(), result("1.1.2", Verdict.SKIPPED)).is_best


def test_what_was_not_played_does_not_fall_short():
    played = run(result(), result("1.1.2", Verdict.SKIPPED), result("1.1.3", Verdict.FAILED))
    assert [each.case for each in played.short] == ["1.1.3"]
    assert played.counts == {Verdict.OK: 1, Verdict.FAILED: 1, Verdict.SKIPPED: 1}


def test_a_long_conversation_keeps_both_ends():
    entries = [Entry(Who.PEER, Kind.FRAME, str(number)) for number in range(100)]
    kept = Transcript.of(entries)
    assert kept.start == tuple(entries[:ENTRIES_AT_START])
    assert kept.end == tuple(entries[-ENTRIES_AT_END:])
    assert len(kept.start) + kept.left_out + len(kept.end) == 100


def test_a_conversation_that_is_hardly_too_long_stays_whole():
    entries = [Entry(Who.PEER, Kind.FRAME, "x")] * (ENTRIES_AT_START + ENTRIES_AT_END + 1)
    assert Transcript.of(entries) == Transcript(tuple(entries))


def test_each_verdict_can_be_shown_without_colour():
    assert GLYPHS.keys() == MEANINGS.keys() == set(Verdict)


def test_the_documentation_has_the_sign_and_the_meaning_of_each_verdict():
    page = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("| sign | verdict | meaning |\n")
    rows = rest.partition("\n\n")[0].splitlines()[1:]
    assert rows == [f"| {GLYPHS[each]} | {each} | {MEANINGS[each]} |" for each in Verdict]


def test_an_unknown_word_has_failed():
    assert verdict_of("SPLENDID") is Verdict.FAILED


def test_what_a_process_did_after_its_cases_is_one_sentence_for_each_kind():
    stayed, crashed = Aftermath("stayed"), Aftermath("crashed", "its last words: no")
    cases = zip(
        ("1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.1.5"),
        (stayed, None, Aftermath("crashed"), stayed, crashed),
        strict=True,
    )
    played = run(*(result(case, aftermath=aftermath) for case, aftermath in cases))
    assert played.is_best
    assert played.aftermaths == (
        "In 2 cases the command stayed.",
        "In 2 cases the command crashed; in 1.1.5, its last words: no.",
    )
    assert run(result("1.1.1", aftermath=crashed)).aftermaths == (
        "In case 1.1.1 the command crashed; its last words: no.",
    )
    assert run(result("1.1.2", aftermath=stayed)).aftermaths == (
        "In case 1.1.2 the command stayed.",
    )
    assert str(crashed) == "The command crashed; its last words: no"
