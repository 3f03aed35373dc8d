"""A process that has loaded the libraries that the tests need, and forks for each run of pytest.

Loading pytest and its plugins takes longer than most of the runs that :mod:`.workshop` requests.
The module runs as a script, and imports nothing of this project, so that each fork imports the code
as it is at that time.

Each line of its standard input is a JSON array with the arguments of pytest and the file for what
pytest prints. Two lines answer it: the number of the process that runs pytest, which leads a
process group by then; and its exit status, which is negative if a signal ended the process.
"""

import importlib
import json
import os
import sys
import traceback
from contextlib import suppress

LOADED = (
    *("pytest", "pytest_timeout", "pytest_cov.plugin", "pytest_asyncio.plugin", "xdist.plugin"),
    *("coverage", "hypothesis.strategies", "sybil", "docutils.nodes", "bitarray", "h11"),
    *("asyncio", "uvloop", "cryptography.x509", "trustme", "yaml", "typer.testing", "rich.console"),
    *("websockets.sync.client", "websockets.asyncio.server"),
)
"""The libraries that the runs of pytest import; those that are not installed are skipped."""


def main() -> None:
    """Answer each line of the standard input until it ends."""
    sys.path.insert(0, os.getcwd())
    for name in LOADED:
        with suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        arguments, said = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(arguments, said)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _run(arguments: list[str], said: str) -> None:
    """Run pytest in this process, and end it."""
    os.setsid()
    print(os.getpid(), flush=True)
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number, file in enumerate((nothing, output, output)):
        os.dup2(file, number)
    code = 3
    try:
        import pytest

        code = int(pytest.main(arguments))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
