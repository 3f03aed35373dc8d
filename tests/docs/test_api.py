"""The API reference has every public name."""

import re
from pathlib import Path

import whatwg_websockets

API = Path(__file__).parents[2] / "docs" / "api.md"


def test_every_public_name_is_in_the_reference():
    documented = re.findall(
        r"^\.\. auto(?:class|data):: whatwg_websockets\.(\w+)\b(?!\.)", API.read_text(), re.M
    )
    assert sorted(documented) == sorted(whatwg_websockets.__all__)
