"""Files that are written as a whole, for their owner alone."""

import os


def replace_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Replace a file in one go, with one that only its owner may read.

    Whoever reads it meanwhile finds what it had before, or all that is written now.

    Raises:
        OSError: the file cannot be written; one that was there is as before.
    """
    # Who writes no file is spared the time that it takes to import this.
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
