"""Record the logs of Chromium for the programs in ``tests/streams/orders.mjs``.

``PYTHONPATH=tests:conformance python -m support.record_orders`` writes ``orders.json``. To see
the logs of Node.js, run ``node tests/streams/orders.mjs``.
"""

import html
import re
import subprocess
import tempfile
from pathlib import Path

from websocket_conformance import chromium

STREAMS = Path(__file__).parents[1] / "streams"


def record() -> None:
    """Run the programs in a page, and write the logs that the page shows."""
    programs = (STREAMS / "orders.mjs").read_text("utf-8")
    with tempfile.TemporaryDirectory() as directory:
        page = Path(directory, "orders.html")
        page.write_text(
            f"<!doctype html><pre></pre><script type=module>{programs}</script>", "utf-8"
        )
        flags = (*chromium.FLAGS, f"--user-data-dir={directory}/profile")
        command = [chromium.find(), *flags, "--virtual-time-budget=20000", "--dump-dom"]
        shown = subprocess.run(
            [*command, page.as_uri()], check=True, capture_output=True, text=True
        ).stdout
    found = re.search("<pre>(.+?)</pre>", shown, re.DOTALL)
    if found is None:
        raise SystemExit("the page shows nothing: run the programs in Node.js to see why")
    (STREAMS / "orders.json").write_text(html.unescape(found[1]) + "\n", "utf-8")


if __name__ == "__main__":
    record()
