"""What others choose (names, reasons, links) reaches terminals, pages and files harmlessly."""

import io
import json
import sys

import pytest

from websocket_conformance import terminal
from websocket_conformance.foreign import octets, visible, web_link

TITLE = "\x1b]0;mine\x07"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Größe ✓ 😀", "Größe ✓ 😀"),
        (TITLE, r"\x1b]0;mine\x07"),
        ("\x9b2J", r"\x9b2J"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\u202eevil", r"\u202eevil"),
        ("\udcff", r"\udcff"),
    ],
)
def test_what_does_not_show_itself_is_written_as_an_escape(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        ("http://a.example/%20", "http://a.example/%20"),
        ("https://a.example/) [b](javascript:1", "https://a.example/%29%20[b]%28javascript:1"),
        ("javascript:alert(1)", ""),
        ("JAVASCRIPT:alert(1)", ""),
        (" javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,<script>", ""),
        ("//a.example/", ""),
        ("https:", ""),
        ("http://[", ""),
    ],
)
def test_a_link_leads_to_the_web_or_nowhere(link, shown):
    assert web_link(link) == shown


def test_half_a_surrogate_pair_can_be_written_and_read_again():
    written = octets(json.dumps("a\ud800", ensure_ascii=False))
    assert json.loads(written) == "a\ud800"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp437", "ascii"])
@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_an_output_that_has_not_all_signs_gets_others(monkeypatch, encoding, name):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, name, io.TextIOWrapper(raw, encoding=encoding))
    {"stdout": terminal.say, "stderr": terminal.complain}[name]("✕ 1.1.1 Ω\udcff")
    said = raw.getvalue().decode(encoding)
    signs = "✕" if encoding == "utf-8" else "x"
    omega = "Ω" if encoding in ("utf-8", "cp437") else r"\u03a9"
    assert said.rstrip("\r\n") == rf"{signs} 1.1.1 {omega}\udcff"


def test_a_console_keeps_its_own_colours_and_no_one_elses(monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    terminal.console().print(f"[red]{TITLE}[/]")
    stdout.flush()
    said = stdout.buffer.getvalue().decode()
    assert "\x1b[31m" in said
    assert r"\x1b]0;mine" in said
    assert "\x1b]" not in said


def test_a_line_is_not_broken_and_no_word_becomes_a_picture(monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setenv("COLUMNS", "40")
    path = f"/tmp/{'directory/' * 20}:warning:"
    terminal.console().print(path, markup=False)
    stdout.flush()
    assert stdout.buffer.getvalue().decode().splitlines() == [path]
