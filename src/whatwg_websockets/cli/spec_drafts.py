"""What ``whatwg-websockets spec drift --draft`` prints: what would become of each step."""

from collections.abc import Iterable
from dataclasses import dataclass

from whatwg_websockets.cli.spec_upstream import choose, usage
from whatwg_websockets.steps.comments import SourceFile
from whatwg_websockets.steps.draft_changes import DraftChange, DraftChanges, Target
from whatwg_websockets.steps.faults import place
from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.links import Catalogue, series
from whatwg_websockets.steps.telling import Telling, Told, counted
from whatwg_websockets.steps.words_by_hash import WordsByHash


@dataclass(frozen=True)
class Texts:
    """The words of the steps, by their hashes, as far as their texts were read.

    Attributes:
        was: those of the standard.
        now: those of the draft.
    """

    was: WordsByHash | None = None
    now: WordsByHash | None = None


def choose_draft(
    id_: str, drafts: list[DraftChanges], standards: list[Standard]
) -> tuple[DraftChanges, Standard]:
    """Find what a draft would change, and the draft; exit with 2 if the index has neither.

    Args:
        id_: the id of the draft.
        drafts: what drafts would change in the standard.
        standards: the index.
    """
    found = [each for each in drafts if each.draft == id_]
    if not found:
        if not drafts:
            raise usage("the index has no draft that would change this standard; leave --draft out")
        known = series([repr(each.draft) for each in drafts], "or")
        raise usage(f"the changes of a draft {id_!r} are not kept; write {known}")
    return found[0], choose(standards, found[0].draft)


def telling_of(
    changes: DraftChanges,
    standard: Standard,
    draft: Standard,
    sources: list[SourceFile],
    texts: Texts,
) -> Telling:
    """Put together what a draft would change, algorithm by algorithm.

    Args:
        changes: what it would change.
        standard: the standard.
        draft: the draft.
        sources: the comments of the code.
        texts: the words at hand.
    """
    algorithms = {(each.anchor, each.name): each for each in standard.algorithms}
    catalogue = Catalogue([standard])
    told = []
    for change in changes.changes:
        algorithm = algorithms[change.anchor, change.name]
        told.append(
            Told(
                change.how,
                _what(change, draft),
                algorithm.section,
                algorithm.name,
                algorithm.url,
                was=texts.was.get(algorithm.steps.get(change.step, "")) if texts.was else "",
                now=_now(change, texts),
                words=change.words,
                places=tuple(_places(algorithm, change.step, catalogue, sources)),
            )
        )
    about = {
        "title": f"What {draft.label} would change in {standard.title}",
        "standard": standard.id,
        "version": standard.version,
        "draft": draft.id,
        "draft_version": draft.version,
    }
    total = f"If {draft.label} landed: {counted(each.how for each in changes.changes)}."
    return Telling(about, tuple(told), total, look="see")


def _now(change: DraftChange, texts: Texts) -> str:
    """Return the draft's words of a step; empty where the draft's text was not read."""
    return texts.now.get(change.hash) if texts.now else ""


def _what(change: DraftChange, draft: Standard) -> str:
    """Name the step, and what it becomes."""
    was = f"step {change.step}" if change.step else ""
    now = _named(change.now, change.anchor, draft)
    if now == was or not now:
        what = was or now
    else:
        what = f"{was}, which becomes {now}" if was else now
    kin = _named(change.kin, change.anchor, draft)
    return f"{what}, much like {kin}" if kin else what


def _named(target: Target | None, own: str, draft: Standard) -> str:
    if target is None:
        return ""
    names = [each.name for each in draft.algorithms if each.anchor == target.anchor]
    return f"step {target.step}" + (f" of {names[0]}" if target.anchor != own and names else "")


def _places(
    algorithm: Algorithm, step: str, catalogue: Catalogue, sources: list[SourceFile]
) -> Iterable[str]:
    """Find the lines of code that carry out a step."""
    for function in (function for source in sources for function in source.functions):
        meant = catalogue.algorithm(function.anchor, function.name)
        if meant is None or meant[0] is not algorithm:
            continue
        for comment in function.steps:
            if step in comment.stands_for(algorithm.steps):
                yield place(comment.path, comment.line)
