"""Files that are replaced as a whole, so that nobody ever finds a part of one.

The new content is written into a file of another name in the same folder, which then takes the
place of the old file. If the program is interrupted meanwhile, the old file is unchanged.
"""

import os
import stat
from contextlib import suppress

_OWNER_ONLY = 0o600


def replace_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Replace a file atomically, with one that only its owner may read.

    A program that reads the file meanwhile finds either the old content or the whole new content.

    Raises:
        OSError: the file cannot be written; an existing file is unchanged.
    """
    _replace(os.path.realpath(path), content, _OWNER_ONLY)


def replace_text(path: str | os.PathLike[str], text: str, *, modified: int | None = None) -> None:
    """Replace a text file atomically, or create it; an existing file keeps its permissions.

    Args:
        path: the file.
        text: the new text, which is written in UTF-8.
        modified: the modification time of the new file, in nanoseconds since 1970; None for now.

    Raises:
        OSError: the file cannot be written; an existing file is unchanged.
    """
    whole = os.path.realpath(path)
    mode = stat.S_IMODE(os.stat(whole).st_mode) if os.path.exists(whole) else None
    _replace(whole, text.encode(), mode, modified)


def _replace(path: str, content: bytes, mode: int | None, modified: int | None = None) -> None:
    """Replace a file; without a mode, the new file has the permissions of any new file."""
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.urandom(8).hex()}")
    # Until its permissions are set, a file that is to be private must not be readable for others.
    opener = None if mode is None else _open_for_owner
    try:
        with open(temporary, "xb", opener=opener) as file:
            file.write(content)
        if mode is not None:
            os.chmod(temporary, mode)
        if modified is not None:
            os.utime(temporary, ns=(modified, modified))
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _open_for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, _OWNER_ONLY)
