"""The real suite against this implementation, where the suite is available."""

import json
import subprocess
import sys

import pytest

MAIN = "from whatwg_websockets.cli import main; main()"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_cases_of_the_real_suite(tmp_path):
    options = ["--cases", "1.1.1,7.1.1", "--jobs", "1", "--report-dir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "conformance", "run", "--suite", "autobahn", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    if done.returncode == 3:
        pytest.skip(done.stdout)
    assert done.returncode == 0, done.stdout
    (cases,) = json.loads((tmp_path / "autobahn" / "index.json").read_text()).values()
    assert {case: result["behavior"] for case, result in cases.items()} == {
        "1.1.1": "OK",
        "7.1.1": "OK",
    }
    assert all(result["behaviorClose"] == "OK" for result in cases.values())
