"""Prints the lowest versions of what ``whatwg-websockets`` depends on, for ``make lowest``.

They are those of the core, of ``[fast]`` and ``[proxy]``, and of what ``[conformance]`` names.

They are constraints for pip: ``ada-url==4`` where pyproject.toml says ``ada-url>=4``.
"""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def lowest(requirements: list[str]) -> list[str]:
    """Turn each lower bound that holds on this machine and this Python into a version."""
    applying = [
        requirement
        for requirement in map(Requirement, requirements)
        if requirement.specifier and (requirement.marker is None or requirement.marker.evaluate())
    ]
    return [
        f"{requirement.name}=={re.fullmatch(r'>=([0-9.]+)', str(requirement.specifier))[1]}"
        for requirement in applying
    ]


if __name__ == "__main__":
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    of_extras = extras["fast"] + extras["proxy"] + extras["conformance"]
    print("\n".join(lowest(project["dependencies"] + of_extras)))
