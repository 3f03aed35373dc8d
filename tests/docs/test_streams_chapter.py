"""The plot and the table of the chapter about streams show the recorded measurement."""

import importlib.util
import json
from xml.etree import ElementTree

import pytest

from support.chapters import ROOT

pytest.importorskip("jinja2", reason="what the docs are made with is installed by: make test")


@pytest.fixture(scope="module")
def backpressure():
    path = ROOT / "docs" / "recordings" / "backpressure.py"
    spec = importlib.util.spec_from_file_location("backpressure", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def figures(backpressure):
    return json.loads(backpressure.FIGURES.read_text(encoding="utf-8"))


def test_the_table_is_of_the_figures(backpressure, figures):
    chapter = backpressure.CHAPTER.read_text(encoding="utf-8")
    assert backpressure.put_in(chapter, figures) == chapter
    assert backpressure.table(figures) in chapter


def test_the_plot_is_of_the_figures(backpressure, figures):
    plot = backpressure.plot(figures)
    assert plot == backpressure.PLOT.read_text(encoding="utf-8")
    tree = ElementTree.fromstring(plot)
    paths = [each.get("class") for each in tree.iter("{http://www.w3.org/2000/svg}path")]
    assert [each for each in paths if each.startswith("line")] == [
        "line websocket",
        "line stream",
    ] * 3
    assert "prefers-color-scheme: dark" in plot


def test_what_the_chapter_says_is_what_was_measured(backpressure, figures):
    assert figures["about"]["messages"] * figures["about"]["size"] == 256 * backpressure.MIB
    websocket, stream = (figures["runs"][name] for name in ("WebSocket", "WebSocketStream"))
    offered = websocket["sent"][-1][1]
    assert offered == stream["sent"][-1][1] == 256
    grown = {
        name: backpressure.most(run["memory"]) - backpressure.memory_before(run)
        for name, run in figures["runs"].items()
    }
    assert grown["WebSocket"] > 0.9 * offered
    assert grown["WebSocketStream"] < 16
    ends = [run["memory"][-1][0] for run in (websocket, stream)]
    assert max(ends) < 1.1 * min(ends)
