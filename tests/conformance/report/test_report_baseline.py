import json

import pytest
from report_samples import result, run

from websocket_conformance.errors import ReportError
from websocket_conformance.report import baseline
from websocket_conformance.report.baseline import Baseline, mended, new_failures
from websocket_conformance.report.markdown import MOST_CASES, markdown
from websocket_conformance.results.verdict import Verdict

KNOWN = Baseline({"embedded": {"ws": {"1.1.1": Verdict.NON_STRICT, "1.1.2": Verdict.FAILED}}})


def test_only_what_is_not_known_is_new():
    played = run(
        result("1.1.1", Verdict.NON_STRICT),
        result("1.1.2", Verdict.WRONG_CODE),
        result("1.1.3", Verdict.NON_STRICT),
        result("1.1.4", Verdict.SKIPPED),
    )
    assert [each.case for each in new_failures(played, KNOWN)] == ["1.1.3"]


def test_what_has_become_worse_is_new():
    played = run(result("1.1.1", Verdict.FAILED))
    assert [each.case for each in new_failures(played, KNOWN)] == ["1.1.1"]


@pytest.mark.parametrize("other", [{"implementation": "undici"}, {"suite": "autobahn"}])
def test_a_baseline_is_for_one_implementation_in_one_suite(other):
    assert len(new_failures(run(result("1.1.2", Verdict.FAILED), **other), KNOWN)) == 1


def test_what_is_mended_is_named():
    assert mended(run(result("1.1.1")), KNOWN) == ("1.1.1",)


def test_a_new_baseline_keeps_what_was_not_played():
    others = Baseline({**KNOWN.suites, "api": {"node": {"x": Verdict.FAILED}}})
    new = others.with_run(run(result("1.1.1"), result("5.1", Verdict.UNCLEAN)))
    assert new.suites == {
        "api": {"node": {"x": Verdict.FAILED}},
        "embedded": {"ws": {"1.1.2": Verdict.FAILED, "5.1": Verdict.UNCLEAN}},
    }


def test_a_baseline_is_read_as_it_was_written(tmp_path):
    file = tmp_path / "baseline.json"
    baseline.save(KNOWN, file)
    assert baseline.load(file) == KNOWN
    assert json.loads(file.read_text())["embedded"]["ws"]["1.1.2"] == "FAILED"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", ": expected an object"),
        ('{"embedded": 1}', ": ['embedded']: expected an object"),
        ('{"embedded": {"ws": []}}', ": ['embedded']['ws']: expected an object"),
        (
            '{"embedded": {"ws": {"1.1.1": "BAD"}}}',
            ": ['embedded']['ws']['1.1.1']: expected one of OK, ",
        ),
        ("nonsense", ": not valid JSON: "),
    ],
)
def test_what_is_wrong_with_a_baseline_is_said(tmp_path, text, message):
    file = tmp_path / "baseline.json"
    file.write_text(text)
    with pytest.raises(ReportError) as error:
        baseline.load(file)
    assert str(error.value).startswith(f"{file}{message}")


def test_the_summary_has_totals_and_what_falls_short():
    text = markdown([run(result(), result("5.1", Verdict.FAILED))])
    assert "| ✕ ws 8.1 | embedded, quick | **1** of 2 | 1 | 1 |" in text
    source = "[RFC 6455, 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)"
    about = "A \\<short\\> text."
    assert f"| 5.1 | ✕ FAILED | {about} | It came \\<back\\> \\| twice. | {source} |" in text
    assert "| 1.1.1 |" not in text


def test_the_summary_of_a_good_run_is_short():
    text = markdown([run()])
    assert "| ✓ ws 8.1 | embedded, quick | **1** of 1 | 1 |" in text
    assert "short of" not in text


def test_the_summary_tells_new_failures_from_known_ones():
    played = run(result("1.1.1"), result("1.1.2", Verdict.FAILED), result("1.1.3", Verdict.UNCLEAN))
    text = markdown([played], KNOWN)
    assert "### ws 8.1: 1 new failure, 1 known" in text
    assert "| 1.1.3 | u UNCLEAN |" in text
    assert "| 1.1.2 |" not in text
    assert "At their best now; remove them from the baseline: 1.1.1." in text


def test_a_summary_names_so_many_cases_and_counts_the_rest():
    bad = [result(f"5.{number}", Verdict.FAILED) for number in range(MOST_CASES + 3)]
    assert "| and 3 more |" in markdown([run(*bad)])
