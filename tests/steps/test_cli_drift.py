"""`whatwg-websockets spec drift` and `spec index`: what they print, and their exit status."""

import contextlib
import re
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typer.testing import CliRunner

from support.games import CODE, DATA, TEXT, whole_index
from whatwg_websockets.cli import spec, spec_upstream
from whatwg_websockets.steps.index import read_standard
from whatwg_websockets.steps.upstream import read_upstream


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "games/play.py": CODE,
        "spec/games.toml": whole_index(read_upstream(TEXT)),
        "games.bs": TEXT,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str, standard: str = "games"):
    options = ["--index", "spec", "--standard", standard]
    return CliRunner().invoke(spec.app, [*arguments, *options], catch_exceptions=False)


def run_drift(*arguments: str, **options: str):
    return run("drift", "--code", "games", *arguments, **options)


def test_no_drift(folder):
    done = run_drift("--source", "games.bs")
    assert (done.exit_code, done.output) == (0, "No drift in the Games since 1 (2026-01-02).\n")
    assert run_drift("--source", str(DATA / "games.html")).exit_code == 0


def test_drift_is_told_by_algorithm(folder):
    text = TEXT.replace(" |how| is ", " |how| was ").replace("* one hand,", "* no hand,")
    text = text.replace(" 1. Tidy up.\n", "").replace("{{Mood/calm}}", "{{Mood/wild}}")
    (folder / "games.bs").write_text(text, encoding="utf-8")
    done = run_drift("--source", "games.bs")
    assert done.exit_code == 1
    assert (
        done.output
        == """\
2.1 play(toy, how)  https://games.example/#dom-game-play
  changed: step 2 (line 59)
    now: If how was "fast":
    look at games/play.py:8
  changed: step 4 (line 82)
    now: Return (x, toy) with: • no hand, • the other hand.
    look at games/play.py:15

2.1 the game ends  https://games.example/#the-game-is-over
  went: step 1
  moved: step 2, now step 1 (line 96)

2.1 outside of algorithms  https://games.example/#game-mood
  changed: games-mood (line 38)
    now: Initially it must be "wild" (e.g. Quiet).
    look at games/play.py:25

Drift in the Games since 1 (2026-01-02): 3 changed, 1 went, 1 moved.
"""
    )


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("other.html", 'other.html is not the text of "Games"; give the text that'),
        ("empty.html", "empty.html is not a standard's text: it has no algorithm"),
        ("nowhere.bs", "nowhere.bs cannot be read: No such file or directory"),
        ("games", "games cannot be read: Is a directory"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1/ cannot be read: "),
        ("http://[/", "http://[/ cannot be read: Invalid IPv6 URL"),
    ],
)
def test_a_text_that_is_no_such_standard(folder, source, problem):
    (folder / "other.html").write_text("<h2>Cook</h2><p>To <dfn>cook</dfn>:<ol><li>Stir.</ol>")
    (folder / "empty.html").write_bytes(b"\xff\x00")
    done = run_drift("--source", source)
    assert done.exit_code == 2
    assert done.output.startswith(problem)
    assert len(done.output.splitlines()) == 1


def test_a_standard_that_the_index_does_not_have(folder):
    done = run_drift("--source", "games.bs", standard="cooking")
    assert (done.exit_code, done.output) == (
        2,
        "the index has no standard 'cooking'; it has games\n",
    )


@contextlib.contextmanager
def server(body: bytes):
    """Serve one page, on the loopback interface."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as there:
        thread = threading.Thread(target=there.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{there.server_port}/"
        finally:
            there.shutdown()
            thread.join()


def test_the_published_page_is_the_default(folder):
    with server((DATA / "games.html").read_bytes()) as url:
        path = folder / "spec" / "games.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("https://games.example/", url), encoding="utf-8")
        done = run_drift()
    assert (done.exit_code, done.output) == (0, "No drift in the Games since 1 (2026-01-02).\n")


def test_a_page_without_end_is_not_read_to_the_end(folder, monkeypatch):
    monkeypatch.setattr(spec_upstream, "LIMIT", 100)
    with server(TEXT.encode()) as url:
        done = run_drift("--source", url)
    assert done.exit_code == 2
    assert "cannot be read: it has more than 100 bytes" in done.output


def test_the_index_is_made_anew(folder):
    newer = TEXT.replace(" 1. If |how|", " 1. Breathe.\n\n 1. If |how|")
    newer = newer.replace("must follow these", "may follow these")
    (folder / "games.bs").write_text(newer, encoding="utf-8")
    before = (folder / "spec" / "games.toml").read_text(encoding="utf-8")
    done = run("index", "games.bs", "--version", "2", "--date", "2026-02-03")
    assert done.exit_code == 0
    assert done.stderr == ""
    assert (folder / "spec" / "games.toml").read_text(encoding="utf-8") == before
    expected = whole_index(read_upstream(newer)).replace('version = "1"', 'version = "2"')
    assert done.stdout == expected.replace("2026-01-02", "2026-02-03")
    assert run("index", "games.bs", "--write").stdout == ""
    assert run_drift("--source", "games.bs").exit_code == 0
    assert read_standard(folder / "spec" / "games.toml").version == "1"


def test_folded_steps_are_made_anew(folder):
    path = folder / "spec" / "games.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nintroduction", '\nfolded = ["2"]\nintroduction', 1))
    numbers = read_index_of(run("index", "games.bs").stdout)
    assert numbers == ["1", "2", "3", "3a", "3b", "3b.1", "3b.2", "3c", "3c.1", "4"]


def read_index_of(text: str) -> list[str]:
    return list(tomllib.loads(text)["algorithm"][0]["steps"])


def test_what_only_a_person_can_mend(folder):
    newer = TEXT.replace("{{Mood/calm}}", "{{Mood/wild}}").replace('algorithm="win"', "")
    newer = newer.replace("<p id=winning>Who wins", "<p>Who loses")
    (folder / "games.bs").write_text(newer, encoding="utf-8")
    path = folder / "spec" / "games.toml"
    table = '[[algorithm]]\nanchor = "game-interface"\nname = "prose"\nsection = "1"\nkind = "x"\n'
    text = path.read_text(encoding="utf-8") + f"\n{table}\n[algorithm.steps]\n# none\n"
    path.write_text(text, encoding="utf-8")
    done = run("index", "games.bs")
    assert done.exit_code == 0
    assert done.stdout == text
    assert (
        done.stderr
        == "games-mood: the text no longer has its sentence; --sentences prints the new sentences\n"
    )
    done = run("index", "games.bs", "--sentences")
    assert [line.split(" ", 1)[1] for line in done.output.splitlines()] == [
        '2.1 #game-mood (line 38) Initially it must be "wild" (e.g. Quiet).',
        "2.1 #game-interface (line 102) Who loses must follow these steps:",
    ]


def test_the_table_of_an_algorithm_to_be_added(folder):
    done = run("index", "games.bs", "--anchor", "the-game-is-over")
    assert done.exit_code == 0
    table = done.output.replace('kind = "algorithm"', 'kind = "method"')
    assert table in (folder / "spec" / "games.toml").read_text(encoding="utf-8")
    done = run("index", "games.bs", "--anchor", "nowhere")
    assert done.exit_code == 2
    assert done.output == "the text has no algorithm at 'nowhere', or more than one\n"


LINKED = """\
<h1>Games</h1><h2 id=s>S</h2>
<p>To <dfn id=the-game-is-over>the game ends</dfn>:</p>
<ol>
<li><p><a href="#lose">Lose</a> the <a href="#game-mood">mood</a>.</p>
<li><p>Go home by <a href="https://ways.example/#{way}">the way</a> and
  <a href="https://ways.example/#a-second-way-that-is-rather-long">a second one</a>.</p>
</ol>
<p>To <dfn id=lose>lose</dfn> is to <a href="https://ways.example/#go">go</a>.</p>
"""


@pytest.fixture
def linked(folder):
    long = "a-way-that-is-so-long-that-its-line-is-too-long"
    (folder / "games.html").write_text(LINKED.replace("{way}", long), encoding="utf-8")
    (folder / "ways.html").write_text(
        f"<h1>W</h1><h2>W</h2><p>To <dfn id={long}>go</dfn>: go.</p><p>x</p>"
        "<p>To <dfn id=a-second-way-that-is-rather-long>go</dfn>:</p><ol><li>Go.</ol>",
        encoding="utf-8",
    )
    urls = '[standards]\nways = "https://ways.example/"\n'
    (folder / "spec" / "outside.toml").write_text(urls, encoding="utf-8")
    return folder


def links_of(text: str, anchor: str) -> object:
    tables = {each["anchor"]: each for each in tomllib.loads(text)["algorithm"]}
    return tables[anchor].get("links")


def test_links_are_written_from_a_page(linked):
    done = run("index", "games.html", "--write")
    assert done.exit_code == 0
    written = (linked / "spec" / "games.toml").read_text(encoding="utf-8")
    long = "ways#a-way-that-is-so-long-that-its-line-is-too-long"
    both = [long, "ways#a-second-way-that-is-rather-long"]
    assert links_of(written, "the-game-is-over") == {"1": ["games#lose"], "2": both}
    assert max(map(len, written.splitlines())) <= 100
    assert written.count("linked = 3\n") == 1
    run("index", "games.html", "--write")
    assert (linked / "spec" / "games.toml").read_text(encoding="utf-8") == written
    run("index", "games.bs", "--write")
    left = (linked / "spec" / "games.toml").read_text(encoding="utf-8")
    assert links_of(left, "the-game-is-over") == {"1": ["games#lose"], "2": both}


def test_links_are_compared_with_those_of_a_page(linked):
    outside = (
        '[standards]\nways = "https://ways.example/"\n[[outside]]\nstandard = "ways"\n'
        'reason = "Nobody ever goes."\n[outside.algorithms]\ngo = "go"\n'
    )
    (linked / "spec" / "outside.toml").write_text(outside, encoding="utf-8")
    path = linked / "spec" / "games.toml"
    run("index", "games.html", "--write")
    written = path.read_text(encoding="utf-8").replace("linked = 3", "linked = 1")
    path.write_text(re.sub(r'"2" = \[\n[^\]]*\]\n', "", written), encoding="utf-8")
    same = run_drift("--source", "games.html").output
    assert "links of" not in same
    other = path.read_text(encoding="utf-8").replace("games#lose", "games#win")
    path.write_text(other, encoding="utf-8")
    done = run_drift("--source", "games.html")
    assert done.exit_code == 1
    change = "the links of step 1, without games#win, with games#lose (line 4)"
    assert f"  changed: {change}\n" in done.output
    assert "links of" not in run_drift("--source", "games.bs").output


def test_the_links_of_the_last_algorithm_end_the_file_as_it_ended(linked):
    path = linked / "spec" / "games.toml"
    tables = path.read_text(encoding="utf-8").split("[[algorithm]]")
    (game,) = [table for table in tables if "the-game-is-over" in table]
    path.write_text(f"{tables[0]}[[algorithm]]{game.rstrip()}\n", encoding="utf-8")
    run("index", "games.html", "--write")
    once = path.read_text(encoding="utf-8")
    assert once.endswith("]\n")
    run("index", "games.html", "--write")
    assert path.read_text(encoding="utf-8") == once


def test_pages_beside_tell_what_is_an_algorithm(linked):
    page = LINKED.replace("{way}", "a-sight")
    (linked / "games.html").write_text(page, encoding="utf-8")
    done = run("index", "games.html", "--beside", "ways=ways.html")
    assert links_of(done.stdout, "the-game-is-over") == {
        "1": ["games#lose"],
        "2": ["ways#a-second-way-that-is-rather-long"],
    }
    done = run("index", "games.html", "--anchor", "lose", "--beside", "ways=ways.html")
    assert "links" not in done.output
    done = run("index", "games.html", "--beside", "ways.html")
    assert done.exit_code == 2
    assert done.output == (
        "'ways.html' does not name a standard; write the id before its page: infra=PAGE\n"
    )
