"""Calling what the program handed in: callables, and objects with a method of a given name."""

from typing import Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.messages import shown


@algorithm("call-a-user-objects-operation", "call a user object's operation")
def call_a_user_objects_operation(value: Any, op_name: str, *args: object) -> Any:
    """Call a callable, or else the method of an object, and return what it returns.

    Args:
        value: the callable or the object.
        op_name: the method's name. It is looked up at each call.
        *args: what it is called with.

    Raises:
        TypeError: the object has no such method.
        BaseException: whatever is raised by looking the method up or by calling it.

    Source: https://webidl.spec.whatwg.org/#call-a-user-objects-operation
    """
    # 1. n/a: Python's own return and raise are the completion.
    # 2. n/a: a Python callable has no "this" but the one that it is bound to.
    # 3. n/a: the value is the object.
    # 4. n/a: there are no realms,
    # 5. n/a: no settings of a script,
    # 6. n/a: no callback context,
    # 7. n/a: so there is nothing to prepare,
    # 8. n/a: neither for the script nor for the callback.
    # 9. A callable is called itself,
    operation = value
    # 10. any other object has a method for it,
    if not callable(value):
        # 10.1. which is looked up now: it may have changed since the last call. What that raises
        # 10.2. goes to the caller.
        # 10.3. An object without such a method is like one whose method is None.
        operation = getattr(value, op_name, None)
        # 10.4. It is found out no earlier: a page may add the method after the listener.
        if not callable(operation):
            raise TypeError(f"{shown(value)} is not callable and has no method {op_name}()")
        # 10.5. n/a: the method that was found is bound to its object.
    # 11. n/a: the arguments need no conversion.
    # 12. What it raises
    # 13. goes to the caller,
    # 14. as does what it returns.
    return operation(*args)
    # 15. n/a: nothing was prepared, so nothing is cleaned up.
