"""Authentication entries: answers that were accepted, for the requests that follow.

Source: https://fetch.spec.whatwg.org/#authentication-entry
"""

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from whatwg_websockets.authentication.answer import Answer
    from whatwg_websockets.authentication.challenge import Challenge
    from whatwg_websockets.authentication.credentials import Credentials, Token

# The number of protection spaces, and of paths of each, that are kept; the oldest are removed.
MOST_ENTRIES: Final = 20
MOST_PATHS: Final = 10

# An origin, the scheme of authentication, and the realm: RFC 9110 section 11.5.
_Space = tuple[str, str, bytes]


class AuthenticationEntries:
    """The authentication entries of one settings object. Their representation does not show them.

    ``len(entries)`` returns their number, and ``entries.clear()`` removes them.

    Source: https://fetch.spec.whatwg.org/#authentication-entry
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[_Space, _Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<AuthenticationEntries, {len(self)} of them>"

    def clear(self) -> None:
        """Remove all entries, as a browser does when its cookies are cleared."""
        self._entries.clear()

    def add(self, origin: str, path: str, answer: "Answer") -> None:
        """Store an answer for the protection space of a request.

        Args:
            origin: the origin of the request's URL.
            path: the path of the request.
            answer: the answer that the request was sent with.
        """
        space = _space(origin, answer.challenge)
        entry = self._entries.pop(space, None) or _Entry()
        entry.answer = answer
        entry.cover(origin, path)
        self._entries[space] = entry
        while len(self._entries) > MOST_ENTRIES:
            self._entries.popitem(last=False)

    def remove(self, origin: str, answer: "Answer") -> None:
        """Remove the entry of an answer that was refused, unless it has another answer by now."""
        space = _space(origin, answer.challenge)
        entry = self._entries.get(space)
        if entry is not None and entry.answer.credentials == answer.credentials:
            del self._entries[space]

    def of_the_realm(self, origin: str, challenge: "Challenge") -> "Credentials | Token | None":
        """Return the credentials of the entry for a challenge's protection space, or None."""
        entry = self._entries.get(_space(origin, challenge))
        return None if entry is None else entry.answer.credentials

    def of_the_path(
        self, origin: str, path: str, of_the_url: "Credentials | None" = None
    ) -> "Answer | None":
        """Return the answer to send with a request before a challenge is received, or None.

        Args:
            origin: the origin of the request's URL.
            path: the path of the request.
            of_the_url: the name and the password in the request's URL. An entry with others is not
                used, since the URL states which user makes the request.

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
    """The entry of one protection space.

    Attributes:
        answer: the last answer that was accepted.
        folders: the prefixes of the paths in the space.
    """

    __slots__ = ("answer", "folders")

    answer: "Answer"

    def __init__(self) -> None:
        self.folders: list[str] = []

    def cover(self, origin: str, path: str) -> None:
        """Extend the space to the path of a request, and to the paths that the server lists."""
        for folder in self._folders_of(origin, path):
            # A folder inside another one of the list is not added.
            if not any(folder.startswith(each) for each in self.folders):
                self.folders.append(folder)
        del self.folders[:-MOST_PATHS]

    def _folders_of(self, origin: str, path: str) -> list[str]:
        # § rfc7617-2.2-1. Assume that all paths at or below the depth of the request's last folder
        #   are in the same protection space.
        if self.answer.challenge.scheme != "digest":
            return [path[: path.rindex("/") + 1]]
        # § rfc7616-3.3-6. Take the paths in the challenge's domain as those in the protection
        #   space; without a domain, take all paths of the server.
        domain = self.answer.challenge.parameters.get("domain", b"").decode("latin-1").split()
        listed = [each.removeprefix(origin) for each in domain]
        return [each for each in listed if each.startswith("/")] if domain else ["/"]

    def reach(self, path: str) -> int:
        """Return the length of the longest prefix of a path in this space; -1 if none matches."""
        return max((len(each) for each in self.folders if path.startswith(each)), default=-1)


def _space(origin: str, challenge: "Challenge") -> _Space:
    return origin, challenge.scheme, challenge.realm
