"""BufferSource: the type, for type checkers, of objects whose bytes can be copied.

Python has this type as ``collections.abc.Buffer`` from 3.12 on only. Type checkers know it for
every version as ``typing_extensions.Buffer``, and need no package for that. On 3.11 the type is
``object`` at run time, where ``is_buffer_source`` in ``conversions.py`` tests a value.

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
