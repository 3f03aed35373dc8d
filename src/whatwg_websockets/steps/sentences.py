"""The sentences of step comments: finds what keeps a comment from standing alone.

``spec/README.md`` describes the rules. Comments are printed alone, so a comment must not need
another one beside it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from whatwg_websockets.steps.demonstratives import leaning_demonstrative
from whatwg_websockets.steps.grammar import CASE, Mark, mark_of
from whatwg_websockets.steps.pronouns import leaning_pronoun
from whatwg_websockets.steps.references import LEANING_PHRASE, REFERENCE, UNFINISHED
from whatwg_websockets.steps.verbs import has_a_verb, verb_without_a_subject

CONJUNCTIONS = frozenset({"and", "but", "nor", "or", "so", "then", "yet"})
ADVERBS = frozenset(
    {
        *("accordingly", "afterwards", "again", "also", "consequently", "else", "furthermore"),
        *("hence", "here", "however", "likewise", "meanwhile", "moreover", "nevertheless"),
        *("otherwise", "therefore", "thus", "too"),
    }
)
PRONOUNS = frozenset(
    {
        *("it", "its", "such", "that", "their", "them", "these", "they", "this", "those"),
        *("which", "whose"),
    }
)
LEANING = CONJUNCTIONS | ADVERBS | PRONOUNS
"""The words with which a sentence begins that needs another sentence before it."""

STANDS_ALONE = re.compile(
    r"this (?:client|implementation|library|package|program)\b", re.IGNORECASE
)
"""A beginning that stands alone although its first word usually refers back."""

OPENING = re.compile(
    r"(?:about|across|after|against|along|although|among|as|at|because|before|behind|beside|between"
    r"|by|during|except|for|from|if|in|into|of|on|once|over|since|through|under|unless|until|upon"
    r"|when|whenever|where|wherever|while|with|within|without)\b",
    re.IGNORECASE,
)
"""The first word of a phrase or clause that stands, with a comma, in front of the main clause."""

STOP = re.compile(r"\.[\"'`)\]”]*$")
"""The end of a sentence; quotation marks and parentheses may close behind its full stop."""

_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])[\"'`)\]”]*\s+(?=[A-Z0-9\"'`“])")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf)\.$")


class Flaw(NamedTuple):
    """What keeps the words of a comment from being a sentence that stands alone.

    Attributes:
        problem: what is wrong, as the rest of a sentence about the words.
        remedy: what to do, as an imperative.
    """

    problem: str
    remedy: str


ONE_WORD = Flaw("is not more than one word", "write a sentence")
NO_BEGINNING = Flaw(
    "does not begin with a capital letter, a figure, or a name in quotation marks",
    "begin with a capital letter",
)
NO_STOP = Flaw("does not end with a full stop", "end with a full stop")


def flaws(text: str, *, is_branch: bool = False) -> list[Flaw]:
    """Return what keeps the words of a comment from being a sentence that stands alone.

    A mark without a reason behind it has no flaw here; :mod:`.check` refuses it.

    Args:
        text: the words.
        is_branch: whether they belong to a branch, and so may have its case before them.

    Returns:
        The flaws; those of the clauses are looked for only in words without other flaws.
    """
    mark, words = mark_of(text)
    case = CASE.match(words) if is_branch else None
    if case:
        words = words[case.end() :]
    before = case[0] if case else ""
    has_one_word = len(words.split()) < 2
    if has_one_word and mark is not Mark.CARRIED_OUT:
        return []
    found = [*_flaws_of_the_beginning(words, any_case=mark is not Mark.CARRIED_OUT)]
    if has_one_word:
        found.append(ONE_WORD)
    if not STOP.search(words):
        found.append(NO_STOP)
    return found or [*_flaws_of_the_references(words, before), *_flaws_of_the_clauses(words)]


def _flaws_of_the_beginning(words: str, *, any_case: bool) -> Iterator[Flaw]:
    first = re.match(r"[A-Za-z]*", words)[0]  # type: ignore[index]
    phrase = LEANING_PHRASE.match(words)
    unfinished = UNFINISHED.match(words)
    if first.lower() in LEANING and not STANDS_ALONE.match(words):
        yield Flaw(
            f"leans on something said before with its first word {first!r}",
            "name what the word stands for" if first.lower() in PRONOUNS else "begin without it",
        )
    elif phrase:
        yield Flaw(
            f"leans on something said before with its beginning {phrase[0]!r}",
            "name what the words stand for",
        )
    elif unfinished:
        yield Flaw(
            f"begins with {unfinished[0]!r} and does not say what goes on",
            "say what is done",
        )
    elif not _may_begin(words, any_case=any_case):
        yield NO_BEGINNING


def _may_begin(words: str, *, any_case: bool) -> bool:
    """Return whether words may begin a sentence; a name in code (``readyState``) may do so."""
    first = words.split(" ", 1)[0]
    if not first or not (first[0].isalnum() or first[0] in "\"'`“"):
        return False
    return any_case or not first[0].islower() or bool(re.search(r"[A-Z0-9_(]", first))


def _flaws_of_the_references(words: str, before: str) -> Iterator[Flaw]:
    """Look for words that stand for something that the comment does not name."""
    pronoun = leaning_pronoun(words, before)
    if pronoun:
        yield Flaw(
            f"has {pronoun!r} and no noun before that the word could stand for",
            "name what the word stands for",
        )
    demonstrative = leaning_demonstrative(words, before)
    if demonstrative:
        yield Flaw(
            f"has {demonstrative!r} and not the same noun before",
            "name what the words stand for",
        )
    reference = REFERENCE.search(words)
    if reference:
        yield Flaw(
            f"refers to something outside of the comment with {reference[0]!r}",
            "say what is done, or whose step is meant",
        )


def _flaws_of_the_clauses(words: str) -> Iterator[Flaw]:
    """Look for a main clause with a verb in each sentence of some words."""
    for sentence in _sentences(words):
        opening = OPENING.match(sentence)
        clause = sentence
        if opening:
            _, comma, clause = sentence.partition(",")
            if not comma:
                yield Flaw(
                    f"begins with {opening[0]!r} and has no comma in front of a main clause",
                    "add the comma, or the main clause",
                )
                continue
        verb = verb_without_a_subject(clause)
        if verb:
            yield Flaw(
                f"has no subject in front of the verb {verb!r}",
                "name the subject, or write an imperative",
            )
        elif not has_a_verb(clause):
            yield Flaw(
                f"has no verb that the checker knows in {shortened(sentence)!r}",
                "say with a verb what happens, or add the verb to steps/verbs.py",
            )


def _sentences(words: str) -> Iterator[str]:
    """Return the sentences of some words."""
    begun = ""
    for part in _BETWEEN_SENTENCES.split(words):
        begun += part
        if not _ABBREVIATION.search(begun):
            yield begun
            begun = ""
        else:
            begun += " "
    if begun:
        yield begun


def shortened(sentence: str) -> str:
    """Return the beginning of a sentence, for a message."""
    return sentence if len(sentence) <= 40 else sentence[:37].rstrip() + "..."
