"""A checkout is fetched with git, here from a repository on this machine."""

import subprocess
from pathlib import Path

import pytest

from websocket_conformance.errors import MissingError, UsageError
from websocket_conformance.wpt import fetching
from websocket_conformance.wpt.checkout import opened
from websocket_conformance.wpt.fetching import fetch

OWN = Path(__file__).parent / "checkout"
WHO = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org")


def git(place: Path, *words: str) -> str:
    done = subprocess.run(["git", *WHO, *words], cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(repository: Path, file: str, text: str) -> None:
    place = repository / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "another")


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    """A repository with what is needed, with what is not, and with two commits."""
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "--quiet")
    git(repository, "config", "uploadpack.allowFilter", "true")
    for file in OWN.rglob("*.*"):
        if file.is_file():
            commit(repository, str(file.relative_to(OWN)), file.read_text(encoding="utf-8"))
    commit(repository, "css/huge.html", "not needed")
    monkeypatch.setenv(fetching.REPOSITORY_VARIABLE, repository.as_uri())
    return repository


async def test_a_checkout_has_what_is_needed_and_no_more(repository, tmp_path):
    said: list[str] = []
    place = tmp_path / "cache" / "wpt"
    await fetch(place, said.append)
    assert len(said) == 1
    assert repository.as_uri() in said[0]
    assert (place / "websockets" / "echo.any.js").is_file()
    assert not (place / "css").exists()
    assert git(place, "rev-list", "--count", "HEAD") == "1"
    assert len(opened(place).pages) == 10
    head = git(repository, "log", "-1", "--format=%h of %cs", "--abbrev=10")
    assert opened(place).version == f"web-platform-tests, commit {head}"
    assert not list(place.glob(".git-log"))

    commit(repository, "websockets/new.any.js", "")
    (place / "websockets" / "echo.any.js").write_text("changed")
    await fetch(place, said.append)
    assert (place / "websockets" / "new.any.js").is_file()
    assert "async_test" in (place / "websockets" / "echo.any.js").read_text()


async def test_an_empty_folder_can_be_fetched_to(repository, tmp_path):
    (tmp_path / "here").mkdir()
    await fetch(tmp_path / "here", lambda _: None)
    assert opened(tmp_path / "here").pages


async def test_nothing_of_a_persons_own_is_overwritten(repository, tmp_path):
    with pytest.raises(UsageError, match="was not fetched by --fetch"):
        await fetch(repository, lambda _: None)
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="was not fetched by --fetch"):
        await fetch(tmp_path / "file", lambda _: None)
    with pytest.raises(UsageError, match=r"Nothing can be fetched to .*: "):
        await fetch(tmp_path / "file" / "below", lambda _: None)


async def test_what_git_says_is_told_and_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setenv(fetching.REPOSITORY_VARIABLE, (tmp_path / "gone").as_uri())
    with pytest.raises(MissingError, match=r"cannot be fetched from file://.*gone: git fetch: "):
        await fetch(tmp_path / "wpt", lambda _: None)
    assert list(tmp_path.iterdir()) == []


async def test_without_git_it_is_told_that_it_is_needed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="git is not installed"):
        await fetch(tmp_path / "wpt", lambda _: None)
