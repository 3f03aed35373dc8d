"""An incremental check of UTF-8, which fails at the first invalid octet.

Source: RFC 6455, section 8.1.
"""

import codecs


class Utf8Check:
    """Checks a text piece by piece; once a piece is invalid, the text stays invalid."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_bad = False

    def accepts(self, piece: bytes, *, last: bool = False) -> bool:
        """Return whether the text can still be valid; with the last piece, whether it is valid."""
        if not self._is_bad:
            try:
                self._decoder.decode(piece, last)
            except UnicodeDecodeError:
                self._is_bad = not last
                return False
        return not self._is_bad
