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
    # 1. Python's own return and raise are the completion.
    # 2. A Python callable has no "this" but the object that it is bound to.
    # 3. The value is the object itself.
    # 4-8. n/a: only a script has a realm and an execution context that are to be prepared.
    # 9. A callable is called itself.
    operation = value
    # 10. Any other object is asked for a method of the operation's name.
    if not callable(value):
        # 10.1. The method is looked up at each call, since it may have changed.
        # 10.2. What the lookup raises goes to the caller.
        # 10.3. An object without such a method is like one whose method is None.
        operation = getattr(value, op_name, None)
        # 10.4. A missing method is found out no earlier: a page may add the method later.
        # 10.5. The method that was found is bound to its object.
        if not callable(operation):
            raise TypeError(f"{shown(value)} is not callable and has no method {op_name}()")
    # 11. The arguments are Python objects already, and need no conversion.
    # 12. The callable or the method is called.
    # 13. What the call raises goes to the caller.
    # 14. What the call returns goes to the caller.
    return operation(*args)
    # 15. n/a: only a script has a realm and an execution context that are to be cleaned up.
