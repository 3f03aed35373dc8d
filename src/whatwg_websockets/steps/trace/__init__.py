"""A live run, told step by step: which algorithm, which step, with what, and which frames moved.

:class:`trace` looks on; :mod:`.live` makes a run to look at; :mod:`.terminal`, :mod:`.jsonl`,
:mod:`.mermaid` and :mod:`.html` tell it.
"""

from whatwg_websockets.steps.trace.entry import Entry, State
from whatwg_websockets.steps.trace.tracing import trace

__all__ = ["Entry", "State", "trace"]
