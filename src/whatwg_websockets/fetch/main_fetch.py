"""Fetch and main fetch, sections 4 and 4.1 of the Fetch Standard."""

import asyncio
from collections.abc import Callable

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.http_network_fetch import Obtain
from whatwg_websockets.fetch.http_network_or_cache_fetch import http_network_or_cache_fetch
from whatwg_websockets.fetch.port_blocking import should_be_blocked_due_to_a_bad_port
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response, network_error
from whatwg_websockets.html.eager_tasks import start_a_task

A_MOMENT = 0.1


class FetchController:
    """Ends a fetch from outside.

    Source: https://fetch.spec.whatwg.org/#fetch-controller
    """

    def __init__(self, task: asyncio.Task[object]) -> None:
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
    # 1. n/a: nobody waits for early hints.
    # 2. n/a: a request in the mode "websocket" has a parallel queue, by the sixth step.
    # 3. n/a: no clock is made coarse for anybody.
    # 4. n/a: the request asks its client itself.
    # 5. n/a: the client has no global object with tasks of its own.
    # 6. The response is processed in parallel to the page, in a task of asyncio's. The task begins
    #    within this call, and so does TCP, where nobody is in line.
    loop = asyncio.get_running_loop()
    # 7. n/a: nobody asks how long what took.
    # 8. n/a: what fetch params would hold is in the arguments.
    # 9. n/a: the request has no body.
    # 10. n/a: no debugger is told of bodies.
    # 11. n/a: a WebSocket is never preloaded.

    async def run() -> None:
        try:
            append_what_is_accepted(request)
            response = await main_fetch(request, obtain)
        except Exception as error:
            # Code of the program's own is called on the way: its cookie store, its policy.
            message = "Exception in a fetch, which fails for it"
            loop.call_exception_handler({"message": message, "exception": error})
            response = network_error(f"an exception was raised: {error!r}", "exception")
        process_response(response)

    # 15. n/a: there is but this request, which cannot wait for another.
    # 16. n/a: each socket knows its fetch, so no group has to when the page goes away.

    def end(task: asyncio.Task[object]) -> None:
        # A program that cancels all tasks cancels this one too, and is to hear of it; unless it
        # is asyncio.run at its end, which has closed the loop a moment later.
        if task.cancelled() and not controller.is_terminated:
            response = network_error("the fetch's task was cancelled", "cancelled")
            loop.call_later(A_MOMENT, process_response, response)

    # 17. Whether it is blocked at once, or asked over the network, comes next.
    task = start_a_task(run(), loop)
    task.set_name("WebSocket fetch")
    controller = FetchController(task)
    task.add_done_callback(end)
    # 18. Whoever asked can end it.
    return controller


@algorithm("concept-fetch", "fetch: what is accepted")
def append_what_is_accepted(request: Request) -> None:
    """Say which types and which languages the answer may have.

    Source: https://fetch.spec.whatwg.org/#concept-fetch
    """
    headers, language = request.header_list, request.client.accept_language
    # 12. A server may want to know which types are welcome.
    if not headers.contains(b"Accept"):
        # 12.1. All of them are.
        value = b"*/*"
        # 12.2. n/a: nothing is prefetched.
        # 12.3. n/a: a WebSocket has no destination that would want a certain type.
        # 12.4. It is said whatever the scheme.
        headers.append(b"Accept", value)
    # 13. n/a: no debugger pretends to another language.
    # 14. The environment's languages, if it has any; a program need not.
    if language is not None and not headers.contains(b"Accept-Language"):
        headers.append(b"Accept-Language", language.encode("latin-1"))


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
        return network_error(f"port {request.url.port} is blocked", "blocked port")
    policy = request.client.policy
    if policy is not None and policy.blocks(request.url.serialize()):
        return network_error("the policy of the environment forbids the URL", "policy")
    # 8. n/a: no referrer is sent, so there is no policy for it.
    # 9. n/a: the referrer is "no-referrer".
    # 10. n/a: no host is known to want TLS, and DNS is asked for addresses alone.
    # 11. n/a: all of this is in parallel already.
    # 12. The first of these that fits says how the response comes.
    # 12a. n/a: nothing is preloaded.
    # 12b. (the mode "websocket") Whatever the origins are, it comes without CORS.
    # 12b.1. n/a: no page sees the response, so it need not say what may be seen.
    # 12b.2. Of scheme fetch and HTTP fetch, this is what is left.
    response = await http_network_or_cache_fetch(request, obtain)
    # 12c. n/a: the mode is "websocket",
    # 12d. n/a: and not another,
    # 12e. n/a: the scheme is one of HTTP's,
    # 12f. n/a: nothing asks for a preflight,
    # 12g. n/a: and so nothing else is left.
    # 13. n/a: no redirect is followed, so this does not call itself.
    # 14. n/a: no page sees the response, so nothing is filtered out of it,
    # 15. n/a: and there is none inside of it.
    # 16. n/a: the response's URL is the request's.
    # 17. n/a: nothing was redirected.
    # 18. n/a: no page is navigated,
    # 19. n/a: and none may read times.
    # 20. n/a: what is checked here is scripts, styles, and policies of pages.
    # 21. n/a: no range is asked for.
    # 22. n/a: the request is a GET, and the response is not read to the end of a body.
    # 23. n/a: no digest of the response is known.
    # 24. It is handed over by fetch().
    return response  # noqa: RET504 (it is returned by another step)
