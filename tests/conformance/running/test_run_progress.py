"""What is shown while a run goes on."""

import io

from rich.console import Console

from websocket_conformance.results.result import Result
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running import progress
from websocket_conformance.running.progress import Ticker, watching

CASES = {"1.1.1": 1.0, "1.1.2": 1.0, "9.1.1": 8.0}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def ticker(clock=None):
    changes, said = [], []
    watched = Ticker("client", CASES, changes.append, said.append, clock or Clock())
    return watched, changes, said


def result(case: str, verdict: Verdict = Verdict.OK) -> Result:
    return Result(case, "1", "", behaviour=verdict)


def console(terminal: bool) -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, force_terminal=terminal, highlight=False, width=120), text


def test_time_left_is_in_proportion_to_what_is_done():
    clock = Clock()
    watched, _, _ = ticker(clock)
    assert watched.time_left() == "-:--"
    clock.now = 10.0
    watched.finished(result("1.1.1"))
    assert watched.time_left() == "1:30"
    clock.now = 90.0
    watched.finished(result("9.1.1"))
    assert watched.time_left() == "0:10"


def test_more_that_is_known_of_a_case_does_not_count_twice():
    watched, _, _ = ticker()
    watched.finished(result("1.1.1"))
    watched.finished(result("1.1.1", Verdict.FAILED))
    assert watched.over == 1
    assert watched.counts() == "[bold red]✕ 1 FAILED[/]"
    watched.finished(result("1.1.2"))
    watched.finished(result("9.1.1"))
    assert watched.time_left() == "0:00"


def test_each_change_is_shown_and_trouble_gets_a_line():
    watched, changes, said = ticker()
    watched.playing(0, ["1.1.1"])
    watched.finished(result("1.1.1"))
    watched.warn("a [server] was lost")
    assert len(changes) == 2
    assert said == ["[bold red]a \\[server] was lost[/]"]


def test_a_terminal_shows_a_bar():
    out, text = console(terminal=True)
    with watching(out, "client", CASES) as observer:
        for case in CASES:
            observer.playing(0, [case])
            observer.finished(result(case))
        observer.warn("late [sic]")
    assert "3/3" in text.getvalue()
    assert "0:00 left" in text.getvalue()
    assert "late [sic]" in text.getvalue()


def test_elsewhere_a_line_now_and_then(monkeypatch):
    monkeypatch.setattr(progress, "LINE_SECONDS", 0.0)
    out, text = console(terminal=False)
    with watching(out, "client", CASES) as observer:
        observer.playing(0, ["1.1.1"])
        observer.finished(result("9.1.1"))
    first, second = text.getvalue().splitlines()
    assert first == "client  0/3  -:-- left    1.1.1"
    assert second.endswith("left  ✓ 1 OK  1.1.1")
    assert second.startswith("client  1/3  0:0")
