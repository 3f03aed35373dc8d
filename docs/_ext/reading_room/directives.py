"""Directives and roles for pages: algorithms, and links to algorithms, positions and lines."""

from typing import ClassVar

from docutils import nodes
from docutils.nodes import Node, system_message
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import ReferenceRole, SphinxDirective

from reading_room.house import POSITIONS, room
from reading_room.rendering import Rendering
from reading_room.sources import link_to
from reading_room.words import inside
from whatwg_websockets.steps.links import anchor_in_code, near, series
from whatwg_websockets.steps.view import NotFound

logger = logging.getLogger(__name__)


class AlgorithmDirective(SphinxDirective):
    """Shows an algorithm: its steps in plain words, their code, its callers, tests and positions.

    The argument is its name, with or without arguments, its anchor, or the name of its function.
    ``:steps: 1, 3a`` shows these steps only, and their substeps; ``:bare:`` leaves out neighbours,
    positions and tests.
    """

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "steps": directives.unchanged_required,
        "bare": directives.flag,
        "own-page": directives.flag,
    }

    def run(self) -> list[Node]:
        """Return the algorithm; if it does not exist, warn and return nothing."""
        here = room(self.config)
        try:
            view = here.view(here.algorithm(self.arguments[0]))
        except NotFound as error:
            logger.warning(said(error), location=self.get_location(), type="reading_room")
            return []
        steps = [each.strip() for each in self.options.get("steps", "").split(",") if each.strip()]
        known = {
            number
            for function in view.functions
            for step in function.steps
            for number in step.numbers
        }
        for step in steps:
            if step not in known:
                message = f"{view.algorithm.name} has no step {step}; write one of these: "
                message += ", ".join(sorted(known))
                logger.warning(message, location=self.get_location(), type="reading_room")
        for path in {function.path for function in view.functions}:
            self.env.note_dependency(str(path))
        rendering = Rendering(
            here,
            view,
            self.env.docname,
            steps=steps,
            is_own_page="own-page" in self.options,
            taken=self.state.document.ids,
        )
        is_bare = "bare" in self.options or bool(steps)
        return [rendering.whole(with_surroundings=not is_bare)]


def said(error: NotFound) -> str:
    """Return a message that says what was not found, and what may have been meant."""
    if not error.candidates:
        return f"{error}; `whatwg-websockets spec list` names them all"
    anchors = [anchor_in_code(each) for each in error.candidates]
    names = [
        each.name if anchors.count(anchor) > 1 else anchor
        for each, anchor in zip(error.candidates, anchors, strict=True)
    ]
    return f"{error}; write {series(map(repr, names), 'or')}"


class AlgorithmRole(ReferenceRole):
    """A link to an algorithm's page."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the link."""
        here = room(self.config)
        try:
            algorithm = here.algorithm(self.target)
        except NotFound as error:
            logger.warning(said(error), location=self.get_location(), type="reading_room")
            return [nodes.Text(self.title)], []
        text = self.title if self.has_explicit_title else algorithm.name
        return [inside(text, here.pages[algorithm], self.env.docname)], []


class PositionRole(ReferenceRole):
    """A link to a position's page; the target is the name of its file."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the link."""
        positions = room(self.config).positions
        position = positions.get(self.target)
        if position is None:
            instead = near(self.target, positions)
            hint = f"; write {series(map(repr, instead), 'or')}" if instead else ""
            message = f"no position is called {self.target!r}{hint}"
            logger.warning(message, location=self.get_location(), type="reading_room")
            return [nodes.Text(self.title)], []
        text = self.title if self.has_explicit_title else position.title
        return [inside(text, f"{POSITIONS}/{self.target}", self.env.docname)], []


class SourceRole(ReferenceRole):
    """A link to a file, or to a line, a name or a test in it: ``close.py:close``."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the link."""
        place = room(self.config).place(self.target)
        if place is None:
            message = f"there is no {self.target!r} in the package, and none in the checkout"
            logger.warning(message, location=self.get_location(), type="reading_room")
            return [nodes.literal("", self.title)], []
        return [link_to(place, self.title)], []
