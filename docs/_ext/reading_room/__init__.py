"""The reading room: a Sphinx extension that shows algorithms, positions and recorded connections.

The pages that it makes are not committed. When a build begins, they are written from the current
index, step comments and positions (:mod:`.pages`). Directives and roles (:mod:`.directives`) show
algorithms in them, and in any other page.
"""

from typing import Any

from sphinx.application import Sphinx

from reading_room import connections, decided, directives, landed, marks, own_texts, pages, sources
from reading_room.house import keep, outdated, room

__all__ = ["room", "setup"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension's directives, roles and event handlers with Sphinx."""
    app.add_config_value("reading_room_root", "..", "env", str)
    app.add_config_value("reading_room_package", "src/whatwg_websockets", "env", str)
    app.add_config_value("reading_room_texts", "", "env", str)
    app.connect("config-inited", decided.use_scorer)
    app.connect("config-inited", own_texts.use_switch)
    app.connect("builder-inited", keep, priority=100)
    app.connect("builder-inited", own_texts.read_folder, priority=150)
    app.connect("builder-inited", pages.write_pages, priority=200)
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", pages.point_to_pages)
    app.connect("doctree-read", sources.link_names)
    app.connect("doctree-read", decided.note_mentions)
    app.connect("doctree-resolved", sources.resolve_links)
    app.connect("doctree-resolved", connections.resolve_timelines)
    app.connect("build-finished", sources.write_pages)
    app.connect("build-finished", connections.write_timelines)
    app.connect("build-finished", own_texts.take_switch_away)
    app.add_domain(decided.Decided)
    app.add_node(sources.SourceLink)
    app.add_node(connections.Timeline)
    app.add_directive("algorithm", directives.AlgorithmDirective)
    app.add_directive("landed", landed.LandedDirective)
    app.add_directive("timeline", connections.TimelineDirective)
    app.add_directive("sequence", connections.SequenceDirective)
    app.add_role("algorithm", directives.AlgorithmRole())
    app.add_role("position", directives.PositionRole())
    app.add_role("source", directives.SourceRole())
    app.add_role("close-code", decided.CloseCodeRole())
    app.add_role("mark", marks.MarkRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
