import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_samples import result, run

from websocket_conformance.errors import ReportError
from websocket_conformance.report import saved
from websocket_conformance.report.conversion import made
from websocket_conformance.results.result import Entry, Kind, Transcript, Who
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import Verdict

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
times = st.none() | st.floats(0, 1000)
entries = st.builds(Entry, st.sampled_from(Who), st.sampled_from(Kind), texts, texts, times)
talks = st.builds(
    Transcript,
    st.lists(entries, max_size=3).map(tuple),
    st.integers(0, 9),
    st.lists(entries, max_size=2).map(tuple),
)
verdicts = st.sampled_from(Verdict)
results = st.builds(
    result,
    behaviour=verdicts,
    closing=st.none() | verdicts,
    best=verdicts,
    title=texts,
    trouble=texts,
    close_code=st.none() | st.integers(0, 65535),
    seconds=times,
    conversation=talks,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(results, max_size=3).map(tuple), st.booleans())
def test_what_is_written_is_read_again(found, interrupted):
    before = run(results=found, interrupted=interrupted)
    again = json.loads(saved.dump(before))
    del again["format"]
    assert made(Run, again) == before


def test_a_file_and_back(tmp_path):
    before = run(result(), result("7.1.6", Verdict.INFORMATIONAL, best=Verdict.INFORMATIONAL))
    saved.save(before, tmp_path / "run.json")
    assert saved.load(tmp_path / "run.json") == before


def _changed(change) -> str:
    data = json.loads(saved.dump(run()))
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.pop("format"), 'format: expected "websocket conformance run, 1"'),
        (lambda data: data.pop("suite"), "suite: is missing"),
        (lambda data: data.update(colour="red"), "colour: unknown; there are implementation"),
        (lambda data: data.update(asked="many"), "asked: expected a whole number"),
        (lambda data: data.update(asked=True), "asked: expected a whole number"),
        (lambda data: data.update(interrupted=0), "interrupted: expected true or false"),
        (lambda data: data.update(seconds="1"), "seconds: expected a number"),
        (lambda data: data.update(seconds=float("nan")), "seconds: expected a number"),
        (lambda data: data.update(started="today"), "started: expected a date and a time"),
        (lambda data: data.update(started="2026-11-24T03:04:05"), "started: expected a date and"),
        (lambda data: data.update(results={}), "results: expected a list"),
        (lambda data: data.update(results=[7]), "results[0]: expected an object"),
        (
            lambda data: data["results"][0].update(behaviour="GREAT"),
            "results[0].behaviour: expected one of OK, ",
        ),
        (
            lambda data: data["results"][0]["conversation"]["start"][1].update(head=None),
            "results[0].conversation.start[1].head: expected a string",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(tmp_path, change, message):
    file = tmp_path / "run.json"
    file.write_text(_changed(change))
    with pytest.raises(ReportError) as error:
        saved.load(file)
    assert str(error.value).startswith(f"{file}: {message}")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\udcff"])
def test_what_is_no_json_is_said(tmp_path, text):
    file = tmp_path / "run.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ReportError, match="not valid JSON"):
        saved.load(file)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ReportError, match="No such file"):
        saved.load(tmp_path / "run.json")
