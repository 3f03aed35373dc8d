"""The older text of a standard: a file, a URL, or a revision in a checkout of its repository."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from whatwg_websockets.cli.spec_upstream import read_text_of, usage
from whatwg_websockets.steps.index import Standard
from whatwg_websockets.steps.matching import OtherStandard, check_standard, is_text_of
from whatwg_websockets.steps.passages import Upstream
from whatwg_websockets.steps.upstream import read_upstream
from whatwg_websockets.steps.words_by_hash import WordsByHash


def read_words(source: str, standard: Standard, standards: list[Standard]) -> WordsByHash:
    """Read the words of a standard, to be found by their hashes; exit with 2 where that fails.

    Args:
        source: the path of a ``.bs`` or HTML file; an http or https URL; or the folder of a git
            checkout, of which the revision is read that the index was made from.
        standard: the standard that the text should be of.
        standards: the index.
    """
    if Path(source).is_dir():
        return WordsByHash(_from_checkout(source, standard), standard)
    upstream = read_text_of(source)
    try:
        check_standard(upstream, standard, standards)
    except OtherStandard as error:
        raise usage(f"{source} {error}") from None
    return WordsByHash(upstream, standard)


def _from_checkout(folder: str, standard: Standard) -> Upstream:
    """Read the text that a checkout has at the index's version."""
    for name in _sources_in(folder, standard.version):
        upstream = read_upstream(_git(folder, "show", f"{standard.version}:{name}"))
        if is_text_of(standard, upstream):
            return upstream
    raise usage(
        f'{folder} has no .bs file at {standard.version} that is the text of "{standard.title}";'
        " name the checkout of that standard's repository, or a file"
    )


def _sources_in(folder: str, version: str) -> Iterator[str]:
    """Name Bikeshed's sources at the top of a checkout."""
    for name in _git(folder, "ls-tree", "--name-only", version).splitlines():
        if name.endswith(".bs"):
            yield name


def _git(folder: str, *arguments: str) -> str:
    """Run git in a checkout, and return its output; exit with 2 where it fails."""
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", folder, *arguments],  # noqa: S607
            capture_output=True,
            check=True,
        )
    except FileNotFoundError:
        raise usage(f"git is not installed, so {folder} cannot be read; name a file") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise usage(
            f"{folder} cannot be read at {arguments[-1]}: {said[0] if said else 'git failed'};"
            " name a checkout that has this revision, or a file"
        ) from None
    return done.stdout.decode("utf-8", "replace")


def without_words(count: int, source: str, version: str) -> str:
    """Return a note that an older text lacks words that the index has the hashes of."""
    steps = "1 change has" if count == 1 else f"{count} changes have"
    return f"{steps} no older words: {source} is not the text of version {version}."
