"""The standards' own texts beside the steps, in a build that readers make for themselves.

``make docs SPEC=FOLDER`` reads them from a folder of sources. The texts are only in the pages of
that build: they are neither in the generated Markdown nor in the repository, and this module adds
nothing to a build without the folder.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config

from reading_room.house import Room, room
from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.matching import standards_of
from whatwg_websockets.steps.own_text import CommentsOf, OwnText, OwnWords
from whatwg_websockets.steps.pairing import How
from whatwg_websockets.steps.upstream import read_upstream
from whatwg_websockets.steps.view import StepView

SUFFIXES = (".bs", ".html", ".htm")

STATIC = Path(__file__).with_name("own_text_switch")
"""The folder of the files that a page loads to show and hide the texts."""

SWITCH = (
    '<label class="own-text-switch"><input type="checkbox" role="switch">'
    " The standard's own text</label>"
)

EXIT_USAGE = 2


class NoTexts(Exception):
    """A folder has no text of a standard that can be shown."""


def files_in(folder: Path) -> list[Path]:
    """Return the files of a folder, and of the folders in it, that may be texts of standards."""
    found = [*folder.glob("*"), *folder.glob("*/*")]
    return sorted(each for each in found if each.suffix.lower() in SUFFIXES and each.is_file())


def read_texts(
    folder: Path, standards: list[Standard], comments_of: CommentsOf = lambda _: {}
) -> dict[str, OwnText]:
    """Read the texts of a folder, which are identified by their content.

    Of several texts of one standard, the text is used in which the most steps are as in the index,
    and among equal texts that whose file has the name of the standard.

    Args:
        folder: the folder.
        standards: the index.
        comments_of: returns the words of the comments for the steps of an algorithm.

    Returns:
        The texts by the ids of their standards.

    Raises:
        NoTexts: the folder does not exist, a file in it cannot be read, or no file is the text of a
            standard of the index.
    """
    if not folder.is_dir():
        raise NoTexts(f"SPEC={folder} is not a folder; name one that has sources of standards")
    texts: dict[str, list[OwnText]] = {}
    for path in files_in(folder):
        try:
            upstream = read_upstream(path.read_text(encoding="utf-8", errors="replace"))
        except OSError as error:
            problem = f"SPEC={folder}: {path.name} cannot be read: {error.strerror}"
            raise NoTexts(f"{problem}; make it readable, or take it away") from None
        for standard in standards_of(upstream, standards):
            own = OwnText(path.name, standard, upstream, comments_of=comments_of)
            texts.setdefault(standard.id, []).append(own)
    if not texts:
        raise NoTexts(
            f"SPEC={folder} has no text of a standard of the index; put a source that Bikeshed"
            " reads (.bs), or a published page (.html), into it"
        )
    return {id_: max(candidates, key=_fitness) for id_, candidates in texts.items()}


def _fitness(own: OwnText) -> tuple[int, bool]:
    """Return how many steps are as in the index, and whether the file has the standard's name."""
    as_indexed = sum(
        each.how is None
        for algorithm in own.standard.algorithms
        for each in own.steps(algorithm).values()
    )
    return as_indexed, Path(own.name).stem in (own.standard.id, own.standard.path.stem)


def use_switch(app: Sphinx, config: Config) -> None:
    """Add the switch to each page, if there are texts."""
    if config.reading_room_texts:
        config.html_static_path.append(str(STATIC))
        app.add_css_file("own-text.css")
        app.add_js_file("own-text.js")


def read_folder(app: Sphinx) -> None:
    """Read the texts when a build begins; without texts, end the build with a line and status 2."""
    if not app.config.reading_room_texts:
        return
    here = room(app.config)
    folder = Path(app.config.reading_room_texts)
    try:
        here.texts = read_texts(folder, here.index, here.library.comments_of)
        here.text_files = files_in(folder)
    except NoTexts as error:
        print(error, file=sys.stderr)
        raise SystemExit(EXIT_USAGE) from None


def take_switch_away(app: Sphinx, exception: Exception | None) -> None:
    """Remove the files of the switch that an earlier build has left, if there are no texts."""
    if exception is None and isinstance(app.builder, StandaloneHTMLBuilder):
        for path in STATIC.iterdir():
            if not app.config.reading_room_texts:
                (Path(app.outdir) / "_static" / path.name).unlink(missing_ok=True)


class Beside:
    """A standard's own text beside the steps of one algorithm; nothing without a text.

    Args:
        here: the content of the reading room.
        algorithm: the algorithm.
    """

    def __init__(self, here: Room, algorithm: Algorithm) -> None:
        self._own = here.texts.get(algorithm.standard)
        self._algorithm = algorithm

    def about(self) -> Iterator[nodes.Node]:
        """Return the switch, and a sentence about the text."""
        if self._own is None:
            return
        yield nodes.raw("", SWITCH, format="html")
        counts = self._own.changes(self._algorithm)
        said = ", ".join(f"{counts[how]} {how}" for how in How if counts[how])
        version = f"version {self._own.standard.version}, which the code follows"
        text = (
            f"The text of {self._own.name}, compared with {version}: {said}."
            if said
            else f"The text of {self._own.name}. Its steps are those of {version}."
        )
        yield nodes.paragraph("", text, classes=["own-text", "about-text"])

    def introduced(self, words: list[nodes.Node]) -> list[nodes.Node]:
        """Return our introduction of the algorithm, with the standard's own beside it."""
        own = None if self._own is None else self._own.introduction(self._algorithm)
        return words if own is None else [_pair(words, [("", own)], depth=0)]

    def step(self, words: nodes.paragraph, step: StepView, depth: int) -> nodes.Node:
        """Return the words of a step, with those of the standard beside them."""
        own = [] if self._own is None else self._own.beside(self._algorithm, step)
        return _pair([words], own, depth) if own else words

    def rest(self, missing: Iterable[str]) -> Iterator[nodes.Node]:
        """Return the text of the steps that have no comment, and of those that the index lacks.

        Args:
            missing: the numbers of the steps that have no comment.
        """
        if self._own is None:
            return
        steps = self._own.steps(self._algorithm)
        yield from _listed(
            "The text of the steps without code", [(number, steps[number]) for number in missing]
        )
        yield from _listed(
            "Steps that the index does not have",
            [(each.number, each) for each in steps.values() if each.how is How.CAME],
        )


def _listed(title: str, words: list[tuple[str, OwnWords]]) -> Iterator[nodes.Node]:
    if words:
        heading = nodes.paragraph("", "", nodes.strong("", title))
        yield nodes.container("", heading, *_lines(words), classes=["own-text", "rest-of-text"])


def _pair(words: list[nodes.Node], own: list[tuple[str, OwnWords]], depth: int) -> nodes.container:
    """Return our words and those of the standard beside each other."""
    text = nodes.container("", *_lines(own), classes=["own-text", f"depth-{depth}"])
    return nodes.container("", nodes.container("", *words), text, classes=["pair"])


def _lines(words: Iterable[tuple[str, OwnWords]]) -> Iterator[nodes.paragraph]:
    """Return the standard's words for some steps, with a paragraph for each line."""
    for number, each in words:
        first, *others = each.text.split("\n")
        line = nodes.paragraph("")
        if number:
            line += nodes.inline("", f"{number}. ", classes=["text-number"])
        if each.how is not None:
            line += nodes.inline("", _said(each), classes=["tag", "text-changed"])
            line += nodes.Text(" ")
        line += nodes.Text(first)
        yield line
        yield from (nodes.paragraph("", other, classes=["text-bullet"]) for other in others)


def _said(words: OwnWords) -> str:
    """Return words for what became of a step since the index was made."""
    if words.how is How.WENT:
        return "not in this text"
    return f"now step {words.number}" if words.how is How.MOVED else str(words.how)
