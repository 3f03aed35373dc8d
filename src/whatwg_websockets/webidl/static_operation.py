"""Static operations: methods of an interface that its instances do not have."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NoReturn, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned", covariant=True)

if TYPE_CHECKING:

    class static_operation(Generic[Parameters, Returned]):  # noqa: N801
        """A static method that, to type checkers too, an instance does not have."""

        def __init__(self, function: Callable[Parameters, Returned]) -> None: ...

        def __get__(self, instance: None, owner: type) -> Callable[Parameters, Returned]: ...

else:

    class static_operation(staticmethod):  # noqa: N801
        """A static method that is called on the class only.

        In a browser ``AbortSignal.abort()`` makes a signal, and ``signal.abort()`` is a TypeError,
        since the instance does not have such a method. With Python's own ``staticmethod`` the
        latter would make another signal, and abort nothing.

        Source: https://webidl.spec.whatwg.org/#dfn-static-operation
        """

        def __set_name__(self, owner: type, name: str) -> None:
            self._name = f"{owner.__name__}.{name}"

        def __get__(self, instance: object, owner: type | None = None) -> Any:
            if instance is None:
                return super().__get__(instance, owner)
            return self._refuse

        def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
            raise TypeError(
                f"{self._name}() is called on the class; an instance does not have this method"
            )
