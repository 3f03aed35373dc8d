"""The code that the README and the documentation print passes ``mypy --strict``."""

from pathlib import Path

import pytest

from support.chapters import ROOT
from support.checkers import mypy

pytestmark = pytest.mark.usefixtures("unmeasured")

CHAPTERS = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if "\n```python\n" in path.read_text(encoding="utf-8")
]

UNANNOTATED = {"buffered-amount.md", "closing.md", "streams.md"}
"""Pages with a server of some length, in which annotations would hide what is shown."""

LENIENT = (
    '# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="index,var-annotated"'
)


def blocks_of(path: Path) -> str:
    """Return the Python of a page as one program, in which each line keeps its number."""
    lines, is_python = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            is_python = line == "```python"
            line = ""
        lines.append(line if is_python else "")
    return "\n".join(lines)


@pytest.mark.slow
def test_the_examples_have_the_right_types(tmp_path: Path):
    pages = {tmp_path / f"{path.stem.replace('-', '_')}.py": path for path in CHAPTERS}
    assert len(pages) >= 6
    for program, page in pages.items():
        comment = LENIENT if page.name in UNANNOTATED else ""
        program.write_text(comment + blocks_of(page), encoding="utf-8")
    errors = mypy(*pages)
    assert [f"{pages[each.path].name}:{each.line}: {each.message}" for each in errors] == []
