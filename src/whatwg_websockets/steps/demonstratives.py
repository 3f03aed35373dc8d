"""The demonstratives of step comments: finds "that toy" in a comment that has no "toy" before it.

A list of words cannot parse English. So :func:`leaning_demonstrative` leaves out "that" behind a
word which may introduce a clause ("Assert that toys are red").
"""

import re

from whatwg_websockets.steps.verbs import AUXILIARIES, QUOTED, VERBS

_INTRODUCES_A_CLAUSE = frozenset(
    """
    answer assert assume check decide describe determine ensure expect forget guess hear imply
    indicate inform know learn make matter mean note notify pretend prevent prove provide record
    remember report require say see show signal tell trust verify want warn
    """.split()  # noqa: SIM905
)
"""The verbs behind which "that" is a conjunction."""

_TAKES_AN_OBJECT = "|".join(sorted(VERBS - _INTRODUCES_A_CLAUSE))
_BEFORE_AN_OBJECT = (
    r"(?:\b(?:about|across|after|against|at|before|behind|below|between|by|during|for|from|in|into"
    r"|of|on|onto|over|through|to|under|until|upon|via|with|within|without)"
    rf"|(?:^|[,;:.] |\band |\bor )(?:\w+-)?(?:{_TAKES_AN_OBJECT}))"
)

_NOT_A_NOUN = (
    rf"(?!(?:{'|'.join(AUXILIARIES)}|as|by|for|from|in|into|of|on|that|to|which|who|whose|with)\b)"
)
_NOT_EXPLAINED_BEHIND = r"(?![\w'-]+ (?:that|which|who|whose|of)\b)"
_OWN = (
    "(?!(?:algorithm|call|client|coroutine|fetch|function|implementation|library|package|program"
    r"|Python|request|step|task)\b)"
)
"""What "this" may be in front of: what the comment itself belongs to."""

_NOUN = r"(?P<noun>[a-z][\w'-]*)"

DEMONSTRATIVES = (
    re.compile(rf"{_BEFORE_AN_OBJECT} (?P<words>that {_NOT_A_NOUN}{_NOUN})", re.IGNORECASE),
    re.compile(
        rf"\b(?P<words>(?:this {_OWN}|these |those {_NOT_EXPLAINED_BEHIND}){_NOT_A_NOUN}{_NOUN})",
        re.IGNORECASE,
    ),
)
"""A demonstrative with its noun; "those toys that are red" is left out."""


def leaning_demonstrative(words: str, before: str = "") -> str:
    """Return the first demonstrative and its noun if the noun is not before it; empty without one.

    Args:
        words: the words of a comment.
        before: what the comment says in front of these words, such as the case of a branch.
    """
    words = QUOTED.sub("X", words)
    for kind in DEMONSTRATIVES:
        for found in kind.finditer(words):
            if not _has_noun(before + words[: found.start("words")], found["noun"]):
                return found["words"]
    return ""


def _has_noun(text: str, noun: str) -> bool:
    """Return whether a text has a noun, in the singular or in the plural."""
    stem = re.sub(r"(?:ies|es|s|y)?(?:'s|')?$", "", noun, flags=re.IGNORECASE)
    return bool(re.search(rf"\b{re.escape(stem)}", text, re.IGNORECASE))
