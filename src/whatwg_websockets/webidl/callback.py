"""Calls of what the program handed in: callables, and objects with a method of a given name."""

from typing import Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.messages import shown


@algorithm("call-a-user-objects-operation", "call a user object's operation")
def call_a_user_objects_operation(value: Any, op_name: str, *args: object) -> Any:
    """Call a callable, or else a method of an object, and return the result.

    Args:
        value: the callable or the object.
        op_name: the method's name. The method is looked up at each call.
        *args: the arguments of the call.

    Raises:
        TypeError: the object does not have such a method.
        BaseException: whatever is raised by looking the method up or by calling it.

    Source: https://webidl.spec.whatwg.org/#call-a-user-objects-operation
    """
    # 1. Use Python's return and raise in place of a completion record.
    # 2. Pass no `this` to a Python callable, since a method is bound to its object.
    # 3. Use the given callable or object in place of the JavaScript object.
    # 4-8. n/a: a Python program has no realm and no execution context to prepare.
    # 9. Take a callable as the operation.
    operation = value
    # 10. Look up a method with the operation's name on an object that is not callable.
    if not callable(value):
        # 10.1. Look the method up at each call, since the program may have replaced it.
        # 10.2. If the lookup raises an exception, let the exception propagate to the caller.
        # 10.3. Use None as the method if the object has no attribute with the operation's name.
        operation = getattr(value, op_name, None)
        # 10.4. Throw a TypeError if the operation is not callable.
        # 10.5. Python binds the method to its object, which stands for the callback's `this`.
        if not callable(operation):
            raise TypeError(f"{shown(value)} is not callable and has no method {op_name}()")
    # 11. Use the arguments as they are, since Python objects need no conversion.
    # 12. Call the operation with the arguments.
    # 13. If the operation raises an exception, let the exception propagate to the caller.
    # 14. Return what the operation returns.
    return operation(*args)
    # 15. n/a: a Python program has no realm and no execution context to clean up.
