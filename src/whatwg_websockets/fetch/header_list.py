"""Header lists, section 2.2.2 of the Fetch Standard.

Names and values are bytes. Names are compared case-insensitively and keep their case.
"""

from collections.abc import Iterable

from whatwg_websockets.algorithm import algorithm

Header = tuple[bytes, bytes]


class HeaderList:
    """A list of headers, in the order in which they were appended.

    Source: https://fetch.spec.whatwg.org/#concept-header-list
    """

    def __init__(self, headers: Iterable[Header] = ()) -> None:
        self.headers: list[Header] = list(headers)
        # Each name in lower case, with the case in which the list has it.
        self._written = {name.lower(): name for name, _ in reversed(self.headers)}

    def copy(self) -> "HeaderList":
        """Return a new list with the same headers."""
        copy = HeaderList()
        copy.headers, copy._written = self.headers.copy(), self._written.copy()
        return copy

    @algorithm("header-list-contains", "contains")
    def contains(self, name: bytes) -> bool:
        """Return whether the list has a header with a name.

        Source: https://fetch.spec.whatwg.org/#header-list-contains
        """
        # 1. Compare the name case-insensitively with those in the header list.
        return name.lower() in self._written

    @algorithm("extract-header-list-values", "extract header list values")
    def values(self, name: bytes) -> list[bytes]:
        """Return the value of each header with a name, in order.

        Source: https://fetch.spec.whatwg.org/#extract-header-list-values
        """
        # 1. Return an empty list, which stands for null, if the header list does not contain the
        #    name.
        # 2. If several headers have the name, return all their values, even if only one is allowed;
        #    the caller refuses more than one.
        # 3. Begin with an empty list of values.
        # 4. Collect a value from each header with the name.
        # 4.1. Take the value as the server wrote it; the caller parses the value.
        # 4.2. Do not return failure for a value that cannot be parsed, since the caller refuses it.
        # 4.3. Append the value to the list, in the order of the headers.
        # 5. Return the list of values.
        return [value for each, value in self.headers if each.lower() == name.lower()]

    @algorithm("concept-header-list-set-structured-header", "set a structured field value")
    def set_a_structured_field_value(self, name: bytes, token: str) -> None:
        """Set a header to a structured field value that is a token.

        Source: https://fetch.spec.whatwg.org/#concept-header-list-set-structured-header
        """
        # 1. Serialize the token as a structured field value, which leaves it unchanged.
        serialized = token.encode("ascii")
        # 2. Set the header with the name to the serialized value.
        self.set(name, serialized)

    @algorithm("concept-header-list-append", "append")
    def append(self, name: bytes, value: bytes) -> None:
        """Append a header; if the list contains the name, in the case that it has there.

        Source: https://fetch.spec.whatwg.org/#concept-header-list-append
        """
        # 1. If the header list contains the name, replace the name by the list's spelling, which
        #   may differ in letter case.
        name = self._written.setdefault(name.lower(), name)
        # 2. Append the name and the value as the last header of the list.
        self.headers.append((name, value))

    def prepend(self, name: bytes, value: bytes) -> None:
        """Insert a header before all others; the list must not contain its name yet."""
        self._written[name.lower()] = name
        self.headers.insert(0, (name, value))

    @algorithm("concept-header-list-set", "set")
    def set(self, name: bytes, value: bytes) -> None:
        """Set the value of the header with a name, which is appended if the list lacks it.

        Source: https://fetch.spec.whatwg.org/#concept-header-list-set
        """
        # 1. Set the value of the first header with the name, and remove all other headers with the
        #    name.
        if self.contains(name):
            there = [i for i, (each, _) in enumerate(self.headers) if each.lower() == name.lower()]
            self.headers[there[0]] = (self.headers[there[0]][0], value)
            for i in reversed(there[1:]):
                del self.headers[i]
            return
        # 2. Append a header with the name and the value if the header list does not contain the
        #    name.
        self.append(name, value)

    @algorithm("concept-header-list-combine", "combine")
    def combine(self, name: bytes, value: bytes) -> None:
        """Add a value to the header with a name, after a comma; append the header if it is missing.

        Source: https://fetch.spec.whatwg.org/#concept-header-list-combine
        """
        for i, (present, old) in enumerate(self.headers):
            if present.lower() == name.lower():
                # 1. Append a comma and the value to the first header with the name.
                self.headers[i] = (present, old + b", " + value)
                return
        # 2. Append a header with the name and the value if the header list does not contain the
        #    name.
        self.append(name, value)
