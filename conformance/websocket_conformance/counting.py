"""Counts of things as text."""


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with a noun, such as ``"1 case"`` or ``"1,234 cases"``.

    Args:
        count: how many there are.
        one: the noun in the singular.
        many: the noun in the plural; empty for the singular with an s.
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
