"""Functions that a program hands in to be called later."""

from typing import Any

import pytest

from whatwg_websockets.webidl.callback_function import to_callback_function


class Object:
    def none(self) -> tuple[object, ...]:
        return ()

    def one(self, first: object) -> tuple[object, ...]:
        return (first,)

    def __call__(self, first: object) -> tuple[object, ...]:
        return (first,)


def two(first: object, second: object = "default") -> tuple[object, ...]:
    return (first, second)


def three(first: object, second: object, third: object = "default") -> tuple[object, ...]:
    return (first, second, third)


def keyword(first: object, *, second: object = "default") -> tuple[object, ...]:
    return (first, second)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda: (), ()),
        (lambda first: (first,), (1,)),
        (two, (1, 2)),
        (three, (1, 2, "default")),
        (keyword, (1, "default")),
        (lambda *arguments: arguments, (1, 2)),
        (Object().none, ()),
        (Object().one, (1,)),
        (Object(), (1,)),
    ],
)
def test_a_function_is_called_with_as_many_arguments_as_it_takes(
    function: Any, expected: tuple[object, ...]
) -> None:
    assert to_callback_function("write", 2)(function)(1, 2) == expected


def test_a_function_that_does_not_tell_its_parameters_gets_all() -> None:
    assert to_callback_function("write", 2)(max)(1, 2) == 2
    assert to_callback_function("write", 2)(dict.fromkeys)((1,), 2) == {1: 2}


def test_a_function_that_takes_enough_is_itself() -> None:
    assert to_callback_function("write", 2)(two) is two


@pytest.mark.parametrize("value", [None, 1, "write", {}])
def test_what_cannot_be_called_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="write must be a function, not"):
        to_callback_function("write", 2)(value)
