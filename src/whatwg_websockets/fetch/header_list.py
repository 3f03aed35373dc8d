"""Header lists, section 2.2.2 of the Fetch Standard.

Names and values are bytes; names compare without regard to case and keep the case they came in.
"""

from whatwg_websockets.algorithm import algorithm

Header = tuple[bytes, bytes]


class HeaderList:
    """A list of headers, in order.

    Source: https://fetch.spec.whatwg.org/#concept-header-list
    """

    def __init__(self, headers: list[Header] | None = None) -> None:
        self.headers: list[Header] = list(headers or ())

    @algorithm("header-list-contains", "contains")
    def contains(self, name: bytes) -> bool:
        """Tell whether the list has a header of the name.

        Source: https://fetch.spec.whatwg.org/#header-list-contains
        """
        # 1. Case does not tell names apart.
        return name.lower() in [each.lower() for each, _ in self.headers]

    def values(self, name: bytes) -> list[bytes]:
        """Return the value of each header of the name, in order."""
        return [value for each, value in self.headers if each.lower() == name.lower()]

    @algorithm("concept-header-list-append", "append")
    def append(self, name: bytes, value: bytes) -> None:
        """Add a header; where the name is there already, in the case it has there.

        Source: https://fetch.spec.whatwg.org/#concept-header-list-append
        """
        # 1. One name is written in one way throughout a list.
        wanted = name.lower()
        for present, _ in self.headers:
            if present.lower() == wanted:
                name = present
                break
        # 2. The new header comes last.
        self.headers.append((name, value))

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
