"""Header lists, section 2.2.2 of the Fetch Standard.

Names and values are bytes; names compare without regard to case and keep the case they came in.
"""

from collections.abc import Iterable

from whatwg_websockets.algorithm import algorithm

Header = tuple[bytes, bytes]


class HeaderList:
    """A list of headers, in order.

    Source: https://fetch.spec.whatwg.org/#concept-header-list
    """

    def __init__(self, headers: Iterable[Header] = ()) -> None:
        self.headers: list[Header] = list(headers)
        # Each name in lower case, with how the list writes it.
        self._written = {name.lower(): name for name, _ in reversed(self.headers)}

    def copy(self) -> "HeaderList":
        """Make a list of the same headers."""
        copy = HeaderList()
        copy.headers, copy._written = self.headers.copy(), self._written.copy()
        return copy

    @algorithm("header-list-contains", "contains")
    def contains(self, name: bytes) -> bool:
        """Tell whether the list has a header of the name.

        Source: https://fetch.spec.whatwg.org/#header-list-contains
        """
        # 1. Case does not tell names apart.
        return name.lower() in self._written

    @algorithm("extract-header-list-values", "extract header list values")
    def values(self, name: bytes) -> list[bytes]:
        """Return the value of each header of the name, in order.

        Source: https://fetch.spec.whatwg.org/#extract-header-list-values
        """
        # 1. Without a header of the name the list of values is empty, which stands for null.
        # 2. Whoever asks refuses several headers where the name allows for one.
        # 3. The list of values is made in one go.
        # 4. Each header of the name is looked at.
        # 4.1. A value stays as the server wrote it, and whoever asks takes it apart.
        # 4.2. Whoever asks refuses a value that cannot be taken apart.
        # 4.3. The values keep the order of their headers.
        # 5. The values go to whoever asks.
        return [value for each, value in self.headers if each.lower() == name.lower()]

    @algorithm("concept-header-list-set-structured-header", "set a structured field value")
    def set_a_structured_field_value(self, name: bytes, token: str) -> None:
        """Have one header of the name, whose value is a token of a structured field.

        Source: https://fetch.spec.whatwg.org/#concept-header-list-set-structured-header
        """
        # 1. A token is written as it is.
        serialized = token.encode("ascii")
        # 2. The header takes the place of those that are there.
        self.set(name, serialized)

    @algorithm("concept-header-list-append", "append")
    def append(self, name: bytes, value: bytes) -> None:
        """Add a header; where the name is there already, in the case it has there.

        Source: https://fetch.spec.whatwg.org/#concept-header-list-append
        """
        # 1. One name is written in one way throughout a list.
        name = self._written.setdefault(name.lower(), name)
        # 2. The new header comes last.
        self.headers.append((name, value))

    def prepend(self, name: bytes, value: bytes) -> None:
        """Put a header before all others; the list has none of this name yet."""
        self._written[name.lower()] = name
        self.headers.insert(0, (name, value))

    @algorithm("concept-header-list-set", "set")
    def set(self, name: bytes, value: bytes) -> None:
        """Have one header of the name, with this value.

        Source: https://fetch.spec.whatwg.org/#concept-header-list-set
        """
        # 1. The first header of the name takes the value, and the others go.
        if self.contains(name):
            there = [i for i, (each, _) in enumerate(self.headers) if each.lower() == name.lower()]
            self.headers[there[0]] = (self.headers[there[0]][0], value)
            for i in reversed(there[1:]):
                del self.headers[i]
            return
        # 2. Where there is none, it is added.
        self.append(name, value)

    @algorithm("concept-header-list-combine", "combine")
    def combine(self, name: bytes, value: bytes) -> None:
        """Add to the value of the header that is there, after a comma, or else append one.

        Source: https://fetch.spec.whatwg.org/#concept-header-list-combine
        """
        for i, (present, old) in enumerate(self.headers):
            if present.lower() == name.lower():
                # 1. A header that is there takes the value in.
                self.headers[i] = (present, old + b", " + value)
                return
        # 2. Otherwise it becomes a header.
        self.append(name, value)
