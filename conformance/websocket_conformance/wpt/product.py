"""Lets WPT's own runner, wptrunner, run this implementation: ``./wpt run whatwg_websockets PATH``.

wptrunner is a part of a checkout of web-platform-tests, and is not installed with this package. It
finds `get_product` by the entry point group ``wptrunner.products``, and only wptrunner imports this
module. It serves the tests itself. Each page is loaded in a separate process, as in the suite
``wpt``; see `loading`. A product is described in tools/wptrunner/docs/plugins.rst of
web-platform-tests.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from wptrunner.browsers.base import NullBrowser
from wptrunner.executors.base import TestharnessExecutor
from wptrunner.products import Product

from websocket_conformance.implementations import OURS, implementations
from websocket_conformance.wpt import hosts
from websocket_conformance.wpt.answer import ANSWERED, SUBTESTS, PageAnswer
from websocket_conformance.wpt.loading import PageAddress, load

NAME = "whatwg_websockets"
"""The name of the product, and of its entry point."""


class WptExecutor(TestharnessExecutor):  # type: ignore[misc]  # wptrunner is not installed
    """Loads pages, and returns their results to wptrunner.

    Args:
        logger: wptrunner's logger.
        browser: wptrunner's object for the browser; not used.
        server_config: the configuration of WPT's servers.
        timeout_multiplier: the factor by which a test may take longer than usual.
        command: the command that loads a page.
    """

    def __init__(
        self,
        logger: Any,
        browser: Any,
        server_config: Any,
        timeout_multiplier: float = 1,
        debug_info: Any = None,
        command: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(logger, browser, server_config, timeout_multiplier, debug_info, **kwargs)
        self._command = command
        self.protocol = None

    def setup(self, runner: Any, protocol: Any = None) -> None:
        """Keep the runner; pages need no other preparation."""
        self.runner = runner

    def do_test(self, test: Any) -> Any:
        """Load the page of a test, and return its result and those of its subtests."""
        address = PageAddress(
            self.test_url(test),
            self.server_config["ssl_config"]["ca_cert_path"],
            dict.fromkeys(self.server_config["domains_set"], hosts.ADDRESS),
        )
        seconds = test.timeout * self.timeout_multiplier
        answer = asyncio.run(load(self._command, address, seconds, grace=self.extra_timeout))
        if answer.status not in ANSWERED:
            return test.make_result(answer.status, answer.message), []
        return self.convert_result(test, _as_testharness_has_it(test.url, answer))


def _as_testharness_has_it(url: str, answer: PageAnswer) -> list[Any]:
    """Return the result of a page, with the numbers of the statuses in testharness.js."""
    return [
        url,
        ANSWERED.index(answer.status),
        answer.message or None,
        answer.stack or None,
        [
            [each.name, SUBTESTS.index(each.status), each.message or None, each.stack or None]
            for each in answer.subtests
        ],
    ]


def check_args(**kwargs: Any) -> None:
    """Accept every argument of wptrunner."""


def browser_kwargs(*args: Any, **kwargs: Any) -> Mapping[str, object]:
    """Return the arguments of the browser's constructor, which takes none."""
    return {}


def executor_kwargs(
    logger: Any, test_type: str, test_environment: Any, run_info_data: Any, **kwargs: Any
) -> Mapping[str, object]:
    """Return the arguments of the executor's constructor."""
    known = implementations()[OURS]
    return {
        "server_config": test_environment.config,
        "timeout_multiplier": _multiplier(kwargs),
        "debug_info": kwargs.get("debug_info"),
        "command": known.filled(known.wpt),
    }


def env_extras(**kwargs: Any) -> Sequence[object]:
    """Return an empty list: wptrunner starts nothing besides its servers."""
    return []


def timeout_multiplier(test_type: str, run_info_data: Any, **kwargs: Any) -> float:
    """Return the factor by which tests may take longer, from wptrunner's command line."""
    return _multiplier(kwargs)


def _multiplier(kwargs: Mapping[str, Any]) -> float:
    return float(kwargs.get("timeout_multiplier") or 1)


def run_info_extras(logger: Any, **kwargs: Any) -> Mapping[str, str]:
    """Return the version of this implementation, for wptrunner's report."""
    return {"browser_version": implementations()[OURS].version() or "unknown"}


def get_product() -> Product:
    """Return this implementation as a product of wptrunner."""
    return Product(
        name=NAME,
        browser_classes={None: NullBrowser},
        check_args=check_args,
        get_browser_kwargs=browser_kwargs,
        get_executor_kwargs=executor_kwargs,
        env_options={"host": hosts.HOST, "bind_address": False},
        get_env_extras=env_extras,
        get_timeout_multiplier=timeout_multiplier,
        executor_classes={"testharness": WptExecutor},
        run_info_extras=run_info_extras,
    )
