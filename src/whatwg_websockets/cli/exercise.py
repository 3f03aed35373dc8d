"""The command ``whatwg-websockets exercise``: change a step, and restore it."""

import re
import shutil
import textwrap
from collections.abc import Callable, Iterable
from functools import partial
from typing import Annotated, NoReturn

import typer

from whatwg_websockets.cli import EXIT_INTERRUPTED, EXIT_MISSING
from whatwg_websockets.cli.spec_sources import EXIT_FAULT
from whatwg_websockets.steps.changed_file import Change, Checkout, Refused
from whatwg_websockets.steps.comments import source_folder
from whatwg_websockets.steps.exercise_run import NoTests, failing_tests, finds_nothing_wrong
from whatwg_websockets.steps.exercises import PAGE, Exercise, read_exercises
from whatwg_websockets.steps.faults import place
from whatwg_websockets.steps.hidden_step import hide_a_step
from whatwg_websockets.steps.toml_file import IndexFault

NO_CHECKOUT = (
    "This command changes the code of a checkout, and this is not one: clone the repository, "
    "run `make setup` in it, and use the command in its .venv/bin."
)


def exercise_command(
    number: Annotated[
        int | None,
        typer.Argument(help="The number of the exercise; without it, all exercises are listed."),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Change the code.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Run the tests, and compare what fails with the answer.")
    ] = False,
    predict: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEST",
            help="With --check: a test that you expect to fail, or a part of its name, in any "
            "case; repeat the option for several.",
        ),
    ] = None,
    answer: Annotated[bool, typer.Option("--answer", help="Print the answer.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Restore the file that was changed.")
    ] = False,
    secret: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="Take out a step without naming it; NUMBER decides which."
        ),
    ] = None,
) -> None:
    """Change a step of the code, predict which tests fail, and run them.

    Without an option, the command prints the exercise. Without a number, --check, --answer and
    --undo act on the change that is applied. The exit status is 1 if the tests that fail are not
    those that the answer names, or if the code cannot be changed, and 3 outside of a checkout.
    """
    root = source_folder().parents[1]
    if not (root / PAGE).is_file():
        _end(NO_CHECKOUT, EXIT_MISSING)
    checkout = Checkout(root)
    actions: dict[str, Callable[[], bool]] = {
        "--apply": partial(_apply, checkout, number),
        "--check": partial(_check, checkout, number, predict or []),
        "--answer": partial(_answer, checkout, number),
        "--undo": partial(_undo, checkout, number),
        "--secret": partial(_hide, checkout, secret or 0),
        "": partial(_show, checkout, number),
    }
    flags = (apply, check, answer, undo, secret is not None)
    asked = [name for name, is_asked in zip(actions, flags, strict=False) if is_asked]
    _refuse_contradictions(asked, number, predict)
    try:
        is_well = actions["".join(asked)]()
    except (NoTests, Refused) as error:
        _end(str(error), EXIT_MISSING if isinstance(error, NoTests) else EXIT_FAULT)
    except IndexFault as fault:
        _end(f"{place(fault.path, fault.line)}: {fault.problem}", EXIT_FAULT)
    except KeyboardInterrupt:
        raise typer.Exit(EXIT_INTERRUPTED) from None
    raise typer.Exit(0 if is_well else EXIT_FAULT)


def _refuse_contradictions(asked: list[str], number: int | None, predict: list[str] | None) -> None:
    """Refuse options that do not go together.

    Raises:
        typer.BadParameter: there are such options.
    """
    if len(asked) > 1:
        raise typer.BadParameter(f"{' and '.join(asked)} exclude each other")
    if asked == ["--apply"] and number is None:
        raise typer.BadParameter("--apply needs the number of an exercise")
    if asked == ["--secret"] and number is not None:
        raise typer.BadParameter(
            "--secret chooses the step itself; leave the number of the exercise out"
        )
    if predict and asked != ["--check"]:
        raise typer.BadParameter("--predict goes with --check only")


def _end(message: str, status: int) -> NoReturn:
    """Print a line on standard error, and exit."""
    typer.echo(message, err=True)
    raise typer.Exit(status)


def _exercise(checkout: Checkout, number: int) -> Exercise:
    """Return an exercise of the page.

    Raises:
        typer.BadParameter: the page has no exercise of this number.
        IndexFault: the page of the exercises cannot be parsed.
    """
    for exercise in read_exercises(checkout.root / PAGE):
        if exercise.number == number:
            return exercise
    raise typer.BadParameter(
        f"there is no exercise {number}; without a number, the command lists all exercises"
    )


def _applied(checkout: Checkout, number: int | None) -> Change:
    """Return the change that is applied.

    Raises:
        Refused: no change is applied, or the change of another exercise.
    """
    change = checkout.change
    if change is None:
        raise Refused("No exercise is applied; `whatwg-websockets exercise N --apply` applies one.")
    if number not in (None, change.number):
        raise Refused(f"Exercise {number} is not applied, but {change.name_in_a_sentence} is.")
    return change


def _show(checkout: Checkout, number: int | None) -> bool:
    """Print an exercise without its answer, or the list of all."""
    change = checkout.change
    if number is None:
        for each in read_exercises(checkout.root / PAGE):
            typer.echo(f"{each.number:3}  {each.title}  ({each.file.as_posix()})")
        if change is not None and not checkout.was_taken_back(change):
            typer.echo(f"\n{_wrapped(f'{change.name} is applied; --undo takes it back.')}")
        return True
    exercise = _exercise(checkout, number)
    typer.echo(f"{exercise.number}. {exercise.title}\n\n{_wrapped(exercise.text)}\n")
    typer.echo("\n".join((f"    {exercise.file.as_posix()}", *_indented(exercise.change))))
    typer.echo(f"\n{_wrapped(f'Predict. {exercise.question}')}\n")
    typer.echo("\n".join(_indented(f"$ {each}" for each in exercise.commands)))
    return True


def _wrapped(text: str) -> str:
    """Fit the paragraphs of a text into the width of the terminal, and leave its code as it is."""
    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    paragraphs = [
        part if part.startswith("```") else _folded(part)
        for each in parts
        for part in ([each] if each.startswith("```") else each.strip().split("\n\n"))
    ]
    return "\n\n".join(paragraphs)


def _say(text: str) -> None:
    """Print a paragraph that fits into the width of the terminal."""
    typer.echo(_folded(text))


def _folded(text: str, indentation: str = "") -> str:
    """Fit a paragraph into the width of the terminal; paths and options stay whole."""
    return textwrap.fill(
        text,
        shutil.get_terminal_size().columns,
        initial_indent=indentation,
        subsequent_indent=indentation,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _failure(line: str) -> str:
    """Return what pytest printed of a test that fails: its name, and below it the reason."""
    name, _, reason = line.partition(" - ")
    return "\n".join([f"    {name}", *([_folded(reason, " " * 8)] if reason else [])])


def _apply(checkout: Checkout, number: int | None) -> bool:
    """Apply an exercise."""
    exercise = _exercise(checkout, number or 0)
    text = checkout.text_of(exercise.file)
    if text.count(exercise.before) != 1:
        raise Refused(
            f"{exercise.file.as_posix()} does not have the lines of exercise {number} exactly "
            "once, so nothing was changed."
        )
    change = Change(
        name=f"Exercise {exercise.number}",
        number=exercise.number,
        file=exercise.file.as_posix(),
        before=text,
        after=text.replace(exercise.before, exercise.after),
        commands=exercise.commands,
    )
    checkout.apply(change)
    _say(f"{change.file} is changed. --check runs the tests, --undo takes the change back.")
    return True


def _hide(checkout: Checkout, number: int) -> bool:
    """Take out a step without naming it.

    Raises:
        typer.BadParameter: there is no step of this number.
    """
    checkout.refuse_a_second_change()
    try:
        change = hide_a_step(checkout.root, number)
    except LookupError as error:
        raise typer.BadParameter(str(error), param_hint="--secret") from None
    checkout.text_of(change.file)
    checkout.apply(change)
    _say(
        "One step is taken out now, or its condition is turned round. The failing tests show which:"
    )
    typer.echo()
    typer.echo("\n".join(_indented(f"$ {each}" for each in change.commands)))
    typer.echo("\n--answer names the step, --undo puts it back.")
    return True


def _check(checkout: Checkout, number: int | None, predicted: list[str]) -> bool:
    """Run the commands of the applied exercise, and compare the tests that fail with its answer."""
    change = _applied(checkout, number)
    checkout.refuse_further_changes(change)
    tests, *checks = change.commands
    typer.echo(f"$ {tests}")
    failing = failing_tests(checkout.root, tests)
    typer.echo(f"{_count(failing)}{':' if failing else '.'}")
    typer.echo("".join(f"  {name}\n" for name in failing), nl=False)
    for part in predicted:
        found = [name for name in failing if _is_meant(name, part)]
        _say(f"You predicted {part}: {_count(found)} with that in the name.")
    if predicted:
        _say(_how_good(predicted, failing))
    is_well = all(_finds_nothing_wrong(checkout, each) for each in checks)
    if change.number is None:
        return True
    expected = _exercise(checkout, change.number).failing
    if sorted(failing) == sorted(expected):
        _say("These are the tests that the answer names. --answer says why they fail.")
        return is_well
    missing, others = set(expected) - set(failing), set(failing) - set(expected)
    _say(
        f"The answer names other tests. It names {len(missing)} that do not fail here, and it "
        f"does not name {len(others)} that fail."
    )
    return False


def _is_meant(name: str, part: str) -> bool:
    """Return whether a prediction names a test; as with pytest's -k, case does not matter.

    Every file of tests has "test" in its path, so a path counts only if the prediction has "::".
    """
    meant = name if "::" in part else name.partition("::")[2]
    return part.lower() in meant.lower()


def _how_good(predicted: list[str], failing: list[str]) -> str:
    """Write how many failing tests were not predicted, and how many predictions were wrong."""
    missed = [name for name in failing if not any(_is_meant(name, part) for part in predicted)]
    wrong = [part for part in predicted if not any(_is_meant(name, part) for name in failing)]
    told = f"You did not predict {len(missed)} of them" if missed else "You predicted them all"
    if not wrong:
        return f"{told}."
    do = "does" if len(wrong) == 1 else "do"
    link = "and" if missed else "but"
    return f"{told}, {link} {len(wrong)} of your predictions {do} not come true."


def _finds_nothing_wrong(checkout: Checkout, command: str) -> bool:
    """Run a command that, according to the exercise, finds no fault."""
    typer.echo(f"$ {command}")
    found = finds_nothing_wrong(checkout.root, command)
    typer.echo("The command finds no fault." if found else "The command finds a fault.")
    return found


def _count(tests: list[str]) -> str:
    """Write how many tests fail."""
    return "1 test fails" if len(tests) == 1 else f"{len(tests) or 'no'} tests fail"


def _answer(checkout: Checkout, number: int | None) -> bool:
    """Print the answer of an exercise, or which step is hidden."""
    if number is None:
        change = _applied(checkout, None)
        if change.number is None:
            typer.echo(_of_a_hidden_step(change))
            return True
        number = change.number
    exercise = _exercise(checkout, number)
    typer.echo(f"{_wrapped(exercise.answer)}\n")
    typer.echo("\n".join(map(_failure, exercise.failures)))
    return True


def _of_a_hidden_step(change: Change) -> str:
    """Return which step is hidden: its name, and below it its place with its comment."""
    return "\n".join(map(_folded, change.answer.splitlines()))


def _undo(checkout: Checkout, number: int | None) -> bool:
    """Restore the file that the applied change changed."""
    change = _applied(checkout, number)
    checkout.undo(change)
    typer.echo(f"{change.file} is as it was before.")
    if change.answer:
        typer.echo(_of_a_hidden_step(change))
    return True
