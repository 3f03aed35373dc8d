"""The phrases of step comments that refer to another comment, as "in that case" does.

:mod:`.pronouns` has the words that refer to something only if their own comment has no noun for
them.
"""

import re

_BEGINNINGS = (
    # The words that stand for something.
    r"there\b(?! (?:are|can be|is|may be|must be|was|were)\b)",
    r"both\b(?!.*\b(?:and|of)\b)",
    r"(?:all|any|both|each|most|neither|none|one|some) of (?:it|them|these|those)\b",
    r"(?:if|when) (?:not|so)\b",
    r"the (?:former|latter|others)\b",
    r"the same (?:applies|as|goes|happens|holds|is)\b",
    # What is done.
    r"(?:do|does|doing|to do) (?:likewise|so|the same)\b",
    # The case, the reason, the time.
    r"in (?:any|each|either|neither|such|that|the same|the other|these|this|those|which)"
    r" (?:case|event|manner|way)s?\b",
    r"for (?:that|the same|this) (?:purpose|reason)\b",
    r"at (?:that|the same|this) (?:point|time)\b",
    r"(?:a|for a|for the|the) (?:last|next|second|third) time\b",
    r"(?:by|from|since|until) then\b",
    r"(?:even|only) (?:so|then)\b",
    # The place in a list.
    r"(?:additionally|as a result|as before|at last|besides|conversely|eventually|finally"
    r"|in addition|instead|lastly|next|on the contrary|on the other hand|secondly|similarly"
    r"|subsequently|thirdly),",
)

LEANING_PHRASE = re.compile("|".join(_BEGINNINGS), re.IGNORECASE)
"""The beginnings of several words that need another sentence before them."""

UNFINISHED = re.compile(
    r"(?:carry on|continue|go on|proceed|repeat|resume)"
    r"(?=[.,;:]| (?:as|at|by|for|from|in|likewise|on|to|until|when|while|with|without)\b)",
    re.IGNORECASE,
)
"""An imperative that continues or repeats something, and does not say what."""

_STEP_NUMBER = r"(?<!reached )\bsteps? \d+[a-z]?(?:\.\d+[a-z]?)*\b(?! of\b)"
_NEIGHBOUR = (
    r"\b(?:earlier|following|last|later|next|preceding|previous|prior)"
    r" (?:comment|condition|paragraph|sentence|step|substep)s?\b"
    r"|\b(?:comment|sentence|step|substep)s? (?:above|after|before|below)(?=[.,;:)]|$)"
)
_ELSEWHERE = (
    r"\b(?:as|described|given|listed|mentioned|named|said|see|stated)"
    r" (?:above|before|below|earlier|previously)(?=[.,;:)]|$)"
    r"|\bthe (?:above|below)\b"
    r"|\b(?:above|below)(?=[.,;:)]|$)"
    r"|\b(?:aforementioned|aforesaid|(?:above|before)-?mentioned)\b"
)
_SAME_AS_BEFORE = r"\bfor the same reason\b(?! as\b)|\bin the same way\b(?! as\b)"
_IN_ADDITION = r"\blikewise\b|\bas well\b(?! as\b)|, too\b"

REFERENCE = re.compile(
    "|".join((_STEP_NUMBER, _NEIGHBOUR, _ELSEWHERE, _SAME_AS_BEFORE, _IN_ADDITION)), re.IGNORECASE
)
"""Words that refer to another comment; "step 1 of the event loop" does not."""
