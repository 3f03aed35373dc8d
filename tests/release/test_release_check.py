"""What a release has to have before it starts, and what the workflows promise."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".ci" / "check_release.py"
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in (ROOT / ".github" / "workflows").glob("*.yml")
}

_spec = importlib.util.spec_from_file_location("check_release", PROGRAM)
check = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check)

CHANGELOG = """\
# Changelog

## Unreleased

## 1.3.0 - 2027-02-01

### Added

- Something.

## 1.2.0

- No day.

## 1.1.0 - 2026-12-24
"""


@pytest.fixture
def root(tmp_path) -> Path:
    """A checkout whose address is given and whose changelog has releases."""
    give(tmp_path, "https://forge.example/someone/whatwg-websockets")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    return tmp_path


def give(root: Path, address: str) -> None:
    (root / "pyproject.toml").write_text(f'[project.urls]\nRepository = "{address}"\n')


def test_a_version_with_a_section_can_be_released(root):
    assert list(check.reasons("v1.3.0", "someone/whatwg-websockets", root)) == []
    assert check.notes("1.3.0", root) == "### Added\n\n- Something."


def test_it_cannot_while_the_address_is_the_placeholder(root):
    give(root, f"https://github.com/{check.PLACEHOLDER}/whatwg-websockets")
    (reason,) = check.reasons("v1.3.0", "someone/whatwg-websockets", root)
    assert reason.startswith(
        "pyproject.toml: [project.urls] Repository is https://github.com/OWNER/"
    )
    assert "RELEASING.md, Before the first release" in reason
    assert "## Before the first release" in (ROOT / "RELEASING.md").read_text(encoding="utf-8")


def test_it_cannot_in_another_repository(root):
    (reason,) = check.reasons("v1.3.0", "another/whatwg-websockets", root)
    assert "but the release is made in another/whatwg-websockets" in reason


@pytest.mark.parametrize("tag", ["1.3.0", "v1.3", "v1.3.0-rc1", "v1.3.0.dev1", "vv1.3.0"])
def test_a_tag_that_is_no_version_cannot(root, tag):
    (reason,) = check.reasons(tag, root=root)
    assert reason == f"The tag is {tag}; a release has one such as v1.2.3 or v1.2.3rc1."


@pytest.mark.parametrize("version", ["1.4.0", "1.2.0", "1.1.0", "1.3.0rc1"])
def test_a_version_without_a_section_a_day_or_words_cannot(root, version):
    (reason,) = check.reasons(f"v{version}", root=root)
    assert f'a section "## {version} - YEAR-MONTH-DAY"' in reason


def test_the_program_says_each_reason_on_stderr_and_ends_with_1():
    done = subprocess.run([sys.executable, PROGRAM, "nonsense"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "The tag is nonsense" in done.stderr


def test_the_address_stands_in_one_place():
    """No other file names an owner of this repository."""
    name = check.repository().partition("/")[2]
    pages = [*ROOT.glob("*.*"), *ROOT.glob(".github/**/*.*"), *ROOT.glob("docs/*.*")]
    written = {".cff", ".md", ".py", ".toml", ".yaml", ".yml"}
    places = [
        path.relative_to(ROOT).as_posix()
        for path in pages
        if path.suffix in written
        and re.search(rf"(?<![\w./-])[\w.-]+/{name}\b|github\.com/[\w-]+/{name}", path.read_text())
    ]
    assert places == ["pyproject.toml"]


def test_the_version_stands_nowhere():
    assert "\nversion" not in (ROOT / "CITATION.cff").read_text(encoding="utf-8").replace(
        "cff-version", ""
    )


def test_a_release_begins_with_the_check_and_publishes_after_the_tests():
    jobs = WORKFLOWS["release"]["jobs"]
    assert [name for name, job in jobs.items() if "needs" not in job] == ["ready"]
    assert jobs["ready"]["steps"][-1]["run"] == 'python .ci/check_release.py "$GITHUB_REF_NAME"'
    assert set(jobs["publish"]["needs"]) == {"test", "build"}
    assert jobs["publish"]["permissions"] == {"id-token": "write"}


def test_each_action_is_pinned_by_a_hash():
    used = {
        step["uses"]
        for workflow in WORKFLOWS.values()
        for job in workflow["jobs"].values()
        for step in job.get("steps", ())
        if "uses" in step
    }
    assert {each for each in used if not re.search(r"@[0-9a-f]{40}$", each)} == set()
    text = (ROOT / "RELEASING.md").read_text(encoding="utf-8")
    to_be_compared = set(re.findall(r"^- `(\S+)`, in", text, re.MULTILINE))
    assert to_be_compared <= used


def test_ci_runs_each_python_and_each_system():
    jobs = WORKFLOWS["ci"]["jobs"]
    matrix = jobs["test"]["strategy"]["matrix"]
    pythons = {*matrix["python"], "3.11"}
    assert pythons == {"3.11", "3.12", "3.13", "3.14"}
    assert {each["os"] for each in matrix["include"]} == {"macos-latest"}
    assert jobs["windows"]["runs-on"] == "windows-latest"
