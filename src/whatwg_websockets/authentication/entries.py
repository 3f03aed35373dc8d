"""Authentication entries: what has been answered, for the requests that follow.

Source: https://fetch.spec.whatwg.org/#authentication-entry
"""

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from whatwg_websockets.authentication.answer import Answer
    from whatwg_websockets.authentication.challenge import Challenge
    from whatwg_websockets.authentication.credentials import Credentials, Token

# How many protection spaces, and how many paths of each, are remembered; the oldest go first.
MOST_ENTRIES: Final = 20
MOST_PATHS: Final = 10

# An origin, the scheme of authentication, and the realm: RFC 9110 section 11.5.
_Space = tuple[str, str, bytes]


class AuthenticationEntries:
    """The authentication entries of one settings object. They are shown nowhere.

    ``len(entries)`` says how many there are, and ``entries.clear()`` forgets them.

    Source: https://fetch.spec.whatwg.org/#authentication-entry
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[_Space, _Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<AuthenticationEntries, {len(self)} of them>"

    def clear(self) -> None:
        """Forget them all, as a browser does with its cookies."""
        self._entries.clear()

    def add(self, origin: str, path: str, answer: "Answer") -> None:
        """Remember an answer for the protection space that a request belongs to.

        Args:
            origin: the origin that was asked.
            path: the path of the request.
            answer: what was sent with it.
        """
        space = _space(origin, answer.challenge)
        entry = self._entries.pop(space, None) or _Entry()
        entry.answer = answer
        entry.cover(origin, path)
        self._entries[space] = entry
        while len(self._entries) > MOST_ENTRIES:
            self._entries.popitem(last=False)

    def remove(self, origin: str, answer: "Answer") -> None:
        """Forget an answer that was refused, if it is still the one that is remembered."""
        space = _space(origin, answer.challenge)
        entry = self._entries.get(space)
        if entry is not None and entry.answer.credentials == answer.credentials:
            del self._entries[space]

    def of_the_realm(self, origin: str, challenge: "Challenge") -> "Credentials | Token | None":
        """Return what a challenge of the same protection space was answered with before."""
        entry = self._entries.get(_space(origin, challenge))
        return None if entry is None else entry.answer.credentials

    def of_the_path(
        self, origin: str, path: str, of_the_url: "Credentials | None" = None
    ) -> "Answer | None":
        """Return what a request is sent with before anybody asks for it.

        Args:
            origin: the origin that is asked.
            path: the path of the request.
            of_the_url: the name and the password of its URL. What was answered with others is not
                for the request: who names somebody in the URL does not want to be somebody else.

        Source: RFC 7617 section 2.2; RFC 7616 section 3.3, "domain"
        """
        found, longest = None, -1
        for (each, _, _), entry in tuple(self._entries.items()):
            is_for_it = each == origin and of_the_url in (None, entry.answer.credentials)
            length = entry.reach(path) if is_for_it else -1
            if length > longest:
                found, longest = entry.answer, length
        return found


class _Entry:
    """What is known of one protection space.

    Attributes:
        answer: what it was answered with last.
        folders: the beginnings of the paths that belong to it.
    """

    __slots__ = ("answer", "folders")

    answer: "Answer"

    def __init__(self) -> None:
        self.folders: list[str] = []

    def cover(self, origin: str, path: str) -> None:
        """Let the space reach over the path of a request, and what the server says of it."""
        for folder in self._folders_of(origin, path):
            # A folder that lies in another one says nothing new.
            if not any(folder.startswith(each) for each in self.folders):
                self.folders.append(folder)
        del self.folders[:-MOST_PATHS]

    def _folders_of(self, origin: str, path: str) -> list[str]:
        # § rfc7617-2.2-1. All that lies as deep as the path, or deeper, is in the same space.
        if self.answer.challenge.scheme != "digest":
            return [path[: path.rindex("/") + 1]]
        # § rfc7616-3.3-6. The server may list what is in the space, and otherwise all of it is.
        domain = self.answer.challenge.parameters.get("domain", b"").decode("latin-1").split()
        listed = [each.removeprefix(origin) for each in domain]
        return [each for each in listed if each.startswith("/")] if domain else ["/"]

    def reach(self, path: str) -> int:
        """Return how long the beginning is that a path has in common, -1 if it has none."""
        return max((len(each) for each in self.folders if path.startswith(each)), default=-1)


def _space(origin: str, challenge: "Challenge") -> _Space:
    return origin, challenge.scheme, challenge.realm
