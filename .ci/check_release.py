"""Says whether a tag can become a release; the workflow of a release runs this first.

``python .ci/check_release.py v1.2.3`` ends with 0 where it can. Where it cannot, it ends with 1,
and each reason is a line on the standard error. ``--notes`` prints what CHANGELOG.md says of it.
Nothing but Python 3.11 is needed.
"""

import argparse
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]

PLACEHOLDER = "OWNER"
"""Stands in the address of the repository until somebody has given it."""

TAG = re.compile(r"v(\d+\.\d+\.\d+((a|b|rc)\d+)?)")
HEADING = re.compile(r"^## (?P<version>\S+)(?: - (?P<date>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)


def address(root: Path = ROOT) -> str:
    """Return the address of the repository, which stands in ``pyproject.toml`` and nowhere else."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["urls"]["Repository"])


def repository(root: Path = ROOT) -> str:
    """Return the owner and the name of the repository, such as ``owner/name``."""
    return urlsplit(address(root)).path.strip("/").removesuffix(".git")


def notes(version: str, root: Path = ROOT) -> str | None:
    """Return what CHANGELOG.md says of a version.

    Returns:
        the text below the heading of the version; None if there is no heading with a date.
    """
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = list(HEADING.finditer(text))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        if heading["version"] == version and heading["date"]:
            return text[heading.end() : following.start() if following else None].strip()
    return None


def reasons(tag: str, running_in: str = "", root: Path = ROOT) -> Iterator[str]:
    """Tell why a tag cannot become a release.

    Args:
        tag: the name of the tag.
        running_in: owner and name of the repository that the workflow runs in; empty elsewhere.
        root: the folder of the checkout.
    """
    if PLACEHOLDER in repository(root).split("/"):
        yield (
            f"pyproject.toml: [project.urls] Repository is {address(root)}, in which {PLACEHOLDER} "
            "is a placeholder; write the address of the repository there (RELEASING.md, "
            "Before the first release)."
        )
    elif running_in and running_in.lower() != repository(root).lower():
        yield (
            f"pyproject.toml: [project.urls] Repository is {address(root)}, but the release is "
            f"made in {running_in}; a release is made in the repository that it names."
        )
    version = TAG.fullmatch(tag)
    if version is None:
        yield f"The tag is {tag}; a release has one such as v1.2.3 or v1.2.3rc1."
    elif not notes(version[1], root):
        yield (
            f'CHANGELOG.md: a section "## {version[1]} - YEAR-MONTH-DAY" with what is in this '
            'release is missing; it is made of "## Unreleased".'
        )


def main(arguments: list[str] | None = None) -> int:
    """Check a tag: 0 where it can become a release, 1 where it cannot."""
    parser = argparse.ArgumentParser(description="Say whether a tag can become a release.")
    parser.add_argument("tag", help="the name of the tag, such as v1.2.3")
    parser.add_argument("--notes", action="store_true", help="print what CHANGELOG.md says of it")
    given = parser.parse_args(arguments)
    found = list(reasons(given.tag, os.environ.get("GITHUB_REPOSITORY", "")))
    for reason in found:
        print(reason, file=sys.stderr)
    if found:
        return 1
    version = given.tag.removeprefix("v")
    print(notes(version) if given.notes else f"{version} can be released.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
