"""Files that are replaced as a whole and that only their owner may read."""

import os


def replace_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Replace a file atomically, with one that only its owner may read.

    A program that reads the file meanwhile finds either the old content or the whole new content.

    Raises:
        OSError: the file cannot be written; an existing file is unchanged.
    """
    # A program that writes no file does not spend time on this import.
    import tempfile

    whole = os.path.realpath(path)
    folder, name = os.path.split(whole)
    number, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        os.replace(temporary, whole)
    except BaseException:
        os.unlink(temporary)
        raise
