"""`whatwg-websockets spec show --source`: the standard's own words beside ours."""

import os
import signal
import socket
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from support.games import CODE, DATA, DRAFT, TEXT, whole_index
from support.toys import heading
from whatwg_websockets.cli import spec, spec_upstream
from whatwg_websockets.steps.passages import hash_of
from whatwg_websockets.steps.upstream import read_upstream

NOT_BUILT = 'status = "not built"\nreason = "Nobody ever wins."\n\n[algorithm.steps]'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "games/play.py": CODE,
        "spec/games.toml": whole_index(read_upstream(TEXT)),
        "games.bs": TEXT,
        "other.html": "<h2>Cook</h2><p>To <dfn>cook</dfn>:<ol><li>Stir.</ol>",
        "empty.html": "nothing",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def show(*arguments: str, columns: int = 80):
    options = ["show", "--index", "spec", "--code", "games", *arguments]
    runner = CliRunner(env={"COLUMNS": str(columns), "TERM": "dumb", "FORCE_COLOR": None})
    return runner.invoke(spec.app, options, catch_exceptions=False)


def lines_of(done):
    return [line.rstrip() for line in done.stdout.splitlines()]


def test_on_a_narrow_terminal_it_is_below_our_words(folder):
    done = show("play", "--source", "games.bs")
    assert done.exit_code == 0
    lines = lines_of(done)
    about = "The standard's text: games.bs. Its steps are those of version 1, which the code"
    assert lines[3] == about
    first = lines.index("1. Out of the box.")
    assert lines[first + 1 : first + 3] == [
        "  │ 1. If toy is a box, then open it.",
        "    7 open(toy)",
    ]
    assert "  │ The play(toy, how) method steps are:" in lines
    assert lines[lines.index("  │ 4. Return (x, toy) with:") + 1] == "  │ • one hand,"


def test_on_a_wide_terminal_it_is_beside_them(folder):
    lines = [
        " ".join(line.split())
        for line in lines_of(show("play", "--source", "games.bs", columns=140))
    ]
    assert "the standard our words the code" in lines
    assert "1. If toy is a box, then open it. 1. Out of the box. 7 open(toy)" in lines


def test_between_the_two_it_is_below_our_words_and_beside_the_code(folder):
    lines = [
        " ".join(line.split())
        for line in lines_of(show("play", "--source", "games.bs", columns=110))
    ]
    assert "1. Out of the box. 7 open(toy)" in lines
    assert "│ 1. If toy is a box, then open it." in lines
    assert not any(line.startswith("the standard our words") for line in lines)


@pytest.mark.parametrize("columns", [40, 80, 99, 100, 129, 130, 160])
def test_it_fits_the_terminal(folder, columns):
    done = show("play", "--source", "games.bs", columns=columns)
    assert max(map(len, lines_of(done))) <= columns


def test_a_page_has_the_same_words_as_a_source(folder):
    of_page = lines_of(show("play", "--source", str(DATA / "games.html"), columns=200))
    of_source = lines_of(show("play", "--source", "games.bs", columns=200))
    assert [line for line in of_page if "│" in line] == [line for line in of_source if "│" in line]
    assert any("If toy is a box, then open it." in line for line in of_page)


def test_without_a_source_nothing_is_said_of_it(folder):
    assert "standard's text" not in show("play").stdout


def test_steps_that_are_not_as_indexed_are_marked(folder):
    newer = TEXT.replace(" |how| is ", " |how| was ")
    newer = newer.replace("  1. Stop.\n", "  1. Breathe.\n  1. Wait.\n", 1)
    (folder / "games.bs").write_text(newer, encoding="utf-8")
    lines = lines_of(show("play", "--source", "games.bs", columns=100))
    said = " ".join(lines)
    assert "Compared with version 1, which the code follows: 2 changed, 1 came." in said
    assert '2. changed  If how was "fast":' in said
    begin = lines.index("Steps that the index does not have")
    assert lines[begin + 1] == "  2.3. came  Wait."


def test_a_step_that_moved_or_went_is_said_to(folder):
    (folder / "games.bs").write_text(TEXT.replace(" 1. Stop.\n", "", 1), encoding="utf-8")
    code = CODE.replace("    run()\n", "    run()\n    # 2.2. Halt.\n    halt()\n")
    (folder / "games" / "play.py").write_text(code, encoding="utf-8")
    lines = lines_of(show("play", "--source", "games.bs"))
    assert "  │ 2.2. not in this text" in lines
    (folder / "games.bs").write_text(TEXT.replace(" 1. Run.", " 1. Wake.\n  1. Run.", 1))
    lines = lines_of(show("play", "--source", "games.bs"))
    assert "  │ 2.2. now step 2.3  Stop." in lines


def test_the_steps_without_a_comment_have_their_words_too(folder):
    lines = lines_of(show("play", "--source", "games.bs"))
    begin = lines.index("The standard's text of the steps without a comment")
    assert lines[begin + 1 : begin + 3] == ["  2.1.1. Higher.", "  2.2. Stop."]


OVER = """

@algorithm("the-game-is-over", "the game ends")
def over():
    '''End the game.'''
    # 1-2. n/a: there is no room that could be tidied.
"""


def test_a_range_has_the_words_of_each_of_its_steps(folder):
    (folder / "games" / "over.py").write_text(OVER, encoding="utf-8")
    lines = lines_of(show("the game ends", "--source", "games.bs"))
    first = lines.index("1-2. n/a  there is no room that could be tidied.")
    assert lines[first + 1 : first + 4] == [
        "  │ 1. Tidy up.",
        "  │ 2. Go home, without:",
        "  │ • noise,",
    ]
    assert not any("without a comment" in line for line in lines)


def test_an_algorithm_that_is_not_built_has_its_words(folder):
    path = folder / "spec" / "games.toml"
    before, after = path.read_text(encoding="utf-8").split('anchor = "winning"', 1)
    after = after.replace("[algorithm.steps]", NOT_BUILT, 1)
    path.write_text(f'{before}anchor = "winning"{after}', encoding="utf-8")
    lines = lines_of(show("win", "--source", "games.bs"))
    assert "not built  Nobody ever wins." in lines
    assert "  1. Smile." in lines


def test_a_requirement_has_its_sentence(folder):
    lines = lines_of(show("games-mood", "--source", "games.bs"))
    assert lines[lines.index("Something.") + 1] == '│ Initially it must be "calm" (e.g. Quiet).'


@pytest.mark.parametrize("name", ["play", "games-mood"])
@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            "other.html",
            'other.html is not the text of "Games"; give the text that https://games.example/'
            " shows",
        ),
        (
            "empty.html",
            "empty.html is not a standard's text: it has no algorithm; give the source that"
            " Bikeshed reads (.bs), or the published page",
        ),
        (
            "nowhere.bs",
            "nowhere.bs cannot be read: No such file or directory; write the path of a .bs or HTML"
            " file, or an http or https URL",
        ),
        (
            "http://127.0.0.1:1/",
            "http://127.0.0.1:1/ cannot be read: Connection refused; check the address and the"
            " network, or save the page and write the name of its file",
        ),
    ],
)
def test_what_is_not_the_standards_text_is_told_in_one_line(folder, name, source, problem):
    done = show(name, "--source", source)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", problem + "\n")


WAIT = """
<h2>Wait</h2>

<p>To <dfn>wait</dfn>:

<ol>
 <li>Sit down.
</ol>
"""

WAITING = f"""{DRAFT}\
[[algorithm]]
anchor = "wait"
name = "wait"
section = "4"
kind = "algorithm"
[algorithm.steps]
"1" = "{hash_of("Sit down.")}"

[[requirement]]
id = "draft-rain"
anchor = "wait"
section = "4"
kind = "requirement"
gist = "It rains."
"""


@pytest.fixture
def drafted(folder):
    """The same folder, with a draft and its text, which has the standard's algorithms too."""
    (folder / "spec" / "draft.toml").write_text(WAITING, encoding="utf-8")
    (folder / "draft.bs").write_text(TEXT + WAIT, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["play", "games-mood"])
def test_the_text_of_a_draft_is_not_that_of_the_standard(drafted, name):
    done = show(name, "--source", "draft.bs")
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        'draft.bs is the text of "Games with rules (draft at 9)", and not that of "Games"; give the'
        " text that https://games.example/ shows\n",
    )


@pytest.mark.parametrize("name", ["wait", "draft-rain"])
def test_the_text_of_a_draft_is_shown_beside_what_the_draft_says(drafted, name):
    done = show(name, "--source", "draft.bs")
    assert done.exit_code == 0
    assert "Games with rules (draft at 9)" in done.stdout


def test_with_a_draft_in_the_index_the_text_of_the_standard_is_shown(drafted):
    assert show("play", "--source", "games.bs").exit_code == 0


RULES = (
    heading("rfc1", "Rules", "rules")
    + """
[[requirement]]
id = "rfc1-1-1"
anchor = "section-1"
section = "1"
kind = "MUST"
gist = "Be fair."
"""
)


def test_the_text_of_an_rfc_is_not_read(folder):
    (folder / "spec" / "rules.toml").write_text(RULES, encoding="utf-8")
    done = show("rfc1-1-1", "--source", "games.bs")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "the text of RFC1 cannot be shown beside its steps, since RFCs are not read; it is at"
        " https://rules.example/\n"
    )


def test_a_host_that_has_no_address(folder, monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    done = show("play", "--source", "http://nowhere.example/")
    assert done.exit_code == 2
    assert "cannot be read: the host has no address;" in done.stderr


def test_an_interrupt_while_the_text_is_read(folder, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(spec_upstream.urllib.request, "urlopen", interrupt)
    done = show("play", "--source", "http://games.example/")
    assert (done.exit_code, done.stdout) == (130, "")
    assert done.stderr == "interrupted while http://games.example/ was read; nothing was written\n"


def test_an_interrupted_run_says_so_and_ends_with_130(folder):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        arguments = ["spec", "show", "play", "--source", url, "--index", "spec", "--code", "games"]
        run = subprocess.Popen(
            [sys.executable, "-m", "whatwg_websockets", *arguments],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        connection, _ = server.accept()
        with connection:
            connection.recv(1)
            os.kill(run.pid, signal.SIGINT)
            out, said = run.communicate(timeout=60)
    assert (run.returncode, out) == (130, "")
    assert said == f"interrupted while {url} was read; nothing was written\n"
