"""Gives the package its description: the README, with links that work wherever it is read."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"(?<=\]\()(?!https?:|#|mailto:)(?=[^)\s])")
"""Where the target of a link begins that is a place in the repository."""

RELEASE = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?")
"""The version of a release, which has a tag; .ci/check_release.py lets no other become one."""


class Description(MetadataHookInterface):
    """Makes the description of README.md as the package is built."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put the description into the metadata.

        The links lead to the tag of a release, and from any other version to the newest state.
        So they do from 0.0, which stands for a version that is not known.
        """
        version = str(metadata["version"])
        state = f"v{version}" if RELEASE.fullmatch(version) else "HEAD"
        base = f"{metadata['urls']['Repository']}/blob/{state}/"
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": LINK.sub(lambda _: base, text),
        }
