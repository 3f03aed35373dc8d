"""Fetch and main fetch, sections 4 and 4.1 of the Fetch Standard."""

import asyncio
from collections.abc import Callable

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.csp.fetch_integration import report_csp_violations_for_request
from whatwg_websockets.fetch.blocking import (
    network_error_in_place_of,
    why_the_request_is_blocked,
    why_the_response_is_blocked,
)
from whatwg_websockets.fetch.http_fetch import override_fetch
from whatwg_websockets.fetch.http_network_fetch import Obtain
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response, network_error
from whatwg_websockets.html.eager_tasks import start_a_task
from whatwg_websockets.upgrade_insecure_requests.algorithms import (
    upgrade_a_request_if_appropriate,
)

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

    @algorithm("fetch-controller-terminate", "terminate")
    def terminate(self) -> None:
        """End the fetch; its response is processed no more.

        Source: https://fetch.spec.whatwg.org/#fetch-controller-terminate
        """
        # 1. The controller remembers that the fetch is terminated, and its task ends.
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
    # 1. Nobody waits for early hints of a WebSocket.
    # 2. The task destination is a parallel queue, by the sixth step.
    # 3. n/a: only a document can be isolated, and have a finer clock for it.
    # 4. The request was made with its client, and asks the client itself.
    # 5. n/a: the client has no global object, and is not isolated.
    # 6. The response is processed in parallel to the page, in a task of asyncio's. The task begins
    #    within this call, and so does TCP, where nobody is in line.
    loop = asyncio.get_running_loop()

    # 7. n/a: only a document may read how long what took.
    # 8. The arguments are what the fetch params would hold.
    # 9. The request has no body.
    # 10. n/a: no WebDriver is told of requests.
    # 11. The mode is "websocket", so the response is not a preloaded one.
    async def run() -> None:
        try:
            append_what_is_accepted(request)
            response = await main_fetch(request, obtain)
        except Exception as error:
            # Code of the program's own is called on the way: its cookie store for instance.
            message = "Exception in a fetch, which fails for it"
            loop.call_exception_handler({"message": message, "exception": error})
            response = network_error(f"an exception was raised: {error!r}", "exception")
        process_response(response)

    # 15. The priority of a request is left open, and all have the same.
    # 16. Each socket knows its fetch, and so ends it when the page goes away.
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
        # 12.2. A WebSocket is not prefetched, so the value stands.
        # 12.3. A WebSocket's destination is the empty string, so the value stands.
        # 12.4. The value goes into the header list.
        headers.append(b"Accept", value)
    # 13. n/a: no WebDriver pretends to another language.
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
    # 3. The local-URLs-only flag of a WebSocket's request is unset.
    # 4. Policies that only report tell what they would forbid.
    report_csp_violations_for_request(request)
    # 5. A page may want all that it asks for to come over TLS.
    upgrade_a_request_if_appropriate(request)
    # 6. A WebSocket is no image, audio or video, so mixed content does not upgrade the request.
    # 7. Bad ports, mixed content, and what a Content Security Policy forbids, are refused; an
    #    integrity policy is about scripts and styles alone.
    blocked = why_the_request_is_blocked(request)
    if blocked is not None:
        return network_error(*blocked)
    # 8. The referrer is "no-referrer", so no policy has to cut it.
    # 9. The referrer is "no-referrer", so no other is determined.
    # 10. A known HSTS host is spoken to over TLS alone. No HTTPS record says so of others, since
    #     names are resolved by the system, which gives addresses alone.
    if request.client.hsts is not None:
        # Settings without a list are spared the time that it takes to import this.
        from whatwg_websockets.fetch.known_hsts_hosts import keep_to_known_hsts_hosts

        refused = keep_to_known_hsts_hosts(request, request.client.hsts)
        if refused is not None:
            return network_error(refused, "tls")
    # 11. The fetch is in parallel to the page from its beginning.
    # 12. The first of these that fits says how the response comes.
    # 12a. A WebSocket is not preloaded, so this never fits.
    # 12b. (the mode "websocket") The response comes without CORS, whatever the origins are.
    # 12b.1. No page sees the response, so nothing reads which tainting the response has.
    # 12b.2. The response is that of scheme fetch.
    response = await override_fetch(request, obtain)
    # 12c-12g. n/a: the mode is "websocket", so the branch for it has fitted already.
    # 13. Redirects are errors, so main fetch does not call itself.
    # 14. No page sees the response, so nothing has to be filtered out of it.
    # 15. A response that is not filtered is its own internal response.
    # 16. The URL of the request stands for the response's too.
    # 17. Redirects are errors, so nothing is tainted by one.
    # 18. n/a: no document is navigated.
    # 19. n/a: only a document may read how long what took.
    # 20. A response that is mixed content, or that a Content Security Policy forbids, is a network
    #     error; MIME types are those of scripts and styles.
    blocked = None if response.is_network_error else why_the_response_is_blocked(response, request)
    if blocked is not None:
        response = network_error_in_place_of(response, *blocked)
    # 21. The response is not opaque, and no range was asked for.
    # 22. The method is GET, and nothing reads a body of the response.
    # 23. The request has no integrity metadata.
    if response.is_network_error and request.upgraded_since:
        response.why += f" (TLS was spoken, since {request.upgraded_since})"
    # 24. The response is handed over by "fetch".
    return response
