"""Text of a server, made safe for a terminal: control characters are written as escapes."""

import json
import unicodedata
from typing import Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""The general categories of Unicode whose characters a terminal obeys, or does not show."""


def visible(text: str) -> str:
    r"""Return a text in which each control or format character is an escape, as JSON has it.

    A server chooses its reason phrase, its header fields, its messages and its close reason. An
    escape sequence in them could move a terminal's cursor or set its title, a line break could
    make one line look like two, and U+202E turns the letters behind it round.

    What is JSON stays JSON that says the same, since such characters are within its strings only.
    """
    if text.isprintable():
        return text
    return "".join(json.dumps(each)[1:-1] if _is_unseen(each) else each for each in text)


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN
