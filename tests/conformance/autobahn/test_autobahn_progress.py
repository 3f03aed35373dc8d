import io

from rich.console import Console

from websocket_conformance.autobahn import progress
from websocket_conformance.autobahn.progress import Tally, Ticker, watching
from websocket_conformance.autobahn.verdicts import Verdict


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def console(terminal: bool) -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, force_terminal=terminal, highlight=False, width=120), text


def test_time_left_is_in_proportion_to_what_is_done():
    clock = Clock()
    tally = Tally(["1.1.1", "1.1.2", "1.1.3", "1.1.4"], clock)
    assert tally.time_left() == "-:--"
    tally.started("1.1.1")
    clock.now = 50.0
    tally.finished("1.1.1", Verdict.OK)
    assert tally.time_left() == "2:30"
    assert tally.over == 1
    assert tally.playing == []


def test_verdicts_are_counted_in_their_order():
    tally = Tally(["1.1.1", "1.1.2", "1.1.3"])
    for case, verdict in (("1.1.1", Verdict.FAILED), ("1.1.2", Verdict.OK), ("1.1.3", Verdict.OK)):
        tally.started(case)
        tally.finished(case, verdict)
    assert tally.verdicts() == "[green]OK 2[/]  [bold red]FAILED 1[/]"


def test_a_terminal_shows_a_bar():
    out, text = console(terminal=True)
    with watching(out, ["1.1.1", "1.1.2"]) as observer:
        observer.started("1.1.1")
        observer.finished("1.1.1", Verdict.OK, "")
        observer.started("1.1.2")
        observer.finished("1.1.2", Verdict.NON_STRICT, "late [sic]")
    assert "2/2" in text.getvalue()
    assert "late [sic]" in text.getvalue()


def test_elsewhere_a_line_now_and_then(monkeypatch):
    monkeypatch.setattr(progress, "LINE_SECONDS", 0.0)
    out, text = console(terminal=False)
    with watching(out, ["1.1.1", "1.1.2"]) as observer:
        observer.started("1.1.1")
        observer.finished("1.1.1", Verdict.OK, "")
        observer.started("1.1.2")
    assert text.getvalue().splitlines()[1:] == [
        "1/2  OK 1  0:00 left  ",
        "1/2  OK 1  0:00 left  1.1.2",
    ]


def test_between_the_lines_only_what_falls_short_is_told():
    out, text = console(terminal=False)
    with watching(out, ["1.1.1", "7.1.6", "1.1.2", "1.1.3"]) as observer:
        for case, verdict, note in (
            ("1.1.1", Verdict.OK, ""),
            ("7.1.6", Verdict.INFORMATIONAL, ""),
            ("1.1.2", Verdict.FAILED, ""),
            ("1.1.3", Verdict.OK, "it hung"),
        ):
            observer.started(case)
            observer.finished(case, verdict, note)
        observer.warn("a [server] was lost")
    assert [line.split() for line in text.getvalue().splitlines()] == [
        ["1.1.2", "FAILED"],
        ["1.1.3", "FAILED", "it", "hung"],
        ["a", "[server]", "was", "lost"],
    ]


def test_a_ticker_refreshes_after_each_change():
    out, _ = console(terminal=False)
    changes = []
    ticker = Ticker(out, Tally(["1.1.1"]), lambda: changes.append(1))
    ticker.started("1.1.1")
    ticker.finished("1.1.1", Verdict.OK, "")
    assert len(changes) == 2
