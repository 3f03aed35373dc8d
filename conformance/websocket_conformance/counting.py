"""Numbers of things, as people write them."""


def counted(count: int, one: str, many: str = "") -> str:
    """A number of things, such as ``"1 case"`` or ``"1,234 cases"``.

    Args:
        count: how many there are.
        one: what one of them is called.
        many: what several are called; empty for what one is called, with an s.
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
