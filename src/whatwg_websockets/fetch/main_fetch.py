"""Fetch and main fetch, sections 4 and 4.1 of the Fetch Standard."""

import asyncio
from collections.abc import Callable

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.http_network_fetch import Obtain
from whatwg_websockets.fetch.http_network_or_cache_fetch import http_network_or_cache_fetch
from whatwg_websockets.fetch.port_blocking import should_be_blocked_due_to_a_bad_port
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response, network_error

A_MOMENT = 0.1


class FetchController:
    """Ends a fetch from outside.

    Source: https://fetch.spec.whatwg.org/#fetch-controller
    """

    def __init__(self, task: asyncio.Task[None]) -> None:
        self._task = task
        self.is_terminated = False
        # A loop that is closed without having been run to its end would complain of this task;
        # a program may end with sockets that are still connecting.
        task._log_destroy_pending = False  # type: ignore[attr-defined]

    def terminate(self) -> None:
        """End the fetch; its response is processed no more.

        Source: https://fetch.spec.whatwg.org/#fetch-controller-terminate
        """
        self.is_terminated = True
        self._task.cancel()


@algorithm("concept-fetch", "fetch")
def fetch(
    request: Request, obtain: Obtain, process_response: Callable[[Response], None]
) -> FetchController:
    """Begin to fetch a request, in parallel.

    Args:
        request: what is asked for.
        obtain: obtains the connection; handed in, as the WebSockets Standard owns that algorithm.
        process_response: is called once, with the response, unless the fetch is terminated.

    Source: https://fetch.spec.whatwg.org/#concept-fetch
    """
    loop = asyncio.get_running_loop()

    async def run() -> None:
        try:
            response = await main_fetch(request, obtain)
        except Exception as error:
            # Code of the program's own is called on the way: its cookie store, its policy.
            message = "Exception in a fetch, which fails for it"
            loop.call_exception_handler({"message": message, "exception": error})
            response = network_error(f"an exception was raised: {error!r}")
        process_response(response)

    def end(task: asyncio.Task[None]) -> None:
        # A program that cancels all tasks cancels this one too, and is to hear of it; unless it
        # is asyncio.run at its end, which has closed the loop a moment later.
        if task.cancelled() and not controller.is_terminated:
            response = network_error("the fetch's task was cancelled")
            loop.call_later(A_MOMENT, process_response, response)

    task = loop.create_task(run(), name="WebSocket fetch")
    controller = FetchController(task)
    task.add_done_callback(end)
    return controller


@algorithm("concept-main-fetch", "main fetch")
async def main_fetch(request: Request, obtain: Obtain) -> Response:
    """Check whether the request may be made at all, then make it.

    Source: https://fetch.spec.whatwg.org/#concept-main-fetch
    """
    # 1. The request is what this is given.
    # 2. There is no response yet.
    # 3. n/a: the local-URLs-only flag is never set here.
    # 4. n/a: there is nobody to report policy violations to.
    # 5. n/a: the upgrade of insecure requests is a document's policy.
    # 6. n/a: a program has no mixed content.
    # 7. Some ports, and what the environment's policy forbids, are never asked.
    if should_be_blocked_due_to_a_bad_port(request.url):
        return network_error(f"port {request.url.port} is blocked")
    policy = request.client.policy
    if policy is not None and policy.blocks(request.url.serialize()):
        return network_error("the policy of the environment forbids the URL")
    # 8. n/a: no referrer is sent, so there is no policy for it.
    # 9. n/a: the referrer is "no-referrer".
    # 10. n/a: no store of HSTS hosts is kept yet.
    # 11. n/a: all of this is in parallel already.
    # 12. A WebSocket's fetch goes to the network, whatever the origins are.
    return await http_network_or_cache_fetch(request, obtain)
