"""Does for a runner what a Docker client does, without an engine."""

import os
import shutil
import sys
from pathlib import Path

STATE = Path(os.environ["FAKE_DOCKER"])
SERVER = Path(__file__).with_name("fake_fuzzing_server.py")
CLIENT = Path(__file__).with_name("fake_fuzzing_client.py")


def main(command: str, *arguments: str) -> int:
    with (STATE / "commands").open("a") as log:
        print(command, *arguments[:1], file=log)
    if command == "info":
        print("27.0")
    elif command == "run":
        name = arguments[arguments.index("--name") + 1]
        spec = arguments[-2]
        os.environ.pop("COVERAGE_PROCESS_START", None)  # what stands for the suite is not measured
        program = str(CLIENT if '"servers"' in spec else SERVER)
        os.execv(sys.executable, [sys.executable, program, spec, str(STATE / name)])
    elif command == "cp":
        name = arguments[0].partition(":")[0]
        shutil.copytree(STATE / name, arguments[1])
    elif command in ("image", "pull"):
        return int(os.environ.get(f"FAKE_DOCKER_{command.upper()}", "0"))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
