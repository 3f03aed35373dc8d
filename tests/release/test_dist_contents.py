"""What is in the wheel and in the source distribution, and which version they have."""

import re
import subprocess
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path, PurePosixPath

import pytest

from support.dist import ROOT, Dist, build, run_uv

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PACKAGES = {"whatwg_websockets", "websocket_conformance"}
DATA = {".cjs", ".css", ".jinja", ".js", ".json", ".mjs", ".toml", ".txt"}
"""What the judge reads besides Python."""


def names(wheel: Path) -> list[PurePosixPath]:
    with zipfile.ZipFile(wheel) as file:
        return [PurePosixPath(name) for name in file.namelist()]


def metadata(dist: Dist) -> Message:
    with zipfile.ZipFile(dist.wheel) as file:
        about = f"whatwg_websockets-{dist.version}.dist-info/METADATA"
        return message_from_bytes(file.read(about))


def test_the_wheel_has_the_two_packages_and_what_describes_them(dist):
    roots = {name.parts[0] for name in names(dist.wheel)}
    assert roots == PACKAGES | {f"whatwg_websockets-{dist.version}.dist-info"}


def test_of_the_standards_the_wheel_has_the_index_and_the_positions(dist):
    spec = PurePosixPath("whatwg_websockets/steps/spec")
    inside = [name.relative_to(spec) for name in names(dist.wheel) if name.is_relative_to(spec)]
    tables = [name for name in inside if name.suffix == ".toml" and len(name.parts) == 1]
    positions = [name for name in inside if name.suffix == ".md" and name.parts[0] == "positions"]
    assert len(tables) > 10
    # The survivors are for `spec mutate`, which needs the tests.
    assert "survivors.toml" not in {name.name for name in tables}
    assert len(positions) > 80
    assert sorted(inside) == sorted(tables + positions)


def test_what_is_left_out_of_the_wheel_is_there_to_be_left_out():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    left_out = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["exclude"]
    assert [path for path in left_out if not (ROOT / path.lstrip("/")).exists()] == []


def test_beside_python_the_wheel_has_only_what_the_packages_read(dist):
    inside = [name for name in names(dist.wheel) if name.parts[0] == "whatwg_websockets"]
    others = {
        name.name
        for name in inside
        if name.suffix != ".py" and not name.is_relative_to("whatwg_websockets/steps/spec")
    }
    assert others == {"py.typed", "timeline.html.jinja", "timeline.css", "timeline.js"}
    judge = [name for name in names(dist.wheel) if name.parts[0] == "websocket_conformance"]
    assert {name.suffix for name in judge if name.name != "py.typed"} - {".py"} <= DATA


def test_the_wheel_offers_the_extras_of_users_and_no_others(dist):
    about = metadata(dist)
    assert set(about.get_all("Provides-Extra")) == {
        "fast",
        "hsts",
        "proxy",
        "spec",
        "conformance",
        "wpt",
    }
    needed = [each for each in about.get_all("Requires-Dist") if "extra ==" not in each]
    assert needed == ["ada-url>=4", "publicsuffixlist>=1.0.2.20251220", "truststore>=0.10"]
    assert "depends on `ada-url`, `publicsuffixlist` and `truststore` only" in about.get_payload()


def test_the_description_has_no_link_that_leads_nowhere_away_from_the_repository(dist):
    text = metadata(dist).get_payload()
    assert "# whatwg-websockets" in text
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    assert any(link.endswith("/blob/HEAD/docs/conformance.md") for link in links)


def test_the_source_distribution_can_be_worked_in(dist):
    with tarfile.open(dist.sdist) as file:
        inside = {name.partition("/")[2] for name in file.getnames()}
    assert inside >= {"Makefile", ".ci/run", "tests/conftest.py", "docs/conf.py", "action.yml"}
    assert not any(name.startswith((".git/", ".venv")) for name in inside)


@pytest.fixture(scope="module")
def tree(dist, tmp_path_factory) -> Path:
    """The files of the source distribution, without what names its version."""
    place = tmp_path_factory.mktemp("tree")
    with tarfile.open(dist.sdist) as file:
        unpack(file, place)
    (root,) = place.iterdir()
    (root / "PKG-INFO").unlink()
    return root


def git(*words: str, cwd: Path) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=cwd, check=True, capture_output=True)


def archived(checkout: Path, place: Path) -> Dist:
    """Build what a release consists of, of an archive of a checkout's newest commit."""
    archive, unpacked = place / "archive.tar", place / "unpacked"
    place.mkdir()
    git("archive", "--output", str(archive), "HEAD", cwd=checkout)
    with tarfile.open(archive) as file:
        unpack(file, unpacked)
    return build(unpacked, place / "made")


def unpack(file: tarfile.TarFile, place: Path) -> None:
    """Unpack an archive, with the filter that tarfile has from Python 3.11.4 on."""
    if hasattr(tarfile, "data_filter"):
        file.extractall(place, filter="data")
    else:
        file.extractall(place)


def is_not_known(made: Dist) -> bool:
    """Tell whether the version is that which is not known, whose links lead to no tag."""
    return made.version == "0.0" and "/blob/HEAD/docs/" in metadata(made).get_payload()


def test_without_a_history_the_version_is_not_known(tree, tmp_path):
    assert is_not_known(build(tree, tmp_path))


def test_the_version_is_that_of_the_tag_in_the_wheel_the_sdist_and_an_archive(tree, tmp_path):
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    run_git = ("init", "--quiet"), ("--work-tree", str(tree), "add", "--all")
    for words in run_git:
        git(*words, cwd=checkout)
    git("commit", "--quiet", "--message", "A release", cwd=checkout)
    git("checkout", "--quiet", "--force", "HEAD", "--", ".", cwd=checkout)
    assert is_not_known(archived(checkout, tmp_path / "before-the-first-tag"))
    git("tag", "--annotate", "v3.2.1", "--message", "3.2.1", cwd=checkout)
    made = build(checkout, tmp_path / "made")
    assert made.version == "3.2.1"
    assert metadata(made)["Version"] == "3.2.1"
    assert "/blob/v3.2.1/docs/conformance.md" in metadata(made).get_payload()
    assert made.sdist.name == "whatwg_websockets-3.2.1.tar.gz"

    of_archive = archived(checkout, tmp_path / "archived")
    assert of_archive.version == "3.2.1"
    assert "/blob/v3.2.1/docs/conformance.md" in metadata(of_archive).get_payload()

    (checkout / "README.md").write_text("Changed since.\n")
    git("commit", "--quiet", "--all", "--message", "Goes on", cwd=checkout)
    run_uv("build", "--quiet", "--wheel", "--out-dir", str(tmp_path / "later"), str(checkout))
    (later,) = (tmp_path / "later").glob("*.whl")
    assert later.name.startswith("whatwg_websockets-3.2.2.dev1+g")
