"""Finds what is wrong with a step comment itself: its form, its mark, its range and its words.

:mod:`.check` compares the comments with the index.
"""

from collections.abc import Iterable, Iterator, Sequence

from whatwg_websockets.steps.comments import Comment, SourceFile
from whatwg_websockets.steps.faults import Fault
from whatwg_websockets.steps.grammar import BRANCH, CASE
from whatwg_websockets.steps.links import series
from whatwg_websockets.steps.sentences import flaws


def faults_of_the_form(source: SourceFile) -> Iterator[Fault]:
    """Find the comments that are meant to name a step or a requirement, and cannot be read."""
    for line in source.misspelt:
        yield Fault(
            source.path,
            line,
            "a comment that begins with § names requirements; write `# § id. ` or"
            " `# § id, -2. ` and a sentence, or begin it otherwise",
        )
    for line in source.misnumbered:
        yield Fault(
            source.path,
            line,
            "a comment names one step, or a range of steps without code; write a comment"
            " for each step, or `# 2-4. n/a: ` and the reason",
        )
    for line, written in source.nearly:
        yield Fault(
            source.path,
            line,
            f"`{written}` does not name a step; write `# {written.strip('# .:)')}. ` and a"
            " sentence, or begin the comment otherwise",
        )
    for line in source.behind:
        yield Fault(
            source.path,
            line,
            "a comment that names a step or a requirement is behind a statement; write the comment"
            " above the statement",
        )


def faults_of_the_words(comments: Iterable[Comment], what: str) -> Iterator[Fault]:
    """Find the comments that are not whole sentences.

    Args:
        comments: comments for steps, or for requirements.
        what: the word for them in the message.
    """
    for comment in comments:
        found = flaws(comment.text, is_branch=bool(BRANCH.fullmatch(comment.number)))
        if found:
            kind = "comment" if comment.is_carried_out else "reason"
            problems = series(flaw.problem for flaw in found)
            remedies = series(dict.fromkeys(flaw.remedy for flaw in found))
            yield _at(
                comment,
                f"the {kind} of {what} {comment.number} is not a whole sentence: it {problems};"
                f" {remedies}",
            )


def faults_of_a_comment(comment: Comment, what: str) -> Iterator[Fault]:
    """Check the case of a branch, and the mark of a comment without code.

    Args:
        comment: the comment.
        what: what it names, for the message: "step 3a".
    """
    if comment.is_carried_out:
        if BRANCH.fullmatch(comment.number) and not CASE.match(comment.text):
            yield _at(
                comment,
                f"{what} is a branch, and the comment does not name its case; write"
                f" `# {comment.number}. (the case) ` and the sentence",
            )
        return
    mark = comment.mark
    if len(comment.words.split()) < 2:
        yield _at(comment, f"{what} is {mark} without a reason; say in a few words why it is")
    elif not comment.text.startswith(f"{mark}: "):
        yield _at(comment, f"{what} says {mark} in another form; write `{mark}: ` and the reason")


def faults_of_a_range(comment: Comment, order: Sequence[str], what: str) -> Iterator[Fault]:
    """Check that a range has no code, and leads from one step or requirement to a later one.

    Args:
        comment: the comment, which may name no range.
        order: the steps of the algorithm, or the ids of the standard, in their order.
        what: what the comment names, for the message: "step 3-5".
    """
    if not comment.is_range:
        return
    if comment.is_carried_out:
        yield _at(
            comment,
            f"{what} is a range, and a range has no code; give each that is carried out a comment"
            " of its own",
        )
    first, last = comment.numbers
    if first in order and last not in order[order.index(first) + 1 :]:
        yield _at(
            comment, f"{what} does not lead from one to a later one; write two in their order"
        )


def _at(comment: Comment, problem: str) -> Fault:
    return Fault(comment.path, comment.line, problem)
