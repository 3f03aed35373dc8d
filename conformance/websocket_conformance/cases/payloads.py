"""The payloads that the judge sends, which are generated and the same in every run.

Autobahn's testsuite sends pieces of files: a book, a bitmap, a PDF. The generated data has the same
sizes and kinds, compresses about as well, and copies no work of others.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

_TEXT = (
    "und der die das nicht ich ein so zu ist er es in sie mir mich wir von den mit auf daß was "
    "euch ihr doch nur wie dir wenn ihn hier schon dem man auch als noch da dann nun aus gar wohl "
    "gleich ganz mein sein Geist Welt Herz Nacht Tag Leben Himmel Erde Mensch Feuer Wasser Stunde "
    "Liebe Kraft Sinn Blick Hand Kind Haus Garten Straße Quelle Brücke Wolke Schatten leise heiß "
    "über süß müde früh spät hinaus vorbei empor zurück geschwind vergebens wunderbar unermüdlich "
    "Gedanke Augenblick Sternenlicht Morgenröte Wanderschaft Werkstatt Fensterbank Nachbarin"
)
_WORDS = _TEXT.split()


def repeated(unit: bytes, length: int) -> bytes:
    """Return octets that are repeated up to a length."""
    return (unit * (length // len(unit) + 1))[:length]


@dataclass(frozen=True)
class Stream:
    """Messages of one size, cut one after the other from a text that is repeated without end.

    Attributes:
        source: the name of the text in `SOURCES`.
        size: how much of it is in a message: characters of a text, octets of anything else.
        count: how many messages there are.
    """

    source: str
    size: int
    count: int

    def __getitem__(self, index: int) -> bytes:
        """Return the payload of a message."""
        source = SOURCES[self.source]()
        start = index * self.size % len(source)
        piece = source[start : start + self.size]
        while len(piece) < self.size:
            piece += source[: self.size - len(piece)]  # type: ignore[operator]
        return piece.encode() if isinstance(piece, str) else piece


@cache
def json() -> str:
    """Return records of JSON that differ in some numbers and a word, 194,056 characters."""
    chance = random.Random("json")  # noqa: S311 - must be the same every time
    words = [word.encode("ascii", "backslashreplace").decode() for word in _WORDS]
    records = (
        f'  {{\n    "id": {number},\n    "word": "{chance.choice(words)}",\n'
        f'    "age": {chance.randrange(20, 41)},\n    "isActive": false,\n    "tags": []\n  }}'
        for number in range(2600)
    )
    return ("[\n" + ",\n".join(records))[:194_056]


@cache
def bitmap() -> bytes:
    """Return a picture of 512 by 512 grey pixels: gradients with noise, 263,222 octets."""
    noise = random.Random("bitmap").randbytes(512 * 512)  # noqa: S311
    rows = bytearray(b"BM".ljust(1078, b"\0"))
    for row in range(512):
        shades = bytes((row // 4 + value // 3) & 0xFF for value in range(256))
        rows += noise[row * 512 : row * 512 + 512].translate(shades)
    return bytes(rows)


@cache
def prose() -> bytes:
    """Return lines of a number and random German words, 222,218 octets."""
    chance = random.Random("prose")  # noqa: S311
    words = iter(chance.choices(_WORDS, weights=range(len(_WORDS), 0, -1), k=40_000))
    lines = (
        f"{chance.randrange(10**12):012} {' '.join(line)}"
        for line in zip(*[words] * 7, strict=False)
    )
    return "\r\n".join(lines).encode()[:222_218]


@cache
def html() -> str:
    """Return a page with a long table, 258,000 characters and slightly more octets in UTF-8."""
    chance = random.Random("html")  # noqa: S311
    rows = (
        f'<tr class="case_row"><td class="case">Fall {number}</td>'
        f'<td class="case_ok"><a href="agent_case_{number}.html">Prüfung bestanden</a></td>'
        f'<td class="close"><span class="close_code">{chance.randrange(1000, 5000)}</span></td>'
        f"<td>{chance.choice(_WORDS)} …</td></tr>\n"
        for number in range(2000)
    )
    return ("<!DOCTYPE html>\n<table>\n" + "".join(rows))[:258_000]


@cache
def document() -> bytes:
    """Return pieces that are compressed already, between others that are not, 1,042,328 octets."""
    chance = random.Random("document")  # noqa: S311
    pieces = []
    for number in range(1, 140):
        entry = f"{number} 0 obj\n<< /Type /Page /Parent 3 0 R /Resources 2 0 R >>\nendobj\n"
        pieces += [entry.encode() * 24, b"stream\n", chance.randbytes(6000), b"\nendstream\n"]
    return b"".join(pieces)[:1_042_328]


SOURCES: dict[str, Callable[[], str | bytes]] = {
    "json": json,
    "bitmap": bitmap,
    "prose": prose,
    "html": html,
    "document": document,
    "stars": lambda: b"*",
    "0xfe": lambda: b"\xfe",
}
"""The functions that make the texts, by name."""
