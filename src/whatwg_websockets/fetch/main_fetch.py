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
    """Terminates a fetch.

    Source: https://fetch.spec.whatwg.org/#fetch-controller
    """

    def __init__(self, task: asyncio.Task[object]) -> None:
        self._task = task
        self.is_terminated = False
        # asyncio would warn about this task if the loop is closed before the task has ended. A
        # program may end while sockets are still connecting.
        task._log_destroy_pending = False  # type: ignore[attr-defined]

    @algorithm("fetch-controller-terminate", "terminate")
    def terminate(self) -> None:
        """Terminate the fetch; its response is not processed.

        Source: https://fetch.spec.whatwg.org/#fetch-controller-terminate
        """
        # 1. Record that the fetch is terminated, and cancel its task.
        self.is_terminated = True
        self._task.cancel()


@algorithm("concept-fetch", "fetch")
def fetch(
    request: Request, obtain: Obtain, process_response: Callable[[Response], None]
) -> FetchController:
    """Begin to fetch a request, in parallel.

    Args:
        request: the request.
        obtain: obtains the connection; an argument, since the WebSockets Standard defines it.
        process_response: called once with the response, unless the fetch is terminated.

    Source: https://fetch.spec.whatwg.org/#concept-fetch
    """
    # 1. Assert that the fetch does not process early hints, which no WebSocket does.
    # 2. Let the task destination be null, until it is set to a parallel queue.
    # 3. n/a: only a document can be cross-origin isolated, so no finer clock is allowed.
    # 4. Take the client from the request, which was made with it.
    # 5. n/a: a program's settings have no global object that a task could be queued on.
    # 6. Process the response in a task of asyncio, in place of a parallel queue. Within this call,
    #    the task begins to run, and so does the TCP handshake unless the connection waits in line.
    loop = asyncio.get_running_loop()

    # 7. n/a: only a document can read timing, so no timing info is made.
    # 8. Pass the request and the callbacks as arguments, instead of in fetch params.
    # 9. A WebSocket's request has no body to convert.
    # 10. n/a: a program has no WebDriver, which would be notified of the request.
    # 11. The mode of the request is "websocket", so no preloaded response is used.
    async def run() -> None:
        try:
            append_what_is_accepted(request)
            response = await main_fetch(request, obtain)
        except Exception as error:
            # The fetch calls code of the program, such as its cookie store.
            message = "An exception was raised during a fetch, which fails because of it"
            loop.call_exception_handler({"message": message, "exception": error})
            response = network_error(f"an exception was raised: {error!r}", "exception")
        process_response(response)

    # 15. Leave the priority of the request to the implementation, which gives all requests the same
    #     priority.
    # 16. Do not record the fetch in a fetch group, since each socket ends its own fetch.
    def end(task: asyncio.Task[object]) -> None:
        # A program that cancels all tasks cancels this task as well, and the socket has to fail
        # then. asyncio.run() also cancels it at its end, and closes the loop a moment later.
        if task.cancelled() and not controller.is_terminated:
            response = network_error("the fetch's task was cancelled", "cancelled")
            loop.call_later(A_MOMENT, process_response, response)

    # 17. Run main fetch for the request.
    task = start_a_task(run(), loop)
    task.set_name("WebSocket fetch")
    controller = FetchController(task)
    task.add_done_callback(end)
    # 18. Return the controller of the fetch.
    return controller


@algorithm("concept-fetch", "fetch: what is accepted")
def append_what_is_accepted(request: Request) -> None:
    """Append the headers for the media types and languages that the response may have.

    Source: https://fetch.spec.whatwg.org/#concept-fetch
    """
    headers, language = request.header_list, request.client.accept_language
    # 12. Append the header Accept if the header list does not contain it.
    if not headers.contains(b"Accept"):
        # 12.1. Begin with */* as the value of Accept, which accepts every media type.
        value = b"*/*"
        # 12.2. A WebSocket's request is not a prefetch, so the value of Accept stays */*.
        # 12.3. A WebSocket's destination is the empty string, so the value of Accept stays */*.
        # 12.4. Append the header Accept to the header list.
        headers.append(b"Accept", value)
    # 13. n/a: a program has no WebDriver, which could set another language.
    # 14. Append the header Accept-Language if the settings have a language and the header list does
    #     not contain the header.
    if language is not None and not headers.contains(b"Accept-Language"):
        headers.append(b"Accept-Language", language.encode("latin-1"))


@algorithm("concept-main-fetch", "main fetch")
async def main_fetch(request: Request, obtain: Obtain) -> Response:
    """Check whether the request may be made, then make it.

    Source: https://fetch.spec.whatwg.org/#concept-main-fetch
    """
    # 1. Take the request, which is passed in place of the fetch params.
    # 2. Let the response be null, until the request has been made.
    # 3. The local-URLs-only flag of a WebSocket's request is not set.
    # 4. Report the violations of report-only Content Security Policies.
    report_csp_violations_for_request(request)
    # 5. Upgrade the request to https if the client's insecure requests policy says so.
    upgrade_a_request_if_appropriate(request)
    # 6. A WebSocket's destination is not image, audio or video, so mixed content is not upgraded.
    # 7. Return a network error if the request is blocked as a bad port, as mixed content, or by a
    #    Content Security Policy. An integrity policy blocks only scripts and styles.
    blocked = why_the_request_is_blocked(request)
    if blocked is not None:
        return network_error(*blocked)
    # 8. A WebSocket's referrer is "no-referrer", so no referrer policy is set.
    # 9. A WebSocket's referrer is "no-referrer", so no other referrer is determined.
    # 10. Change the scheme of a known HSTS host to https. HTTPS DNS records are not looked up,
    #     since the system's resolver returns addresses only.
    if request.client.hsts is not None:
        # The module is imported here, since settings without an HSTS list do not need it.
        from whatwg_websockets.fetch.known_hsts_hosts import keep_to_known_hsts_hosts

        refused = keep_to_known_hsts_hosts(request, request.client.hsts)
        if refused is not None:
            return network_error(refused, "tls")
    # 11. Run the rest of the main fetch in the fetch's task, in parallel to the page.
    # 12. Fetch the response in the first of seven ways whose condition the request meets.
    # 12a. (a preloaded response) A WebSocket's request has no preloaded response candidate.
    # 12b. (the mode "websocket") Fetch without CORS, whatever the origins are.
    # 12b.1. Set no response tainting, since no page can read the response.
    # 12b.2. Run override fetch for the request, which runs scheme fetch.
    response = await override_fetch(request, obtain)
    # 12c-12g. n/a: a WebSocket's request has the mode "websocket", so it is fetched without CORS.
    # 13. Main fetch does not call itself, since no redirect is followed.
    # 14. Return the response unfiltered, since no page can read it.
    # 15. A response that is not filtered is its own internal response.
    # 16. Use the URL of the request as the response's URL, since no redirect is followed.
    # 17. The request has no redirect-tainted origin, since no redirect is followed.
    # 18. n/a: a program has no documents, so no navigation is timed.
    # 19. n/a: only a document can read timing, so no timing is disallowed.
    # 20. Replace the response with a network error if it is blocked as mixed content or by a
    #     Content Security Policy. MIME types block only scripts and styles.
    blocked = None if response.is_network_error else why_the_response_is_blocked(response, request)
    if blocked is not None:
        response = network_error_in_place_of(response, *blocked)
    # 21. The response is not opaque and has no range, so no partial response is refused.
    # 22. The body of the response is not read, so it is not set to null.
    # 23. A WebSocket's request has no integrity metadata to match.
    if response.is_network_error and request.upgraded_since:
        response.why += f" (TLS was used, since {request.upgraded_since})"
    # 24. Return the response to the caller, which processes it.
    return response
