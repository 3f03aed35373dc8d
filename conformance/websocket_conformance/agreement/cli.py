"""``whatwg-websockets conformance agreement`` and ``whatwg-websockets conformance record``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from websocket_conformance.agreement import command, record
from websocket_conformance.agreement.bench import Testee, bench, chosen
from websocket_conformance.agreement.embedded import EmbeddedSuite
from websocket_conformance.agreement.verdicts import RUNS
from websocket_conformance.autobahn import catalogue
from websocket_conformance.autobahn.find import Source

TesteesOption = Annotated[
    list[str], typer.Option(help="Testees such as ws or 'text-*'; repeat it or use commas.")
]
CasesOption = Annotated[
    list[str], typer.Option(help="Cases such as 1.1.1 or '6.*'; repeat it or use commas.")
]
LanesOption = Annotated[int, typer.Option(min=1, help="Testees side by side.")]
ALL = ["*"]


class Profile(StrEnum):
    """How many messages the cases send that send many."""

    QUICK = "quick"
    FULL = "full"


def _split(values: list[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _testees(values: list[str]) -> list[Testee]:
    found = chosen(bench().values(), _split(values))
    if not found:
        raise typer.BadParameter("no testee is called that", param_hint="--testees")
    return found


def _cases(values: list[str]) -> frozenset[str]:
    try:
        return frozenset(catalogue.select(_split(values)))
    except catalogue.UnknownPatternError as error:
        raise typer.BadParameter(str(error), param_hint="--cases") from error


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def agreement(
    testees: TesteesOption = ALL,
    cases: CasesOption = ALL,
    profile: Annotated[Profile, typer.Option(help="Messages a case.")] = Profile.FULL,
    lanes: LanesOption = 2,
    repeat: Annotated[int, typer.Option(min=1, help="How often to play all.")] = 1,
    load: Annotated[bool, typer.Option("--load", help="Keep every core busy meanwhile.")] = False,
    recorded: Annotated[Path, typer.Option(help="Where the verdicts are kept.")] = record.DIRECTORY,
) -> None:
    """Hold the embedded suite's verdicts against the recorded ones of the real suite.

    Ends with 0 if each is the same or its difference is explained, and none moved between
    repetitions; 1 if not; 2 for a wrong option; 130 if interrupted.
    """
    suite = EmbeddedSuite(profile.value)
    settings = command.Settings(_cases(cases), lanes, repeat, load, suite, recorded)
    raise typer.Exit(command.agreement(settings, _testees(testees), _console()))


def record_verdicts(
    testees: TesteesOption = ALL,
    cases: CasesOption = ALL,
    runs: Annotated[int, typer.Option(min=1, help="How often to play each case.")] = RUNS,
    lanes: LanesOption = 2,
    suite: Annotated[Source, typer.Option(help="Where to take the suite from.")] = Source.AUTO,
    recorded: Annotated[Path, typer.Option(help="Where the verdicts are kept.")] = record.DIRECTORY,
) -> None:
    """Run the testees against the real suite and keep its verdicts; goes on where it was.

    Ends with 0 when all is recorded, 2 for a wrong option, 3 if the suite cannot be had,
    130 if interrupted.
    """
    settings = record.Settings(_cases(cases), runs, lanes, recorded)
    raise typer.Exit(command.make_record(settings, _testees(testees), suite, _console()))
