"""8.1 Queue-with-sizes: chunks that wait, each with its size, and the sum of the sizes.

Source: https://streams.spec.whatwg.org/#queue-with-sizes
"""

import math
from collections import deque
from typing import Any, Final, Protocol

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.messages import shown

_EXACT: Final = 2**53


class QueueWithSizes(Protocol):
    """An object with a queue-with-sizes: the controller of a stream.

    Attributes:
        _queue: the values that wait, each with its size.
        _queue_total_size: the sum of the sizes.
    """

    _queue: deque[Any]
    _queue_total_size: float


@algorithm("dequeue-value", "DequeueValue")
def dequeue_value(container: QueueWithSizes) -> Any:
    """Remove the first value from the queue, and return it.

    Source: https://streams.spec.whatwg.org/#dequeue-value
    """
    # 1. Assert that the container has a queue and its total size; its Python type ensures this.
    # 2. Assert that the queue-with-sizes is not empty; an IndexError is raised if it is.
    # 3. Let the value-with-size be the first of the queue-with-sizes.
    # 4. Remove the first value-with-size from the queue.
    value, size = container._queue.popleft()
    # 5. Subtract the removed value's size from the total size of the queue.
    container._queue_total_size -= size
    # 6. If rounding errors have made the queue's total size negative, set the total size to 0.
    if container._queue_total_size < 0:
        container._queue_total_size = 0
    # 7. Return the value that was removed from the queue-with-sizes.
    return value


@algorithm("enqueue-value-with-size", "EnqueueValueWithSize")
def enqueue_value_with_size(container: QueueWithSizes, value: Any, size: Any) -> None:
    """Append a value with its size to the queue.

    Args:
        container: the object that has the queue.
        value: the value.
        size: the size of the value, a finite number that is not negative.

    Raises:
        ValueError: the size is negative, infinite or not a number.

    Source: https://streams.spec.whatwg.org/#enqueue-value-with-size
    """
    # 1. Assert that the container has a queue and its total size; its Python type ensures this.
    # 2. If the size of the value is not a non-negative number, raise a ValueError.
    if not is_non_negative_number(size):
        raise ValueError(f"the size of a chunk must be a number of at least 0, not {shown(size)}")
    # 3. If the size of the value is infinite, raise a ValueError.
    if size == math.inf:
        raise ValueError("the size of a chunk must be finite, not infinity")
    # 4. Append the value with its size to the queue.
    container._queue.append((value, size))
    # 5. Add the size to the queue's total size, a double, in which integers above 2**53 are
    #    rounded.
    total = container._queue_total_size + size
    container._queue_total_size = total if total <= _EXACT else float(total)


@algorithm("peek-queue-value", "PeekQueueValue")
def peek_queue_value(container: QueueWithSizes) -> Any:
    """Return the first value of the queue, and leave the value in the queue.

    Source: https://streams.spec.whatwg.org/#peek-queue-value
    """
    # 1. Assert that the container has a queue and its total size; its Python type ensures this.
    # 2. Assert that the queue-with-sizes is not empty; otherwise the access raises an IndexError.
    # 3. Let the value-with-size be the first of the queue-with-sizes.
    # 4. Return the first value, which stays in the queue.
    return container._queue[0][0]


@algorithm("reset-queue", "ResetQueue")
def reset_queue(container: QueueWithSizes) -> None:
    """Empty the queue.

    Source: https://streams.spec.whatwg.org/#reset-queue
    """
    # 1. Assert that the container has a queue and its total size; its Python type ensures this.
    # 2. Give the container a new, empty queue.
    container._queue = deque()
    # 3. Set the total size of the emptied queue to 0.
    container._queue_total_size = 0


@algorithm("is-non-negative-number", "IsNonNegativeNumber")
def is_non_negative_number(value: object) -> bool:
    """Return whether a value is a number that is neither negative nor NaN.

    Source: https://streams.spec.whatwg.org/#is-non-negative-number
    """
    # 1. If the value is neither an int nor a float, return false, since the value is not a number.
    if not isinstance(value, (int, float)):
        return False
    # 2. If the value is NaN, return false; NaN is not at least 0.
    # 3. If the value is less than 0, return false.
    # 4. If the value is a number of at least 0, return true.
    return value >= 0
