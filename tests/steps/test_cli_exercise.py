"""The command ``whatwg-websockets exercise``, in a checkout of toys."""

import json
import os
import shutil
import subprocess

import pytest
from typer.testing import CliRunner

from whatwg_websockets import files
from whatwg_websockets.cli import exercise
from whatwg_websockets.cli.app import build
from whatwg_websockets.steps import exercise_run, hidden_step

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unmeasured")]

PAGE = """\
# Exercises

Some words.

### 1. A car for a ball

See {algorithm}`play <play(toy)>` and [the shop](shop.md).

```diff
--- src/toys/play.py
 def play(toy):
-    if toy == "car":
+    if toy == "ball":
```

**Predict.** Which of
the two turns?

```console
$ COLUMNS=100 pytest -q --tb=no -p no:randomly tests/test_play.py
$ whatwg-websockets --version
```

<details>
<summary>Answer</summary>

The ball does: {position}`turning`, as everybody can see who looks at it from all sides.

```pycon
>>> play("ball")
'turned'
```

And so on.

```text
FAILED tests/test_play.py::test_a_car[red fast] - AssertionError: assert ...
FAILED tests/test_play.py::test_a_ball - AssertionError: assert 'turned' == 'ball'
```

</details>

### 2. No such line

```diff
--- src/toys/play.py
-    return None
+    return toy
```

**Predict.** Nothing.

```console
$ pytest tests/test_play.py
```

<details>
<summary>Answer</summary>

Nothing.

```text
FAILED tests/test_play.py::test_a_ball - AssertionError
```

</details>

### 3. No such file

```diff
--- src/toys/sleep.py
-    return None
+    return toy
```

**Predict.** Nothing.

```console
$ pytest tests/test_sleep.py
```

<details>
<summary>Answer</summary>

Nothing.

```text
FAILED tests/test_sleep.py::test_a_ball - AssertionError
```

</details>

## Make your own
"""

CODE = """\
@(lambda function: function)
def play(toy):
    if toy == "car":
        return "turned"
    return toy
"""

TESTS = """\
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
from toys.play import play

@pytest.mark.parametrize("kind", ["red fast"])
def test_a_car(kind):
    assert play("car") == "turned"

def test_a_ball():
    assert play("ball") == "ball"

def test_a_doll():
    assert play("doll") == "doll"
"""

STEPS = """\
def algorithm(anchor, name):
    return lambda function: function


@algorithm("toy", "play(toy)")
def play(toy):
    # 1. Turn a car.
    if toy == "car":
        return "turned"
    # 2. Return the toy.
    return toy
"""


class Toys:
    """A checkout with exercises, and the command in it."""

    def __init__(self, root):
        self.root = root
        self.width = "200"
        self.code = root / "src" / "toys" / "play.py"
        self.page = root / "docs" / "exercises.md"
        files = {
            self.page: PAGE,
            self.code: CODE,
            self.code.with_name("__init__.py"): "",
            root / "tests" / "test_play.py": TESTS,
            root / ".gitignore": "__pycache__\n.exercise.json\n",
        }
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("init", "--quiet")
        self.commit()

    def git(self, *arguments):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
        subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "toys")

    def run(self, *arguments):
        """The exit status of the command, what it prints, and what it prints on stderr."""
        done = CliRunner().invoke(build(), ["exercise", *arguments], env={"COLUMNS": self.width})
        return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def toys(tmp_path, monkeypatch):
    toys = Toys(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(exercise, "source_folder", lambda: toys.code.parent)
    return toys


def test_all_exercises_are_listed(toys):
    assert toys.run() == (
        0,
        "  1  A car for a ball  (src/toys/play.py)\n"
        "  2  No such line  (src/toys/play.py)\n"
        "  3  No such file  (src/toys/sleep.py)\n",
        "",
    )
    toys.run("1", "--apply")
    assert toys.run()[1].endswith("\n\nExercise 1 is applied; --undo takes it back.\n")


def test_an_exercise_is_shown_without_its_answer(toys):
    status, said, _ = toys.run("1")
    assert status == 0
    assert said == (
        "1. A car for a ball\n"
        "\n"
        "See `play` and the shop.\n"
        "\n"
        "    src/toys/play.py\n"
        "     def play(toy):\n"
        '    -    if toy == "car":\n'
        '    +    if toy == "ball":\n'
        "\n"
        "Predict. Which of the two turns?\n"
        "\n"
        "    $ COLUMNS=100 pytest -q --tb=no -p no:randomly tests/test_play.py\n"
        "    $ whatwg-websockets --version\n"
    )


def test_an_exercise_is_applied_checked_and_taken_back(toys):
    assert toys.run("1", "--apply") == (
        0,
        "src/toys/play.py is changed. --check runs the tests, --undo takes the change back.\n",
        "",
    )
    assert toys.code.read_text() == CODE.replace("car", "ball")
    assert "You predicted them all.\n" in toys.run("--check", "--predict", "test_")[1]
    arguments = ["--check", "--predict", "ball", "--predict", "doll"]
    assert toys.run("1", *arguments) == (
        0,
        "$ COLUMNS=100 pytest -q --tb=no -p no:randomly tests/test_play.py\n"
        "2 tests fail:\n"
        "  tests/test_play.py::test_a_car[red fast]\n"
        "  tests/test_play.py::test_a_ball\n"
        "You predicted ball: 1 test fails with that in the name.\n"
        "You predicted doll: no tests fail with that in the name.\n"
        "You did not predict 1 of them, and 1 of your predictions does not come true.\n"
        "$ whatwg-websockets --version\n"
        "The command finds no fault.\n"
        "These are the tests that the answer names. --answer says why they fail.\n",
        "",
    )
    arguments = ["--check", "--predict", "test_", "--predict", "doll", "--predict", "bear"]
    assert "You predicted them all, but 2 of your predictions do not come true." in " ".join(
        toys.run(*arguments)[1].split()
    )
    toys.width = "50"
    assert toys.run("--answer")[1] == (
        "The ball does: `turning`, as everybody can see who\n"
        "looks at it from all sides.\n"
        "\n"
        "```pycon\n"
        '>>> play("ball")\n'
        "'turned'\n"
        "```\n"
        "\n"
        "And so on.\n"
        "\n"
        "    FAILED tests/test_play.py::test_a_car[red fast]\n"
        "        AssertionError: assert ...\n"
        "    FAILED tests/test_play.py::test_a_ball\n"
        "        AssertionError: assert 'turned' == 'ball'\n"
    )
    assert toys.run("--undo") == (0, "src/toys/play.py is as it was before.\n", "")
    assert toys.code.read_text() == CODE
    assert toys.run("--undo")[0] == 1


def test_what_it_says_fits_the_terminal_and_names_stay_whole(toys):
    toys.page.write_text(PAGE.replace("test_a_ball", "test_a_doll"))
    toys.width = "40"
    assert toys.run("1", "--apply")[1] == (
        "src/toys/play.py is changed. --check\nruns the tests, --undo takes the change\nback.\n"
    )
    command, *said = toys.run("--check", "--predict", "test_a_car")[1].splitlines()
    assert command == "$ COLUMNS=100 pytest -q --tb=no -p no:randomly tests/test_play.py"
    assert "  tests/test_play.py::test_a_car[red fast]" in said
    assert all(len(line) <= 40 for line in said if not line.startswith("  tests/"))


def test_a_changed_file_has_another_time_in_seconds_and_its_own_again_afterwards(toys):
    """Python tells by the time and the size whether what it has compiled is of the file."""
    times = [int(toys.code.stat().st_mtime)]
    for action in ("--apply", "--undo"):
        toys.run("1", action)
        times.append(int(toys.code.stat().st_mtime))
    assert times[0] == times[2] != times[1]


def test_an_answer_that_names_other_tests_is_told(toys):
    toys.page.write_text(PAGE.replace("test_a_ball", "test_a_doll"))
    toys.run("1", "--apply")
    status, said, _ = toys.run("--check")
    assert status == 1
    assert said.splitlines()[-1] == (
        "The answer names other tests. It names 1 that do not fail here, and it does not name 1 "
        "that fail."
    )


def test_a_further_command_that_finds_a_fault_is_told(toys):
    toys.page.write_text(PAGE.replace("--version", "no-such-command"))
    toys.run("1", "--apply")
    status, said, _ = toys.run("--check")
    assert status == 1
    assert "$ whatwg-websockets no-such-command\nThe command finds a fault.\n" in said


def test_a_change_that_no_test_notices_is_told(toys):
    (toys.root / "tests" / "test_play.py").write_text("def test_nothing():\n    pass\n")
    toys.run("1", "--apply")
    status, said, _ = toys.run("--check")
    assert status == 1
    assert "no tests fail.\n" in said


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("2", "src/toys/play.py does not have the lines of exercise 2 exactly once, so nothing"),
        ("3", "src/toys/sleep.py cannot be read: No such file or directory."),
    ],
)
def test_an_exercise_that_does_not_fit_the_code_is_refused(toys, number, why):
    status, said, told = toys.run(number, "--apply")
    assert (status, said) == (1, "")
    assert told.startswith(why)
    assert told.count("\n") == 1
    assert toys.code.read_text() == CODE


def test_a_changed_file_is_left_alone(toys):
    toys.code.write_text(f"{CODE}# mine\n")
    assert toys.run("1", "--apply") == (
        1,
        "",
        "src/toys/play.py differs from the last commit, so nothing was changed; commit your "
        "changes, or take them back with `git checkout src/toys/play.py`.\n",
    )
    assert toys.code.read_text() == f"{CODE}# mine\n"
    toys.commit()
    assert toys.run("1", "--apply")[0] == 0


@pytest.mark.parametrize("action", ["--check", "--undo"])
def test_a_file_that_was_changed_since_is_left_alone(toys, action):
    toys.run("1", "--apply")
    applied = toys.code.read_text()
    toys.code.write_text(f"{applied}# mine\n")
    assert toys.run(action) == (
        1,
        "",
        "src/toys/play.py was changed since exercise 1 was applied, so nothing was done; see "
        "`git diff src/toys/play.py`.\n",
    )
    toys.code.unlink()
    assert toys.run(action)[0] == 1
    toys.code.write_text(applied)
    assert toys.run("--undo")[0] == 0
    assert toys.code.read_text() == CODE


def test_a_change_that_was_taken_back_otherwise_is_forgotten(toys):
    toys.run("1", "--apply")
    toys.git("checkout", "--quiet", "src")
    assert toys.run("--undo") == (0, "src/toys/play.py is as it was before.\n", "")
    assert toys.run("1", "--apply")[0] == 0


def test_a_check_of_a_change_that_was_taken_back_otherwise_says_so_and_forgets_it(toys):
    toys.run("1", "--apply")
    toys.git("checkout", "--quiet", "src")
    assert "is applied" not in toys.run()[1]
    assert toys.run("--check") == (
        1,
        "",
        "src/toys/play.py is as it was before: exercise 1 was taken back already, without "
        "--undo.\n",
    )
    assert toys.run("--check")[2].startswith("No exercise is applied;")


def test_after_a_change_was_taken_back_otherwise_another_can_be_applied(toys):
    toys.run("1", "--apply")
    toys.git("checkout", "--quiet", "src")
    assert toys.run("1", "--apply")[0] == 0
    assert toys.code.read_text() == CODE.replace("car", "ball")


@pytest.mark.parametrize(
    ("part", "count"),
    [
        ("BALL", "1 test fails"),
        ("Red Fast", "1 test fails"),
        ("test_play.py::test_a_b", "1 test fails"),
        ("play", "no tests fail"),
        ("tests/", "no tests fail"),
    ],
)
def test_a_prediction_is_a_part_of_the_name_behind_the_file_in_any_case(toys, part, count):
    toys.run("1", "--apply")
    said = toys.run("--check", "--predict", part)[1]
    assert f"You predicted {part}: {count} with that in the name.\n" in said


@pytest.mark.parametrize("whole", [0, 1])
def test_ctrl_c_while_a_file_is_written_leaves_the_code_whole(toys, monkeypatch, whole):
    """The record is written first, and then the code: the first or the second is interrupted."""
    written = []
    replace = os.replace

    def interrupt(old, new):
        if len(written) == whole:
            raise KeyboardInterrupt
        written.append(new)
        replace(old, new)

    with monkeypatch.context() as patches:
        patches.setattr(files.os, "replace", interrupt)
        assert toys.run("1", "--apply")[0] == 130
    assert toys.code.read_text() == CODE
    assert toys.run("1", "--apply")[0] == 0


def test_one_exercise_at_a_time(toys):
    toys.run("1", "--apply")
    refused = (1, "", "Exercise 1 is applied; take it back first, with --undo.\n")
    assert toys.run("1", "--apply") == refused
    assert toys.run("--secret", "1") == refused
    assert toys.run("2", "--check")[2] == "Exercise 2 is not applied, but exercise 1 is.\n"


@pytest.mark.parametrize("action", ["--check", "--undo", "--answer"])
def test_what_is_about_the_applied_exercise_needs_one(toys, action):
    assert toys.run(action) == (
        1,
        "",
        "No exercise is applied; `whatwg-websockets exercise N --apply` applies one.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--apply"], "--apply needs the number of an exercise"),
        (["1", "--apply", "--undo"], "--apply and --undo exclude each other"),
        (
            ["1", "--secret", "1"],
            "--secret chooses the step itself; leave the number of the exercise out",
        ),
        (["1", "--predict", "x"], "--predict goes with --check only"),
        (["4"], "there is no exercise 4; without a number, the command lists all exercises"),
        (["4", "--answer"], "there is no exercise 4"),
    ],
)
def test_a_wrong_command_line_is_refused(toys, arguments, why):
    status, _, told = toys.run(*arguments)
    assert status == 2
    assert why in told
    assert toys.code.read_text() == CODE


def test_a_page_may_have_no_exercises(toys):
    toys.page.write_text("No exercises.\n")
    assert toys.run() == (0, "", "")


def test_without_a_checkout_the_command_says_what_it_needs(toys):
    toys.page.unlink()
    status, said, told = toys.run("1", "--apply")
    assert (status, said) == (3, "")
    assert told.startswith("This command changes the code of a checkout, and this is not one:")
    assert told.count("\n") == 1


def test_a_record_that_cannot_be_read_is_named(toys):
    (toys.root / ".exercise.json").write_text("{}")
    assert toys.run("--undo") == (
        1,
        "",
        ".exercise.json is not as this command wrote it; delete the file, and see `git diff`.\n",
    )


@pytest.mark.parametrize(
    ("text", "by", "line", "problem"),
    [
        ("```diff", "```patch", 5, "exercise 1 needs a block ```diff"),
        ("--- src/toys/play.py", "src/toys/play.py", 5, "exercise 1 needs a change below a line"),
        ("**Predict.** Which", "Which", 5, "exercise 1 needs a paragraph that begins with"),
    ],
)
def test_an_exercise_that_is_not_complete_is_a_fault_of_the_page(toys, text, by, line, problem):
    toys.page.write_text(PAGE.replace(text, by, 1))
    status, _, told = toys.run()
    assert status == 1
    assert told.startswith(f"docs/exercises.md:{line}: {problem}")


def test_git_may_be_missing(toys, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert toys.run("1", "--apply")[0] == 0


def test_a_copy_without_a_repository_is_a_checkout_too(toys):
    shutil.rmtree(toys.root / ".git")
    assert toys.run("1", "--apply")[0] == 0


def test_pytest_may_be_missing(toys, monkeypatch):
    toys.run("1", "--apply")
    monkeypatch.setattr(exercise_run.importlib.util, "find_spec", lambda name: None)
    assert toys.run("--check")[::2] == (
        3,
        "The tests need pytest: run `make setup`, and use what is in .venv/bin.\n",
    )


def test_tests_that_do_not_run_are_not_taken_for_tests_that_pass(toys):
    toys.run("1", "--apply")
    (toys.root / "tests" / "test_play.py").unlink()
    status, _, told = toys.run("--check")
    assert status == 3
    assert told.startswith("pytest did not run the tests: ")
    assert told.count("\n") == 1


def test_ctrl_c_ends_a_check(toys, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    toys.run("1", "--apply")
    monkeypatch.setattr(exercise, "failing_tests", interrupt)
    assert toys.run("--check")[0] == 130
    assert toys.run("--undo")[0] == 0


def test_tests_may_take_so_long_and_no_longer(toys):
    with pytest.raises(TimeoutError):
        exercise_run.failing_tests(toys.root, "pytest", seconds=0.01)


# The exercise of --secret.


@pytest.fixture
def hidden(toys, monkeypatch):
    """A record with two steps that can be found, and one that the code does not have."""
    toys.code.write_text(STEPS)
    toys.commit()
    monkeypatch.setattr(hidden_step, "source_folder", lambda: toys.code.parent)
    record = toys.root / "docs" / "recordings" / "hidden-steps.json"
    record.parent.mkdir()
    entry = {"module": "play.py", "algorithm": "play(toy)"}
    record.write_text(
        json.dumps(
            [
                {**entry, "steps": ["1"], "what": "turned round"},
                {**entry, "steps": ["2"], "what": "taken out"},
                {**entry, "steps": ["3"], "what": "taken out"},
                {**entry, "module": "sleep.py", "steps": ["1"], "what": "taken out"},
            ]
        )
    )
    return record


def test_a_step_is_taken_out_without_its_name(toys, hidden):
    status, said, _ = toys.run("--secret", "1")
    assert status == 0
    assert '    $ COLUMNS=250 pytest -q --tb=no -k "not uvloop" tests/test_play.py\n' in said
    assert said.startswith(
        "One step is taken out now, or its condition is turned round. The failing tests show which:"
    )
    assert "play(toy)" not in said
    assert toys.code.read_text() != STEPS
    assert "The exercise of --secret is applied; --undo takes it back.\n" in toys.run()[1]
    assert toys.run("3", "--check")[2] == (
        "Exercise 3 is not applied, but the exercise of --secret is.\n"
    )
    status, said, _ = toys.run("--check")
    assert status == 0
    assert "fail:\n" in said
    assert "answer" not in said
    answer = toys.run("--answer")[1]
    assert toys.run("--undo")[1] == f"src/toys/play.py is as it was before.\n{answer}"
    assert toys.code.read_text() == STEPS


def test_the_number_decides_which_step_it_is(toys, hidden):
    answers = {}
    for number in [*range(1, 5), 3, 4]:
        toys.run("--secret", str(number))
        answer = toys.run("--undo")[1]
        assert answers.setdefault(number, answer) == answer
    assert sorted({each.splitlines()[1] for each in answers.values()}) == [
        "play(toy) 1 was turned round.",
        "play(toy) 2 was taken out.",
    ]
    assert "src/toys/play.py:7: Turn a car." in "".join(answers.values())


def test_numbers_one_after_the_other_take_out_different_steps(toys, hidden):
    hidden.write_text(json.dumps(json.loads(hidden.read_text())[:2]))
    answers = []
    for number in (1, 2):
        toys.run("--secret", str(number))
        answers.append(toys.run("--undo")[1])
    assert answers[0] != answers[1]


@pytest.mark.parametrize("number", [-1, 0, 5, 9999])
def test_a_number_that_stands_for_no_step_is_refused(toys, hidden, number):
    status, _, told = toys.run("--secret", str(number))
    assert status == 2
    assert f"there is no step {number}; the numbers are 1 to 4" in told
    assert toys.code.read_text() == STEPS


def test_a_record_of_other_code_is_refused(toys, hidden):
    hidden.write_text("[]")
    assert toys.run("--secret", "1") == (
        1,
        "",
        "The code has none of the steps that docs/recordings/hidden-steps.json names.\n",
    )
