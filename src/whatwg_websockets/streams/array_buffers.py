"""8.3 Miscellaneous: what streams do to ArrayBuffers.

Source: https://streams.spec.whatwg.org/#misc-abstract-ops
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.array_buffer import UINT8_ARRAY, ArrayBuffer, ArrayBufferView


@algorithm("can-transfer-array-buffer", "CanTransferArrayBuffer")
def can_transfer_array_buffer(buffer: ArrayBuffer) -> bool:
    """Tell whether the memory of a buffer can be given to another one.

    Source: https://streams.spec.whatwg.org/#can-transfer-array-buffer
    """
    # 1. The type of the argument says that it is an object.
    # 2. The type of the argument says that it is an ArrayBuffer.
    # 3. A buffer that is detached has no memory.
    # 4. n/a: memory of WebAssembly, whose buffers have a detach key, is not in a Python program.
    # 5. The memory of any other buffer can be transferred.
    return not buffer.is_detached


@algorithm("transfer-array-buffer", "TransferArrayBuffer")
def transfer_array_buffer(buffer: ArrayBuffer) -> ArrayBuffer:
    """Give the memory of a buffer to a new one, and detach it.

    Raises:
        TypeError: the buffer cannot be detached.

    Source: https://streams.spec.whatwg.org/#transfer-array-buffer
    """
    # 1. A buffer that is detached has no memory to be transferred.
    assert not buffer.is_detached
    # 2. The memory of the buffer goes to the new one.
    # 3. The new buffer has the same length.
    # 4. The buffer is detached, or an exception goes to the caller.
    # 5. The new buffer is returned.
    return buffer.transfer()


@algorithm("abstract-opdef-cloneasuint8array", "CloneAsUint8Array")
def clone_as_uint8_array(view: ArrayBufferView) -> ArrayBufferView:
    """Return a view on a copy of the bytes of a view.

    Raises:
        MemoryError: there is no memory for the copy.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-cloneasuint8array
    """
    # 1. The type of the argument says that it is an object.
    # 2. The type of the argument says that it is a view.
    # 3. The buffer of the view is not detached.
    assert not view.buffer.is_detached
    # 4. The bytes are copied into a buffer of their own, unless they never change.
    buffer = view.buffer.clone(view.byte_offset, view.byte_length)
    # 5. The new view shows the whole buffer.
    # 6. The new view is returned.
    return buffer.view(0, view.byte_length, UINT8_ARRAY)


@algorithm("abstract-opdef-cancopydatablockbytes", "CanCopyDataBlockBytes")
def can_copy_data_block_bytes(
    to_buffer: ArrayBuffer, to_index: int, from_buffer: ArrayBuffer, from_index: int, count: int
) -> bool:
    """Tell whether bytes of one buffer can be copied into another.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-cancopydatablockbytes
    """
    # 1. The type of the argument says that the destination is an object.
    # 2. The type of the argument says that the destination is an ArrayBuffer.
    # 3. The type of the argument says that the source is an object.
    # 4. The type of the argument says that the source is an ArrayBuffer.
    # 5. A buffer cannot be copied into itself.
    if to_buffer is from_buffer:
        return False
    # 6. A destination that is detached has no memory.
    if to_buffer.is_detached:
        return False
    # 7. A source that is detached has no memory.
    if from_buffer.is_detached:
        return False
    # 8. The bytes end within the destination.
    if to_index + count > to_buffer.byte_length:
        return False
    # 9. The bytes end within the source.
    # 10. Bytes that are in the one and have room in the other can be copied.
    return from_index + count <= from_buffer.byte_length
