"""The settings object that is the default: the innermost that was entered, else one for all.

https://html.spec.whatwg.org/multipage/webappapis.html#entry-settings-object
"""

import asyncio
import contextvars

import pytest

from support.page import turns
from whatwg_websockets import EnvironmentSettings
from whatwg_websockets.html import environment_settings
from whatwg_websockets.html.environment_settings import current_settings


def test_without_a_with_there_is_one_for_the_whole_program(monkeypatch):
    monkeypatch.setattr(environment_settings, "outermost", [])
    assert current_settings() is current_settings()
    assert current_settings().origin == "null"


def test_the_innermost_with_is_the_default():
    outer, inner = EnvironmentSettings(), EnvironmentSettings()
    before = current_settings()
    with outer as entered:
        assert entered is outer
        assert current_settings() is outer
        with inner:
            assert current_settings() is inner
            with outer:
                assert current_settings() is outer
            assert current_settings() is inner
        assert current_settings() is outer
    assert current_settings() is before


def test_the_default_comes_back_also_after_an_exception():
    before = current_settings()
    with pytest.raises(ZeroDivisionError), EnvironmentSettings():
        raise ZeroDivisionError
    assert current_settings() is before


async def test_each_task_has_a_default_of_its_own():
    settings = [EnvironmentSettings(), EnvironmentSettings()]

    async def task(mine):
        with mine:
            await turns(3)
            return current_settings()

    assert await asyncio.gather(*map(task, settings)) == settings


async def test_two_tasks_may_enter_the_same_settings():
    """And leave them in any order."""
    settings = EnvironmentSettings()
    seen = []

    async def task(count):
        before = current_settings()
        with settings:
            await turns(count)
            seen.append(current_settings())
        assert current_settings() is before

    await asyncio.gather(task(1), task(5), task(3))
    assert seen == [settings] * 3


async def test_a_task_inherits_the_default_of_its_maker():
    settings = EnvironmentSettings()

    async def task():
        return current_settings()

    with settings:
        made_inside = asyncio.ensure_future(task())
    assert await made_inside is settings


async def in_a_task(function, *arguments):
    async def task():
        return function(*arguments)

    return await asyncio.create_task(task())


async def in_a_context_of_its_own(function, *arguments):
    return contextvars.Context().run(function, *arguments)


def leave(settings):
    settings.__exit__(None, None, None)


class Page:
    def __init__(self):
        self.has_disappeared = False

    def disappear(self):
        self.has_disappeared = True


elsewhere = pytest.mark.parametrize("elsewhere", [in_a_task, in_a_context_of_its_own])


@elsewhere
async def test_settings_that_are_left_in_another_context_unload_and_are_no_default(elsewhere):
    before, settings, page = current_settings(), EnvironmentSettings(), Page()
    settings.unloading.add(page)
    settings.__enter__()
    await elsewhere(leave, settings)
    assert page.has_disappeared
    assert current_settings() is before
    assert await in_a_task(current_settings) is before


@elsewhere
async def test_settings_that_were_entered_in_another_context_can_be_left(elsewhere):
    before, settings, page = current_settings(), EnvironmentSettings(), Page()
    settings.unloading.add(page)
    await elsewhere(settings.__enter__)
    assert current_settings() is before
    leave(settings)
    assert page.has_disappeared
    assert current_settings() is before


async def test_settings_that_were_entered_twice_are_left_where_they_are_left():
    before, settings = current_settings(), EnvironmentSettings()
    left = asyncio.Event()

    async def other():
        with settings:
            await left.wait()
            assert current_settings() is settings

    task = asyncio.create_task(other())
    await asyncio.sleep(0)
    with settings:
        assert current_settings() is settings
    assert current_settings() is before
    left.set()
    await task


async def test_settings_left_in_another_context_give_way_to_those_around_them():
    outer, inner = EnvironmentSettings(), EnvironmentSettings()
    with outer:
        inner.__enter__()
        await in_a_task(leave, inner)
        assert current_settings() is outer
        with inner:
            assert current_settings() is inner
        assert current_settings() is outer


def test_interleaved_settings_are_left_one_by_one():
    """As an ExitStack does not, but two fixtures may."""
    before, one, other = current_settings(), EnvironmentSettings(), EnvironmentSettings()
    one.__enter__()
    other.__enter__()
    leave(one)
    assert current_settings() is other
    leave(other)
    assert current_settings() is before


def test_settings_that_were_not_entered_only_unload():
    before, settings, page = current_settings(), EnvironmentSettings(), Page()
    settings.unloading.add(page)
    leave(settings)
    assert page.has_disappeared
    assert current_settings() is before


# One call.


def test_settings_that_run_a_function_are_the_default_meanwhile():
    settings, page = EnvironmentSettings(), Page()
    settings.unloading.add(page)
    before = current_settings()
    assert settings.run(lambda *args, **kwargs: (current_settings(), args, kwargs), 1, a=2) == (
        settings,
        (1,),
        {"a": 2},
    )
    assert current_settings() is before
    assert not page.has_disappeared


def test_settings_that_run_a_function_give_way_to_others_within():
    outer, inner = EnvironmentSettings(), EnvironmentSettings()

    def steps():
        found = [current_settings(), inner.run(current_settings), outer.run(current_settings)]
        with inner:
            found.append(current_settings())
        return [*found, current_settings()]

    assert outer.run(steps) == [outer, inner, outer, inner, outer]


def test_what_a_function_raises_leaves_no_settings_behind():
    before = current_settings()
    with pytest.raises(ZeroDivisionError):
        EnvironmentSettings().run(lambda: 1 / 0)
    assert current_settings() is before


def test_settings_that_are_entered_in_such_a_call_may_be_left_after_it():
    before, outer, inner = current_settings(), EnvironmentSettings(), EnvironmentSettings()
    outer.run(inner.__enter__)
    assert current_settings() is before
    leave(inner)
    assert current_settings() is before


async def test_a_task_that_such_a_call_starts_keeps_the_settings():
    settings = EnvironmentSettings()

    async def ask():
        await turns()
        return current_settings()

    task = settings.run(asyncio.get_running_loop().create_task, ask())
    assert await task is settings
    assert current_settings() is not settings
