"""8.3 Miscellaneous: how streams transfer and copy ArrayBuffers.

Source: https://streams.spec.whatwg.org/#misc-abstract-ops
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.array_buffer import UINT8_ARRAY, ArrayBuffer, ArrayBufferView


@algorithm("can-transfer-array-buffer", "CanTransferArrayBuffer")
def can_transfer_array_buffer(buffer: ArrayBuffer) -> bool:
    """Return whether the memory of a buffer can be transferred to another buffer.

    Source: https://streams.spec.whatwg.org/#can-transfer-array-buffer
    """
    # 1. Assert that the argument is an object; its Python type ensures this.
    # 2. Assert that the argument is an ArrayBuffer; its Python type ensures this.
    # 3. If the buffer is detached, return false, since a detached buffer has no memory to transfer.
    # 4. n/a: Python programs have no WebAssembly memory, so no buffer has a detach key.
    # 5. Return true, since the memory of a buffer that is not detached can be transferred.
    return not buffer.is_detached


@algorithm("transfer-array-buffer", "TransferArrayBuffer")
def transfer_array_buffer(buffer: ArrayBuffer) -> ArrayBuffer:
    """Move the memory of a buffer to a new buffer, and detach the old buffer.

    Raises:
        TypeError: the buffer cannot be detached.

    Source: https://streams.spec.whatwg.org/#transfer-array-buffer
    """
    # 1. Assert that the buffer to transfer is not detached.
    assert not buffer.is_detached
    # 2. Take the memory of the old buffer, which the new buffer will have.
    # 3. Take the length of the old buffer in bytes, which the new buffer will have.
    # 4. Detach the old buffer. If it cannot be detached, pass the exception to the caller.
    # 5. Return a new ArrayBuffer that has the memory and the length of the old buffer.
    return buffer.transfer()


@algorithm("abstract-opdef-cloneasuint8array", "CloneAsUint8Array")
def clone_as_uint8_array(view: ArrayBufferView) -> ArrayBufferView:
    """Return a Uint8Array view of a copy of another view's bytes.

    Raises:
        MemoryError: there is no memory for the copy.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-cloneasuint8array
    """
    # 1. Assert that the argument is an object; its Python type ensures this.
    # 2. Assert that the argument is an ArrayBufferView; its Python type ensures this.
    # 3. Assert that the buffer of the view to clone is not detached.
    assert not view.buffer.is_detached
    # 4. Copy the bytes of the view into a new buffer, unless the bytes are immutable.
    buffer = view.buffer.clone(view.byte_offset, view.byte_length)
    # 5. Let the new view be a Uint8Array of the whole new buffer.
    # 6. Return the Uint8Array of the copied bytes.
    return buffer.view(0, view.byte_length, UINT8_ARRAY)


@algorithm("abstract-opdef-cancopydatablockbytes", "CanCopyDataBlockBytes")
def can_copy_data_block_bytes(
    to_buffer: ArrayBuffer, to_index: int, from_buffer: ArrayBuffer, from_index: int, count: int
) -> bool:
    """Return whether a range of bytes of one buffer can be copied into another buffer.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-cancopydatablockbytes
    """
    # 1. Assert that the destination is an object; its Python type ensures this.
    # 2. Assert that the destination is an ArrayBuffer; its Python type ensures this.
    # 3. Assert that the source is an object; its Python type ensures this.
    # 4. Assert that the source is an ArrayBuffer; its Python type ensures this.
    # 5. If the source and the destination are one buffer, return false.
    if to_buffer is from_buffer:
        return False
    # 6. If the destination buffer is detached, return false.
    if to_buffer.is_detached:
        return False
    # 7. If the source buffer is detached, return false.
    if from_buffer.is_detached:
        return False
    # 8. If the copied bytes would reach beyond the end of the destination buffer, return false.
    if to_index + count > to_buffer.byte_length:
        return False
    # 9. If the bytes to copy would reach beyond the end of the source buffer, return false.
    # 10. Return true, since the range of bytes lies within the source and within the destination.
    return from_index + count <= from_buffer.byte_length
