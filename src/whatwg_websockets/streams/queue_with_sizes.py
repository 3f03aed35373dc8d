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
    """What has a queue-with-sizes: a controller.

    Attributes:
        _queue: the values that wait, each with its size.
        _queue_total_size: the sum of the sizes.
    """

    _queue: deque[Any]
    _queue_total_size: float


@algorithm("dequeue-value", "DequeueValue")
def dequeue_value(container: QueueWithSizes) -> Any:
    """Take the first value from the queue.

    Source: https://streams.spec.whatwg.org/#dequeue-value
    """
    # 1. The type of the argument says that the container has a queue and its total size.
    # 2. A queue without a value raises an IndexError in the next statement.
    # 3. The first value-with-size is the one that has waited longest.
    # 4. The value-with-size is removed from the queue.
    value, size = container._queue.popleft()
    # 5. The total size no longer counts the value.
    container._queue_total_size -= size
    # 6. A total size below zero is a rounding error, and becomes zero.
    if container._queue_total_size < 0:
        container._queue_total_size = 0
    # 7. The value is returned without its size.
    return value


@algorithm("enqueue-value-with-size", "EnqueueValueWithSize")
def enqueue_value_with_size(container: QueueWithSizes, value: Any, size: Any) -> None:
    """Put a value at the end of the queue.

    Args:
        container: what has the queue.
        value: the value.
        size: a finite number that is not negative.

    Raises:
        ValueError: the size is another number, or no number at all.

    Source: https://streams.spec.whatwg.org/#enqueue-value-with-size
    """
    # 1. The type of the argument says that the container has a queue and its total size.
    # 2. The size is a number that is neither negative nor NaN.
    if not is_non_negative_number(size):
        raise ValueError(f"the size of a chunk is a number of at least 0, not {shown(size)}")
    # 3. An infinite size is refused, since the total size could never become finite again.
    if size == math.inf:
        raise ValueError("the size of a chunk is a finite number")
    # 4. The value is appended to the queue with its size.
    container._queue.append((value, size))
    # 5. The total size counts the value. It is a double, in which integers above 2**53 are rounded.
    total = container._queue_total_size + size
    container._queue_total_size = total if total <= _EXACT else float(total)


@algorithm("peek-queue-value", "PeekQueueValue")
def peek_queue_value(container: QueueWithSizes) -> Any:
    """Return the first value of the queue, which stays there.

    Source: https://streams.spec.whatwg.org/#peek-queue-value
    """
    # 1. The type of the argument says that the container has a queue and its total size.
    # 2. A queue without a value raises an IndexError in the next statement.
    # 3. The first value-with-size is the one that has waited longest.
    # 4. The value is returned without its size.
    return container._queue[0][0]


@algorithm("reset-queue", "ResetQueue")
def reset_queue(container: QueueWithSizes) -> None:
    """Empty the queue.

    Source: https://streams.spec.whatwg.org/#reset-queue
    """
    # 1. The type of the argument says that the container has a queue and its total size.
    # 2. The queue is a new, empty one.
    container._queue = deque()
    # 3. The total size of an empty queue is zero.
    container._queue_total_size = 0


@algorithm("is-non-negative-number", "IsNonNegativeNumber")
def is_non_negative_number(value: object) -> bool:
    """Tell whether a value is a number that is neither negative nor NaN.

    Source: https://streams.spec.whatwg.org/#is-non-negative-number
    """
    # 1. Only an int or a float is a number here.
    if not isinstance(value, (int, float)):
        return False
    # 2. NaN is not at least 0, so the comparison below is false for it.
    # 3. A negative number is less than 0.
    # 4. Every other number is at least 0.
    return value >= 0
