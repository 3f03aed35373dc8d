"""docs/settings.md describes each argument of EnvironmentSettings, with an example that is run."""

import inspect
import re

import pytest

from support.chapters import ROOT
from whatwg_websockets import EnvironmentSettings

ARGUMENTS = list(inspect.signature(EnvironmentSettings).parameters)
PAGE = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
[_, *PARTS] = re.split(r"^## `(\w+)`$", PAGE, flags=re.MULTILINE)
SECTIONS = dict(zip(PARTS[::2], PARTS[1::2], strict=True))


def test_the_page_has_each_argument_in_the_order_of_the_signature():
    assert list(SECTIONS) == ARGUMENTS, "each argument has a section in docs/settings.md"


@pytest.mark.parametrize("name", ARGUMENTS)
def test_each_section_has_a_meaning_and_an_example_that_is_run(name):
    """tests/docs/test_chapters.py runs the blocks of Python and of sessions."""
    text = SECTIONS[name]
    examples = re.findall(r"^```(?:python|pycon)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert any(f"{name}=" in each for each in examples), f"give an example with {name}="
    meaning, _, _ = text.partition("```")
    assert len(meaning.split()) > 5, f"say what {name} means"


@pytest.mark.parametrize("name", ARGUMENTS)
def test_the_docstring_has_each_argument(name):
    assert re.search(rf"^    {name}: \w", inspect.getdoc(EnvironmentSettings), re.MULTILINE)
