"""Looks in the prose of the repository for the phrases that words.toml lists; `make lint` runs it.

Prose is what a person reads: comments, docstrings and messages of Python files, and the text of
other files. Code is passed over, as are text between backquotes, blocks of code in Markdown, and
examples behind ``>>>``. So are literals on a line with the comment ``# not prose``.
"""

import re
import subprocess
import sys
import tokenize
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDS = Path(__file__).with_name("words.toml")

# The files that quote the phrases, and those that were written by a program or by others.
LEFT_OUT = (
    "tests/support/words.toml",
    "tests/rules/test_words.py",
    "docs/recordings/",
)
READ = {
    *(".cfg", ".cjs", ".css", ".html", ".ini", ".jinja", ".js", ".md", ".mjs", ".py", ".toml"),
    *(".txt", ".yaml", ".yml"),
}

_OTHER_TOKENS = {tokenize.NL, tokenize.COMMENT}
_FSTRINGS = {
    getattr(tokenize, name, -1) for name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")
}
_LITERAL = re.compile(r"(?s)\A([A-Za-z]*)('''|\"\"\"|'|\")(.*)\2\Z")
_COMMENT_MARK = re.compile(r"^\s*(?:#+:?|//+|/?\*+/?|<!--|-->)?\s?")
_FENCE = re.compile(r"^\s*(?:>\s*)?(```|~~~)")
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_TEMPLATE = re.compile(r"\{([{%]).*?[}%]\}")
_NOT_PROSE = "# not prose"
_MESSAGE = 3
"""A literal of fewer words than these is a name or data."""


@dataclass(frozen=True, slots=True)
class Habit:
    """A phrase that is not to be written, and what to write in its place.

    Attributes:
        pattern: a regular expression; it is searched in text that has been put on one line.
        why: why not, a clause.
        instead: what to write instead.
        found: sentences in which the pattern is found.
        passed: sentences in which it is not.
    """

    pattern: re.Pattern[str]
    why: str
    instead: str
    found: list[str]
    passed: list[str]


Lines = list[tuple[int, str]]
"""A passage of prose: its lines, each with its number."""


def habits(path: Path = WORDS) -> list[Habit]:
    """Read the list of phrases."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["habit"]
    return [
        Habit(
            re.compile(table["pattern"]),
            table["why"],
            table["instead"],
            table["found"],
            table.get("passed", []),
        )
        for table in tables
    ]


def found_in(lines: Lines, known: Iterable[Habit]) -> Iterator[tuple[int, str, Habit]]:
    """Find the phrases in a passage: the line on which each begins, its words, and its habit."""
    starts: list[int] = []
    text = ""
    for _, line in lines:
        starts.append(len(text))
        text += " ".join(line.split()) + " "
    text = _CODE.sub(lambda code: "`" * len(code[0]), text)
    for habit in known:
        for match in habit.pattern.finditer(text):
            yield lines[bisect_right(starts, match.start()) - 1][0], match[0].strip(), habit


def passages(path: Path) -> Iterator[Lines]:
    """Read the prose of a file."""
    if path.suffix == ".py":
        with path.open("rb") as file:
            tokens = list(tokenize.tokenize(file.readline))
        yield from _comments(tokens)
        yield from _literals(tokens)
    else:
        text = path.read_text(encoding="utf-8", errors="replace")
        yield from _paragraphs(_TEMPLATE.sub("`…`", text).splitlines())


def _paragraphs(lines: Iterable[str]) -> Iterator[Lines]:
    """Read a text: blocks between blank lines, without the code between fences."""
    block: Lines = []
    fence = ""
    for number, line in enumerate(lines, 1):
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        text = "" if mark or fence else _COMMENT_MARK.sub("", line, count=1)
        if text:
            block.append((number, text))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _comments(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[Lines]:
    """Read the comments of a module; those on lines that follow each other are one passage."""
    block: Lines = []
    for token in tokens:
        if token.type != tokenize.COMMENT:
            continue
        number = token.start[0]
        if block and block[-1][0] != number - 1:
            yield block
            block = []
        block.append((number, _COMMENT_MARK.sub("", token.string, count=1)))
    if block:
        yield block


def _literals(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[Lines]:
    """Read the docstrings and messages of a module; literals side by side are one passage."""
    block: Lines = []
    depth = 0
    for token in tokens:
        if token.line.rstrip().endswith(_NOT_PROSE):
            continue
        kind = tokenize.tok_name[token.type]
        depth += (kind == "FSTRING_START") - (kind == "FSTRING_END")
        if token.type == tokenize.STRING:
            block += _lines_of(token)
        elif kind == "FSTRING_MIDDLE":
            block += [
                (token.start[0] + index, line)
                for index, line in enumerate(_plain(token.string).split("\n"))
            ]
        elif depth:
            block.append((token.start[0], "`…`"))
        elif block and token.type not in _OTHER_TOKENS | _FSTRINGS:
            yield from _messages(block)
            block = []


def _lines_of(token: tokenize.TokenInfo) -> Iterator[tuple[int, str]]:
    """Read one literal, without its quotes; fields of an f-string become code."""
    match = _LITERAL.match(token.string)
    assert match is not None
    prefix, _, text = match.groups()
    if "b" in prefix.lower():
        return
    if "f" in prefix.lower():
        text = re.sub(r"(?<!\{)\{[^{}]*\}", "`…`", text)
    shown = True
    for index, line in enumerate(_plain(text).split("\n")):
        shown = not line.lstrip().startswith((">>>", "...")) and (shown or not line.strip())
        yield token.start[0] + index, line if shown else ""


def _plain(text: str) -> str:
    return text.replace("\\n", " ")


def _messages(block: Lines) -> Iterator[Lines]:
    """Pass on what is long enough to be a message, as one line where it stands on one."""
    joined: Lines = []
    for number, line in block:
        if joined and joined[-1][0] == number:
            joined[-1] = (number, joined[-1][1] + line)
        else:
            joined.append((number, line))
    if len(re.findall(r"\w+", " ".join(line for _, line in joined))) >= _MESSAGE:
        yield joined


def files(root: Path = ROOT) -> list[Path]:
    """List the files whose prose is read: those that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return [
        root / name
        for name in sorted(set(filter(None, listed.stdout.split("\0"))))
        if not name.startswith(LEFT_OUT)
        and (Path(name).suffix in READ or Path(name).name == "Makefile")
        and (root / name).is_file()
    ]


def main(names: list[str]) -> int:
    """Print each phrase as ``file:line: what and what to write instead``; 1 if there is one."""
    known = habits()
    status = 0
    for path in [Path(name) for name in names] or files():
        shown = (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()
        hits = [hit for passage in passages(path) for hit in found_in(passage, known)]
        for number, words, habit in sorted(hits, key=lambda hit: hit[:2]):
            print(f'{shown}:{number}: "{words}": {habit.why}; write {habit.instead} instead')
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
