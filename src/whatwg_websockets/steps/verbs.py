"""The verbs of step comments, which distinguish a sentence from a fragment.

A list of words cannot parse English. So :func:`has_a_verb` accepts some fragments, such as one in
which a plural noun looks like a verb. A sentence that it refuses is a fragment, or has a verb that
is missing in :data:`VERBS` and has to be added there.
"""

import re

VERBS = frozenset(
    """
    abort accept acknowledge acquire act activate add advance aim alias allocate allow alternate
    announce answer append apply arrive ask assert assign assume attach attempt authenticate
    await ban base be become begin belong bind block break bring bubble buffer build cache call
    cancel capture carry catch change check choose claim clamp clean clear clone close coalesce
    coarsen collect combine come commit compare complete compress compute concatenate configure
    connect consider consist consult consume contain continue control convert cook copy
    correspond count cover create cut deactivate decide decline decode decompress decrease
    default defer define deflate delay delete deliver depend derive describe deserialize detach
    detect determine differ disable disappear discard dispatch distinguish disturb divide do
    double drag drop eat echo effect empty enable encode encrypt end enforce enqueue ensure
    enter error escape establish evaluate exceed exchange exclude exist exit expect expire
    expose extend extract fail fall fetch fill filter finalize find finish fire fit flag flatten
    flow flush fly fold follow forbid force forget forward fulfil fulfill generate get give glue
    go grow guess hand handle happen hash hear hide hit hold hook identify ignore impose include
    increase increment indicate inflate inform inherit initialize insert inspect interpret
    invalidate invoke iterate join keep kick know lack last lead learn leave let lie lift limit
    link list live lock log look lose make map mark mask match matter mean measure meet mend
    merge mirror modify move multiply name need negotiate normalize note notify number obtain
    occur offer omit open order outlive override overwrite own pack paint parse pass pause
    perform permit persist ping pipe place play point postpone precede prefer prepare preserve
    press pretend prevent process produce prohibit promise prompt propagate protect prove
    provide prune pull push put query queue raise reach react read receive recognize record
    redirect reduce refer refine refresh refuse register reject release rely remain remember
    remove render repeat replace reply report represent request require resample reset resolve
    respond rest restart restore restrict result resume retain retrieve retry return reveal
    reverse revoke ride round run say schedule search see seem select send separate serialize
    serve set settle sew shake share shift show shrink shut signal sit size skip slice sort
    speak split spoil stand start state stay steer step stir stop store stream strip subtract
    succeed suffice suit sum supply support suspend switch take tee tell terminate test throw
    tie time touch trace track transfer transform transmit traverse treat trigger trim truncate
    trust try turn unblock unescape unlock unpack unset update upgrade use validate vary verify
    violate visit wait wake want warn weigh withdraw withhold work wrap write yield
    """.split()  # noqa: SIM905
)
"""The verbs that step comments use, in their base forms."""

AUXILIARIES = frozenset(
    """
    am are can cannot could did does had has have is may might must shall should was were will would
    """.split()  # noqa: SIM905
)

_BEFORE_A_NOUN = frozenset(
    """
    a all an and any as at both by each every few for from his in into its many no of on or other
    our several some that the their these this those to two what which who whose with without
    """.split()  # noqa: SIM905
)
"""Words after which a verb in the third person is a plural noun, or belongs to another clause."""

_BEFORE_ANOTHER_CLAUSE = frozenset({"that", "which", "who"})
"""Words after which a verb belongs to a relative clause, which is not a sentence."""

_BEFORE_A_BASE_FORM = re.compile(
    r"[,;:)]|\d+|\w+[^s\W]s|all|always|both|data|never|not|often|only|still|then|you"
)
"""The words after which a base form is a verb, if it does not begin the sentence."""

_TOKEN = re.compile(r"[A-Za-z]+(?:-[a-z]+)*(?:'[a-z]+)?|\d+|[,;:)]")
QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"|“[^”]*”")
"""A name or a text in quotation marks, whose words are not those of the sentence."""


def _third_person(verb: str) -> str:
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + ("es" if re.search(r"(?:s|x|z|ch|sh|[^aeiou]o)$", verb) else "s")


THIRD_PERSONS = frozenset(map(_third_person, VERBS))
"""The verbs that step comments use, in the third person of the singular."""

_WITHOUT_A_SUBJECT = re.compile(
    r"(?:am|are|can|cannot|did|does|has|is|must|was|will|would)\b"
    rf"|(?:{'|'.join(THIRD_PERSONS)})(?= (?:a|all|an|each|every|it|its|no|nothing|the|them)\b)",
    re.IGNORECASE,
)


def verb_without_a_subject(clause: str) -> str:
    """Return the verb in the third person with which a clause begins; empty without one."""
    found = _WITHOUT_A_SUBJECT.match(clause.strip())
    return found[0] if found else ""


def has_a_verb(sentence: str) -> bool:
    """Return whether a sentence has a verb of its own, and not only one of a relative clause."""
    before = ""
    for token in _TOKEN.findall(QUOTED.sub("X", sentence)):
        word = token.lower().rpartition("-")[2]
        if _is_a_verb(word, before):
            return True
        before = word
    return False


def _is_a_verb(word: str, before: str) -> bool:
    """Return whether a word is a verb of the sentence, by the word before it."""
    if word in AUXILIARIES or word.endswith("n't"):
        return before not in _BEFORE_ANOTHER_CLAUSE
    if word in THIRD_PERSONS:
        return bool(before) and before not in _BEFORE_A_NOUN
    return word in VERBS and (not before or bool(_BEFORE_A_BASE_FORM.fullmatch(before)))
