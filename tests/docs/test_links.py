"""The links of README and documentation lead to files of the checkout, also before `make docs`."""

import re
from pathlib import Path

import pytest

from support.chapters import ROOT

MADE = (ROOT / "docs/standard", ROOT / "docs/positions", ROOT / "docs/_build")
"""The folders that only `make docs` makes."""

PAGES = [
    path
    for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")))
    if path.name != "index.md"  # It is the home of the built docs, and no page links to it.
]


def links(text: str) -> list[str]:
    """Return the targets of the links of a page to files, without the anchors."""
    without_code = re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^()\s#]+)(?:#[^()\s]*)?\)", without_code)
    return [each for each in targets if "://" not in each and not each.startswith("mailto:")]


def leads_to_a_file(page: Path, target: str) -> bool:
    path = (page.parent / target).resolve()
    return path.exists() and not any(path.is_relative_to(folder) for folder in MADE)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_each_link_leads_to_a_file_of_the_checkout(page: Path):
    found = links(page.read_text(encoding="utf-8"))
    assert [each for each in found if not leads_to_a_file(page, each)] == []


def test_a_link_to_what_only_make_docs_makes_is_found():
    text = "[a](using.md#x) [b](positions/index.md), [c](https://a.example/) `[d](e.md)`\n"
    assert links(text) == ["using.md", "positions/index.md"]
    page = ROOT / "docs/teaching.md"
    assert [leads_to_a_file(page, each) for each in links(text)] == [True, False]
