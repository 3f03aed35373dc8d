"""The credentials of a client: a name and a password, or a token."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from whatwg_websockets.url.url_record import UrlRecord

_CONTROL_CHARACTER: Final = re.compile(rb"[\x00-\x1f\x7f]")


class CannotBeSent(Exception):
    """The scheme does not allow the credentials to be sent.

    Attributes:
        why: the reason, without the credentials, as the end of a sentence.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Secret(bytes):
    """Bytes that are as confidential as a password. Their representation does not show them."""

    def __repr__(self) -> str:
        return "<Secret>"


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """A name and a password, as bytes of UTF-8. Their representation does not show them.

    Attributes:
        name: the name.
        password: the password.
    """

    name: bytes
    password: bytes

    def __repr__(self) -> str:
        return "<Credentials>"

    def normalized(self) -> "Credentials":
        """Return the credentials in Normalization Form C; text that is not UTF-8 is unchanged."""
        return Credentials(_nfc(self.name), _nfc(self.password))


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A token. Its representation does not show it.

    Attributes:
        token: the token.
    """

    token: bytes

    def __repr__(self) -> str:
        return "<Token>"


def credentials_of_the_url(url: UrlRecord) -> Credentials | None:
    """Return the name and the password of a URL; None if it has neither.

    Source: https://url.spec.whatwg.org/#include-credentials
    """
    if not (url.username or url.password):
        return None
    # The module is imported here, to keep the import of the package fast.
    from urllib.parse import unquote_to_bytes

    return Credentials(unquote_to_bytes(url.username), unquote_to_bytes(url.password))


def as_bytes(text: str) -> bytes:
    """Encode text as UTF-8.

    Raises:
        ValueError: the text has a lone surrogate. Unlike Python's own exception, this one does not
            quote the text, which may be a password.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    raise ValueError("credentials have a lone surrogate, which cannot be sent")


def refuse_control_characters(text: bytes, what: str, scheme: str) -> None:
    """Refuse a name or a password with a control character.

    Raises:
        CannotBeSent: the text has a control character.
    """
    if _CONTROL_CHARACTER.search(text):
        raise CannotBeSent(f"the {what} has a control character, which {scheme} does not allow")


def _nfc(text: bytes) -> bytes:
    try:
        return unicodedata.normalize("NFC", text.decode()).encode()
    except UnicodeDecodeError:
        return text
