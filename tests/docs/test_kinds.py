"""The kinds of causes in docs/using.md are those of the code."""

import re

from support.chapters import ROOT
from support.kinds import kinds_in_the_code


def test_the_table_of_kinds_has_each_of_them_once():
    page = (ROOT / "docs/using.md").read_text(encoding="utf-8")
    [section] = re.findall(r"^## What went wrong\n(.*?)^## ", page, re.MULTILINE | re.DOTALL)
    _, *listed = re.findall(r"^\| `([^`]+)` \| ", section, re.MULTILINE)
    assert sorted(listed) == sorted(kinds_in_the_code())
