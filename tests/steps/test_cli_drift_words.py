"""`whatwg-websockets spec drift --was`: the words of each changed step before and after."""

import json
import re
import subprocess

import pytest
from typer.testing import CliRunner

from support.games import CHANGES, CODE, DATA, DRAFT, TEXT, whole_index
from whatwg_websockets.cli import spec, spec_older
from whatwg_websockets.steps.passages import hash_of
from whatwg_websockets.steps.upstream import read_upstream

NEWER = TEXT.replace(" |how| is ", " |how| was ").replace("* one hand,", "* no hand,")
NEWER = NEWER.replace("must follow these", "may follow these")
NEWER = NEWER.replace("{{Mood/calm}}", "{{Mood/wild}}").replace(" 1. Tidy up.\n", "")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "games/play.py": CODE,
        "spec/games.toml": whole_index(read_upstream(TEXT)),
        "was.bs": TEXT,
        "now.bs": NEWER,
        "other.html": "<h2>Cook</h2><p>To <dfn>cook</dfn>:<ol><li>Stir.</ol>",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str):
    options = ["--index", "spec", "--code", "games", "--standard", "games"]
    return CliRunner().invoke(spec.app, ["drift", *arguments, *options], catch_exceptions=False)


def drift(*arguments: str):
    return run("--source", "now.bs", *arguments)


SHOWN = """\
2.1 play(toy, how)  https://games.example/#dom-game-play
  changed: step 2 (line 59)
    was: If how is "fast":
    now: If how was "fast":
    look at games/play.py:8
  changed: step 4 (line 82)
    was: Return (x, toy) with: • one hand, • the other hand.
    now: Return (x, toy) with: • no hand, • the other hand.
    look at games/play.py:15

2.1 the game ends  https://games.example/#the-game-is-over
  went: step 1
    was: Tidy up.
  moved: step 2, now step 1 (line 96)

2.1 win  https://games.example/#winning
  changed: the introduction (line 104)
    was: Who wins must follow these steps:
    now: Who wins may follow these steps:

2.1 outside of algorithms  https://games.example/#game-mood
  changed: games-mood (line 38)
    was: Initially it must be "calm" (e.g. Quiet).
    now: Initially it must be "wild" (e.g. Quiet).
    look at games/play.py:25

Drift in the Games since 1 (2026-01-02): 4 changed, 1 went, 1 moved.
"""


@pytest.mark.parametrize("was", ["was.bs", str(DATA / "games.html")])
def test_was_and_now(folder, was):
    done = drift("--was", was)
    assert (done.exit_code, done.output) == (1, SHOWN)


def test_an_older_text_that_is_not_the_one_of_the_index(folder):
    (folder / "was.bs").write_text(TEXT.replace(" |how| is ", " |how| might be "))
    done = drift("--was", "was.bs")
    assert done.exit_code == 1
    assert "was: If how" not in done.output
    note = "1 change has no older words: was.bs is not the text of version 1."
    assert done.output.splitlines()[-1] == note
    done = drift("--was", "now.bs")
    note = "5 changes have no older words: now.bs is not the text of version 1."
    assert done.output.splitlines()[-1] == note


NO_STEPS = """
[[algorithm]]
anchor = "game-interface"
name = "prose"
section = "2.1"
kind = "algorithm"
[algorithm.steps]
"""


def test_an_algorithm_without_steps_and_one_that_the_older_text_lacks(folder):
    with (folder / "spec" / "games.toml").open("a", encoding="utf-8") as index:
        index.write(NO_STEPS)
    (folder / "was.bs").write_text(TEXT[: TEXT.index('<div algorithm="win">')], encoding="utf-8")
    done = drift("--was", "was.bs")
    assert done.exit_code == 1
    assert '    was: If how is "fast":\n' in done.output
    assert "was: Who wins" not in done.output
    assert "prose" not in done.output


def test_markdown(folder):
    done = drift("--was", "was.bs", "--markdown")
    assert done.exit_code == 1
    assert done.output.startswith("# Drift in the Games\n\n")
    assert '> was: If how ~~is~~ "fast":' in done.output
    assert '> now: If how **was** "fast":' in done.output


def test_json(folder):
    done = drift("--was", "was.bs", "--json")
    assert done.exit_code == 1
    data = json.loads(done.output)
    about = {key: data[key] for key in ("standard", "version", "date", "source", "was")}
    assert about == {
        "standard": "games",
        "version": "1",
        "date": "2026-01-02",
        "source": "now.bs",
        "was": "was.bs",
    }
    first = data["changes"][0]
    assert first["was"] == 'If how is "fast":'
    assert first["now"] == 'If how was "fast":'
    assert first["places"] == ["games/play.py:8"]


def test_without_drift_there_is_markdown_and_json_too(folder):
    done = run("--source", "was.bs", "--markdown")
    no_drift = "No drift in the Games since 1 (2026-01-02)."
    assert done.exit_code == 0
    assert done.output == f"# Drift in the Games\n\n{no_drift}\n"
    done = run("--source", "was.bs", "--json")
    assert json.loads(done.output)["changes"] == []


def test_only_one_form_can_be_had(folder):
    done = drift("--markdown", "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "--markdown and --json exclude each other; write one of them\n"


def test_an_older_text_of_another_standard(folder):
    done = drift("--was", "other.html")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith('other.html is not the text of "Games"')
    assert len(done.stderr.splitlines()) == 1


def test_folded_steps_have_their_older_words(folder):
    path = folder / "spec" / "games.toml"
    text = path.read_text(encoding="utf-8")
    upstream = read_upstream(TEXT).algorithm("dom-game-play", "play(toy, how)")
    assert upstream is not None
    whole = upstream.folded(["2"]).steps["2"]
    lines = text.replace(upstream.steps["2"].hash, whole.hash, 1).splitlines()
    lines = [line for line in lines if not line.startswith('"2.')]
    text = "\n".join(lines).replace("\nintroduction", '\nfolded = ["2"]\nintroduction', 1)
    path.write_text(text, encoding="utf-8")
    done = drift("--was", "was.bs")
    assert '    was: If how is "fast": Run. And jump. Higher. Stop.\n' in done.output


# A checkout of the standard.


def git(folder, *arguments: str) -> str:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(folder):
    there = folder / "checkout"
    there.mkdir()
    git(there, "init", "-q")
    (there / "games.bs").write_text(TEXT, encoding="utf-8")
    (there / "a.bs").write_text("<pre class=metadata></pre>\n\nNothing.\n", encoding="utf-8")
    (there / "README.md").write_text("x", encoding="utf-8")
    git(there, "add", "-A")
    git(there, "commit", "-q", "-m", "one")
    version = git(there, "rev-parse", "HEAD")[:12]
    (there / "games.bs").write_text(NEWER, encoding="utf-8")
    git(there, "commit", "-q", "-a", "-m", "two")
    path = folder / "spec" / "games.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('version = "1"', f'version = "{version}"'), encoding="utf-8")
    return there


def test_a_checkout_is_read_at_the_version_of_the_index(checkout):
    done = run("--source", "checkout/games.bs", "--was", "checkout")
    assert done.exit_code == 1
    version = git(checkout, "rev-parse", "HEAD~1")[:12]
    assert done.output == SHOWN.replace("since 1 ", f"since {version} ")


def test_a_checkout_without_the_standard(checkout):
    git(checkout, "rm", "-q", "games.bs")
    git(checkout, "commit", "-q", "-m", "three")
    path = checkout.parent / "spec" / "games.toml"
    text = path.read_text(encoding="utf-8")
    version = git(checkout, "rev-parse", "HEAD")[:12]
    old = git(checkout, "rev-parse", "HEAD~2")[:12]
    path.write_text(text.replace(old, version), encoding="utf-8")
    done = drift("--was", "checkout")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f'checkout has no .bs file at {version} that is the text of "Games"; name the checkout of'
        " that standard's repository, or a file\n"
    )


def test_a_checkout_that_lacks_the_version(folder, checkout):
    path = folder / "spec" / "games.toml"
    version = git(checkout, "rev-parse", "HEAD~1")[:12]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(version, "0123456789ab"), encoding="utf-8")
    done = drift("--was", "checkout")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("checkout cannot be read at 0123456789ab: fatal: ")
    assert done.stderr.endswith("; name a checkout that has this revision, or a file\n")
    assert len(done.stderr.splitlines()) == 1


def test_without_git_a_checkout_cannot_be_read(folder, checkout, monkeypatch):
    def nowhere(*_, **__):
        raise FileNotFoundError

    monkeypatch.setattr(spec_older.subprocess, "run", nowhere)
    done = drift("--was", "checkout")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "git is not installed, so checkout cannot be read; name a file\n"


# A draft.

DRAFT_INDEX = f"""{DRAFT}\
[[algorithm]]
anchor = "the-game-is-over"
name = "the game ends"
section = "2.1"
kind = "algorithm"
[algorithm.steps]
"1" = "{{home}}"
"""


def test_a_draft_is_told_with_the_words_of_both_texts(folder):
    home = hash_of("Go home, without: noise, mud.")
    (folder / "spec" / "games-draft.toml").write_text(DRAFT_INDEX.format(home=home))
    hash_ = hash_of('If how was "fast":')
    (folder / "spec" / "games-draft.changes.toml").write_text(CHANGES.format(changed=hash_))
    done = run("--draft", "games-draft", "--source", "now.bs", "--was", "was.bs")
    assert done.exit_code == 0
    assert done.output.splitlines()[1:6] == [
        "  changed: step 2",
        '    was: If how is "fast":',
        '    now: If how was "fast":',
        "    The speed is past.",
        "    see games/play.py:8",
    ]
    done = run("--draft", "games-draft", "--json")
    data = json.loads(done.output)
    assert (data["draft"], data["draft_version"]) == ("games-draft", "9")
    assert data["changes"][0]["words"] == "The speed is past."
    done = run("--draft", "games-draft", "--source", "other.html")
    assert (done.exit_code, done.stdout) == (2, "")


def test_on_a_terminal_long_words_go_on_below_as_far_indented(folder, monkeypatch):
    long = "Stop, and then " + "look around and " * 8 + "go on."
    newer = NEWER.replace("  1. Stop.\n", f"  1. {long}\n")
    (folder / "now.bs").write_text(newer, encoding="utf-8")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    lines = re.sub(r"\x1b\[[\d;]*m", "", drift().output).splitlines()
    first = next(number for number, line in enumerate(lines) if "now: Stop, and" in line)
    assert lines[first + 1].startswith("    around and look")
    assert max(len(line.rstrip()) for line in lines) <= 60
    assert "" in lines
