"""The product for WPT's own runner, of which stand-ins take the place."""

import importlib
import json
import sys
import types
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any

import pytest

from websocket_conformance.implementations import Implementation

MODULE = "websocket_conformance.wpt.product"
ANSWER = {
    "status": "TIMEOUT",
    "message": "late",
    "subtests": [
        {"name": "a", "status": "PASS"},
        {"name": "b", "status": "PRECONDITION_FAILED", "message": "no", "stack": "there"},
    ],
}


class NullBrowser:
    """As in wptrunner.browsers.base."""


class TestharnessExecutor:
    """As in wptrunner.executors.base, as far as the product has to do with it."""

    __test__ = False
    extra_timeout = 5

    def __init__(self, logger, browser, server_config, timeout_multiplier=1, debug_info=None):
        self.logger = logger
        self.browser = browser
        self.server_config = server_config
        self.timeout_multiplier = timeout_multiplier
        self.debug_info = debug_info
        self.protocol = None

    def test_url(self, test):
        return f"http://web-platform.test:8000{test.url}"

    def convert_result(self, test, result):
        url, status, message, stack, subtests = result
        assert url == test.url
        return (status, message, stack), subtests


@dataclass(frozen=True)
class Product:
    """As in wptrunner.products."""

    name: str
    browser_classes: Any
    check_args: Any
    get_browser_kwargs: Any
    get_executor_kwargs: Any
    env_options: Any
    get_env_extras: Any
    get_timeout_multiplier: Any
    executor_classes: Any
    run_info_extras: Any = None
    update_properties: Any = None


@dataclass
class WptTest:
    """As in wptrunner.wpttest."""

    url: str = "/page.html?x"
    timeout: float = 10
    made: list[tuple[str, str | None]] = field(default_factory=list)

    def make_result(self, status, message):
        self.made.append((status, message))
        return status, message


class Environment:
    """As in wptrunner.environment; its configuration is wptserve's."""

    config = types.MappingProxyType(
        {
            "ssl_config": {"ca_cert_path": "/nowhere/ca.pem"},
            "domains_set": {"web-platform.test", "www.web-platform.test"},
        }
    )


@pytest.fixture
def product(monkeypatch):
    """What wptrunner gets by the entry point."""
    stand_ins: dict[str, dict[str, Any]] = {
        "wptrunner": {},
        "wptrunner.browsers": {},
        "wptrunner.browsers.base": {"NullBrowser": NullBrowser},
        "wptrunner.executors": {},
        "wptrunner.executors.base": {"TestharnessExecutor": TestharnessExecutor},
        "wptrunner.products": {"Product": Product},
    }
    for name, content in stand_ins.items():
        module = types.ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    (point,) = entry_points(group="wptrunner.products", name="whatwg_websockets")
    yield point.load()()
    sys.modules.pop(MODULE, None)


def executor(product, monkeypatch, command):
    monkeypatch.setattr(Implementation, "filled", lambda self, words: command)
    more = {
        "timeout_multiplier": 2,
        "debug_info": None,
        "subsuite": None,
        "pause_after_test": False,
    }
    kwargs = product.get_executor_kwargs(None, "testharness", Environment(), {}, **more)
    made = product.executor_classes["testharness"](None, None, **kwargs)
    made.setup(object())
    return made


def test_the_product_has_what_wptrunner_asks_for(product):
    assert isinstance(product, Product)
    assert product.name == "whatwg_websockets"
    assert product.browser_classes == {None: NullBrowser}
    assert issubclass(product.executor_classes["testharness"], TestharnessExecutor)
    assert product.env_options["host"] == "web-platform.test"
    assert product.env_options["bind_address"] is False
    product.check_args(binary=None)
    assert product.get_browser_kwargs(None, "testharness", {}, config=None, subsuite=None) == {}
    assert product.get_env_extras(binary=None) == []
    assert product.get_timeout_multiplier("testharness", {}, timeout_multiplier=None) == 1
    assert product.get_timeout_multiplier("testharness", {}, timeout_multiplier=3) == 3
    assert list(product.run_info_extras(None)) == ["browser_version"]
    for name in ("WptExecutor", "get_product"):
        assert hasattr(importlib.import_module(MODULE), name), "a child process imports it by name"


def test_a_test_is_answered_as_testharness_has_it(product, monkeypatch):
    command = [
        sys.executable,
        "-c",
        "import json, sys\n"
        "task = json.loads(sys.stdin.readline())\n"
        "assert task['url'] == 'http://web-platform.test:8000/page.html?x', task\n"
        "assert task['ca'] == '/nowhere/ca.pem', task\n"
        "assert sorted(task['hosts']) == ['web-platform.test', 'www.web-platform.test'], task\n"
        "assert task['timeout'] == 20, task\n"
        f"print({json.dumps(json.dumps(ANSWER))})",
    ]
    result, subtests = executor(product, monkeypatch, command).do_test(WptTest())
    assert result == (2, "late", None)
    assert subtests == [["a", 0, None, None], ["b", 4, "no", "there"]]


def test_a_page_that_crashes_is_told_as_a_crash(product, monkeypatch):
    test = WptTest()
    made = executor(product, monkeypatch, [sys.executable, "-c", "raise SystemExit('gone')"])
    assert made.do_test(test)[1] == []
    ((status, message),) = test.made
    assert status == "CRASH"
    assert "its last words: gone" in message
