"""Whether text is UTF-8, known as soon as it is not.

Source: RFC 6455, section 8.1.
"""

import codecs


class Utf8Check:
    """Checks a text piece by piece; once it is bad it stays bad."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_bad = False

    def accepts(self, piece: bytes, *, last: bool = False) -> bool:
        """Whether the text can still be valid after this piece; with the last, whether it is."""
        if not self._is_bad:
            try:
                self._decoder.decode(piece, last)
            except UnicodeDecodeError:
                self._is_bad = not last
                return False
        return not self._is_bad
