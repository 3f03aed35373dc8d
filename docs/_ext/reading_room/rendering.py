"""An algorithm as nodes: its steps beside their code, and its callers, tests and positions."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from docutils import nodes

from reading_room.house import POSITIONS, Room, slug, title_of
from reading_room.marks import css_class, tag
from reading_room.own_texts import Beside
from reading_room.sources import link_to
from reading_room.tested import Tested
from reading_room.words import inline, inside, outside, paragraphs
from whatwg_websockets.steps.calls import Caller
from whatwg_websockets.steps.grammar import Mark
from whatwg_websockets.steps.positions import Position
from whatwg_websockets.steps.view import AlgorithmView, FunctionView, StepView

BODY = 4
"""How far the body of a function is indented, in columns."""

DEEPEST = 4
"""How many levels of steps are indented."""

MANY = 8
"""The number of lines from which a list is folded at first."""

T = TypeVar("T")


class Rendering:
    """How one algorithm is shown on one page.

    Args:
        room: the content of the reading room.
        view: the algorithm.
        docname: the page that it is shown on.
        steps: the numbers of the steps to show, with their substeps; empty for all.
        is_own_page: whether the page is the algorithm's own, and so has its name already.
        taken: the ids that the page has already.
    """

    def __init__(
        self,
        room: Room,
        view: AlgorithmView,
        docname: str,
        *,
        steps: Iterable[str] = (),
        is_own_page: bool = False,
        taken: Iterable[str] = (),
    ) -> None:
        self._room = room
        self._view = view
        self._docname = docname
        self._steps = tuple(steps)
        self._is_own_page = is_own_page
        self._page = room.pages[view.algorithm]
        self._taken = set(taken)
        self._tested = Tested(room)
        self._beside = Beside(room, view.algorithm)

    def whole(self, *, with_surroundings: bool = True) -> nodes.container:
        """Return the whole algorithm."""
        kind = "own-page" if self._is_own_page else "in-prose"
        whole = nodes.container("", self._heading(), classes=["algorithm", kind])
        whole["ids"] += self._ids([self._view.algorithm.anchor])
        whole += self._beside.about()
        for function in self._view.functions:
            whole += self._function(function)
        if not self._view.functions:
            whole += self._without_function()
        if not self._steps:
            whole += self._beside.rest(self._view.missing)
        if with_surroundings:
            whole += self._surroundings()
        if self._is_own_page and self._view.functions:
            whole += self._tested.missing()
        return whole

    def _ids(self, names: Iterable[str]) -> list[str]:
        """Return the ids that are still free on the algorithm's own page; empty on other pages."""
        ids = [each for each in dict.fromkeys(map(slug, names)) if each not in self._taken]
        if not self._is_own_page:
            return []
        self._taken.update(ids)
        return ids

    # The algorithm, and the functions that carry it out.

    def _heading(self) -> nodes.paragraph:
        algorithm, standard = self._view.algorithm, self._view.standard
        heading = nodes.paragraph("", classes=["algorithm-heading"])
        if not self._is_own_page:
            name = inside(algorithm.name, self._page, self._docname)
            heading += [nodes.strong("", "", name), nodes.Text(" ")]
        heading += outside(f"{title_of(standard)}, {algorithm.section}", algorithm.url)
        heading += nodes.inline("", f" · {algorithm.kind}", classes=["soft"])
        return heading

    def _without_function(self) -> nodes.paragraph:
        """Return a paragraph which says that the algorithm has no code, and why."""
        reason = self._view.algorithm.not_built
        if reason is None:
            return nodes.paragraph("", "No function carries it out.", classes=["missing"])
        steps = ", ".join(self._view.algorithm.steps)
        words = nodes.paragraph("", "", tag(Mark.NOT_BUILT), nodes.Text(" "), *inline(reason))
        words += nodes.inline("", f" Its steps are {steps}.", classes=["soft"])
        return words

    def _function(self, function: FunctionView) -> Iterator[nodes.Node]:
        place = self._room.place_of(function.path, function.line)
        about = nodes.paragraph("", classes=["function-heading"])
        if function.part:
            about += nodes.strong("", "", *inline(function.part))
            about += nodes.Text(" ")
        about += link_to(place, self._room.short(place))
        yield about
        if self._is_own_page:
            yield from self._tested.about(function.path, function.line)
        chosen = [step for step in function.steps if self._is_chosen(step)]
        rows = [self._row(function, steps) for steps in _together(chosen)]
        if not self._steps:
            rows.insert(0, self._opening(function))
        yield nodes.container("", *rows, classes=["steps"])

    def _is_chosen(self, step: StepView) -> bool:
        return not self._steps or any(
            each == number or each.startswith(f"{number}.")
            for number in self._steps
            for each in step.numbers
        )

    def _opening(self, function: FunctionView) -> nodes.container:
        prose: list[nodes.Node] = list(paragraphs(function.prose))
        if not function.part:
            prose = self._beside.introduced(prose)
        words = nodes.container("", *prose, classes=["words"])
        code = nodes.container("", _code(function.signature.text, 0), classes=["code"])
        if function.preparation:
            code += _code(function.preparation.text, BODY)
        return nodes.container("", words, code, classes=["step", "opening"])

    def _row(self, function: FunctionView, steps: list[StepView]) -> nodes.container:
        words = nodes.container("", classes=["words"])
        for step in steps:
            words += self._beside.step(self._words(step), step, min(step.depth, DEEPEST))
            if self._is_own_page:
                words += self._tested.of(function.path, step.line)
        row = nodes.container("", words, classes=["step", css_class(steps[0].mark)])
        codes = (code for step in steps for code in (step.lead, step.code))
        code = "\n".join(each.text for each in codes if each)
        if code:
            row += nodes.container("", _code(code, BODY), classes=["code"])
        return row

    def _words(self, step: StepView) -> nodes.paragraph:
        words = nodes.paragraph("", classes=[f"depth-{min(step.depth, DEEPEST)}"])
        if step.is_requirement:
            words["classes"].append("sentence")
            words["ids"] += self._ids(step.numbers)
            words += self._requirements(step)
        else:
            words += self._number(step)
        words += nodes.Text(" ")
        if step.mark is not Mark.CARRIED_OUT:
            words["classes"].append("without-code")
            words += tag(step.mark)
            words += nodes.Text(" ")
        words += inline(step.text)
        return words

    def _number(self, step: StepView) -> nodes.Element:
        """Return a step's number, with anchors on the algorithm's own page; a range has several."""
        if not self._is_own_page:
            return nodes.inline("", f"{step.number}.", classes=["number"])
        anchors = [f"step-{number.replace('.', '-')}" for number in step.numbers]
        link = nodes.reference("", f"{step.number}.", refid=anchors[0], classes=["number"])
        return nodes.inline("", "", link, ids=anchors)

    def _requirements(self, step: StepView) -> Iterator[nodes.Node]:
        """Return links to the sections whose requirements a comment names, each section once."""
        links = {link.astext(): link for link in map(self._requirement, step.numbers)}
        for position, link in enumerate(links.values()):
            if position:
                yield nodes.Text(", ")
            yield link

    def _requirement(self, id_: str) -> nodes.Element:
        requirement = self._room.requirements.get(id_)
        if requirement is None:
            return nodes.inline("", f"§ {id_}", classes=["number"])
        standard = re.sub(r"^rfc(?=\d)", "RFC ", requirement.standard)
        text = f"§ {standard} {requirement.section}"
        return outside(text, requirement.url, "number")

    # The callers, tests and positions.

    def _surroundings(self) -> Iterator[nodes.Node]:
        view = self._view
        body = nodes.container("", classes=["surroundings"])
        body += self._list("Called by", view.callers, self._caller)
        body += self._list("Calls", view.callees, self._caller)
        body += self._list("Positions", view.positions, self._position)
        body += self._list("Tests", view.tests, self._test)
        if body.children:
            yield body

    def _list(
        self, title: str, things: Iterable[T], shown: Callable[[T], nodes.Node]
    ) -> Iterator[nodes.Node]:
        items = [nodes.list_item("", nodes.paragraph("", "", shown(each))) for each in things]
        if not items:
            return
        state = "" if len(items) > MANY else " open"
        summary = f"{title} <small>{len(items)}</small>"
        yield nodes.raw("", f"<details{state}><summary>{summary}</summary>", format="html")
        yield nodes.bullet_list("", *items)
        yield nodes.raw("", "</details>", format="html")

    def _caller(self, caller: Caller) -> nodes.Node:
        algorithm = self._room.called(caller)
        if algorithm is not None and caller.marked is not None:
            return inside(caller.marked.name, self._room.pages[algorithm], self._docname)
        name = f"{caller.module.partition('.')[2]}.{caller.qualified_name}"
        place = self._room.place_of_caller(caller)
        return link_to(place, name) if place else nodes.literal("", name)

    def _position(self, position: Position) -> nodes.Node:
        return inside(position.title, f"{POSITIONS}/{position.path.stem}", self._docname)

    def _test(self, test: str) -> nodes.Node:
        place = self._room.place(test)
        shown = test.removeprefix("tests/")
        return link_to(place, shown) if place else nodes.literal("", shown)


def _together(steps: Iterable[StepView]) -> Iterator[list[StepView]]:
    """Group the steps that share a statement, whose comments stand above it."""
    waiting: list[StepView] = []
    for step in steps:
        has_code = step.mark is Mark.CARRIED_OUT
        if waiting and not has_code:
            yield waiting
            waiting = []
        waiting.append(step)
        if step.code or not has_code:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _code(text: str, indentation: int) -> nodes.literal_block:
    """Return code, without some columns of indentation."""
    text = re.sub(rf"^ {{1,{indentation}}}", "", text, flags=re.M) if indentation else text
    return nodes.literal_block(text, text, language="python", force=True)
