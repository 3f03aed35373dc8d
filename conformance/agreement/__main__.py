"""``python -m agreement compare`` and ``python -m agreement record``."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from agreement import command, record
from agreement.bench import Testee, bench, chosen, select
from agreement.embedded import EmbeddedServer
from agreement.verdicts import RUNS
from websocket_conformance.autobahn.find import Source
from websocket_conformance.cases.profile import Profile

TesteesOption = Annotated[
    list[str],
    typer.Option(
        help="Testees such as ws or 'text-*'; repeat the option or use commas for several."
    ),
]
WithoutOption = Annotated[
    list[str],
    typer.Option(
        help="Testees to leave out, such as ws; repeat the option or use commas for several."
    ),
]
CasesOption = Annotated[
    list[str],
    typer.Option(help="Cases such as 1.1.1 or '6.*'; repeat the option or use commas for several."),
]
LanesOption = Annotated[int, typer.Option(min=1, help="How many testees run at a time.")]
SaveOption = Annotated[
    Path | None, typer.Option(help="A file to which the figures are written, as JSON.")
]
RecordedOption = Annotated[Path, typer.Option(help="The folder of the recorded verdicts.")]
ALL = ["*"]

app = typer.Typer(
    help="Compare the embedded suite's verdicts with those of the real Autobahn suite.",
    add_completion=False,
    no_args_is_help=True,
)


def _split(values: list[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _testees(values: list[str], without: list[str]) -> list[Testee]:
    found = _named(bench().values(), values, "--testees")
    if not without:
        return found
    out = {testee.name for testee in _named(bench().values(), without, "--without")}
    return [testee for testee in found if testee.name not in out]


def _named(testees: Iterable[Testee], values: list[str], option: str) -> list[Testee]:
    """Return the testees that some patterns match; each pattern has to match one."""
    every = list(testees)
    for pattern in _split(values):
        if not chosen(every, [pattern]):
            raise typer.BadParameter(f"No testee is called {pattern}.", param_hint=option)
    return chosen(every, _split(values))


def _cases(values: list[str]) -> frozenset[str]:
    try:
        return frozenset(select(_split(values)))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--cases") from error


def _console(*, stderr: bool = False) -> Console:
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


@app.command()
def compare(
    testees: TesteesOption = ALL,
    without: WithoutOption = [],  # noqa: B006
    cases: CasesOption = ALL,
    profile: Annotated[
        Profile, typer.Option(help="The profile of the embedded suite: many messages, or few.")
    ] = Profile.FULL,
    lanes: LanesOption = 2,
    repeat: Annotated[int, typer.Option(min=1, help="How often all cases are played.")] = 1,
    load: Annotated[
        bool, typer.Option("--load", help="Keep every core busy while the cases are played.")
    ] = False,
    save: SaveOption = None,
    recorded: RecordedOption = record.DIRECTORY,
) -> None:
    """Compare the embedded suite's verdicts with the recorded verdicts of the real suite.

    The exit status is 0 if all verdicts are the same or their differences are explained, and no
    verdict changed between repetitions; 1 if not; 2 for a wrong option; 3 if a recorded testee is
    not installed in the recorded version and --without does not name it; 130 if interrupted.
    """
    suite = EmbeddedServer(profile)
    comparison = command.Comparison(_cases(cases), lanes, repeat, load, suite, recorded, save=save)
    chosen_ones = _testees(testees, without)
    status = command.compare(comparison, chosen_ones, _console(), _console(stderr=True))
    raise typer.Exit(status)


@app.command("record")
def record_verdicts(
    testees: TesteesOption = ALL,
    without: WithoutOption = [],  # noqa: B006
    cases: CasesOption = ALL,
    runs: Annotated[int, typer.Option(min=1, help="How often each case is played.")] = RUNS,
    lanes: LanesOption = 2,
    suite: Annotated[Source, typer.Option(help="The source of the suite.")] = Source.AUTO,
    recorded: RecordedOption = record.DIRECTORY,
) -> None:
    """Run the testees against the real suite and record its verdicts; continue an earlier record.

    The exit status is 0 if everything is recorded; 1 if the suite or a testee cannot be started; 2
    for a wrong option; 3 if the suite is not available, or a testee is not installed and --without
    does not name it; 130 if interrupted.
    """
    recording = record.Recording(_cases(cases), runs, lanes, recorded)
    chosen_ones = _testees(testees, without)
    status = command.make_record(recording, chosen_ones, suite, _console(), _console(stderr=True))
    raise typer.Exit(status)


def main() -> None:
    """Run the command line."""
    app(prog_name="python -m agreement")


if __name__ == "__main__":
    main()
