"""The pronouns of step comments: finds one for which its comment has no noun.

A list of words cannot parse English. So :func:`leaning_pronoun` accepts a pronoun if any noun is in
front of it, whether or not the pronoun stands for that noun.
:mod:`.demonstratives` finds "that toy".
"""

import re

from whatwg_websockets.steps.verbs import AUXILIARIES, QUOTED, THIRD_PERSONS, VERBS

_BETWEEN = "(?:also |always |never |not |now |only |still |then )?"
_FINITE = f"{_BETWEEN}(?:{'|'.join(AUXILIARIES)})"
_SINGULAR = f"{_BETWEEN}(?:{'|'.join(THIRD_PERSONS)})"

_AFTER_A_PHRASE = (
    rf"(?=[.,;:)]|$| (?:{_FINITE}|as|at|by|for|from|in|instead|into|on|onto|through|to|via|with"
    r"|without)\b)"
)
"""What is behind a phrase such as "the same" that has no noun."""

PRONOUN = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|themselves)\b"
    rf"|\b(?:this|that|these|those|each|both|either|neither)"
    rf"(?=[.,;:)]|$| (?:{_FINITE}|as|from|instead|into|to)\b)"
    rf"|\b(?:each|either|neither)(?= {_SINGULAR}\b)"
    rf"|\bthe (?:(?:[\w'-]+ )?ones?|first|following|former|given|last|latter|next|others?|preceding"
    rf"|previous|remainder|rest|same|second|third){_AFTER_A_PHRASE}"
    rf"|\b(?:an?|another|each|that|this) (?:[\w'-]+ )?one{_AFTER_A_PHRASE}",
    re.IGNORECASE,
)
"""A pronoun, or a phrase that stands for something as a pronoun does ("the other").

A pronoun that may be in front of a noun counts only in front of another kind of word.
"""

_ONE_OF_TWO = re.compile(r"the (?:former|latter)", re.IGNORECASE)
"""A phrase that needs two nouns before it."""

_NO_NOUNS = AUXILIARIES | frozenset(
    """
    a after again all always an and any as at because been before being both but by each either
    every false few for from here how if in into its it itself just least less many more most much
    neither never no none nor not nothing null of off on once one only onto or other others our out
    over per same several since so some something still such than that the their them
    then there these they this those though through to too true under undefined unless until up upon
    what whatever when where whether which while who whose with within without yet you
    """.split()  # noqa: SIM905
)
"""Words that name nothing by which a reader would know what a pronoun stands for."""

_BEFORE_A_VERB = frozenset({"", "always", "and", "never", "not", "only", "or", "then", "to"})
"""What is in front of a base form that is a verb; "" is the beginning, or a stop."""

_BEFORE_A_GERUND = _BEFORE_A_VERB | {"after", "before", "by", "for", "of", "when", "while"}
"""What is in front of a word with "-ing" that is not a noun."""

_BEFORE_A_THIRD_PERSON = frozenset({"it", "nothing", "that", "which", "who"})
"""What is in front of a verb in the third person that is not a plural noun."""

_TOKEN = re.compile(r"[A-Za-z]+(?:['_.-][A-Za-z]+)*|\d+|[,;:.)]")

_ITS_OWN_NOUN = re.compile(r"\S+ of $")
"""A noun that a pronoun belongs to, and thus cannot stand for: "the rest of these"."""


def leaning_pronoun(words: str, before: str = "") -> str:
    """Return the first pronoun of some words that has no noun before it; empty without one.

    Args:
        words: the words of a comment.
        before: what the comment says in front of these words, such as the case of a branch.
    """
    words = QUOTED.sub("X", words)
    for found in PRONOUN.finditer(words):
        if not _is_explained(found[0], before + _ITS_OWN_NOUN.sub("", words[: found.start()])):
            return found[0]
    return ""


def _is_explained(pronoun: str, text: str) -> bool:
    """Return whether a text may say what a pronoun behind it stands for."""
    if _ONE_OF_TWO.match(pronoun) and not re.search(r"\b(?:and|or)\b", text):
        return False
    return _has_a_noun(text)


def _has_a_noun(text: str) -> bool:
    """Return whether a text has a word that may be a noun."""
    before = ""
    for token in _TOKEN.findall(text):
        word = token.lower()
        if not token[0].isalnum():
            word = ""
        elif _may_be_a_noun(word, before):
            return True
        before = word
    return False


def _may_be_a_noun(word: str, before: str) -> bool:
    is_verb = (
        (word.endswith("ing") and before in _BEFORE_A_GERUND)
        or (word.rpartition("-")[2] in VERBS and before in _BEFORE_A_VERB)
        or (word in THIRD_PERSONS and before in _BEFORE_A_THIRD_PERSON)
    )
    return not is_verb and word not in _NO_NOUNS
