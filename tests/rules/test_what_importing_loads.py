"""Importing the package does not load modules that few programs need."""

import os
import subprocess
import sys

UNNEEDED = ("http.client", "json", "pathlib", "publicsuffixlist", "truststore", "urllib.parse")


def test_modules_that_few_need_are_not_imported():
    program = f"import sys, whatwg_websockets; print([m for m in {UNNEEDED} if m in sys.modules])"
    # What measures coverage in child processes imports some of them itself.
    environ = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, check=True, env=environ
    )
    assert done.stdout.split() == [b"[]"]
