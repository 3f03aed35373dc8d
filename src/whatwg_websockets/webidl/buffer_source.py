"""BufferSource: for type checkers, what holds bytes and can be copied from.

Python has a name for it, ``collections.abc.Buffer``, from 3.12 on only. Type checkers know it for
every version, under the name ``typing_extensions.Buffer``, and need no package for that. On 3.11
it is ``object`` at run time, where "is buffer source" in ``conversions.py`` tells what has one.

Source: https://webidl.spec.whatwg.org/#BufferSource
"""

import collections.abc
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from typing_extensions import Buffer
else:
    Buffer = getattr(collections.abc, "Buffer", object)

BufferSource: TypeAlias = Buffer
"""An object with the buffer protocol, such as ``bytes``, ``memoryview`` or an array."""
