"""Authentication within HTTP-network-or-cache fetch, section 4.6 of the Fetch Standard.

A program is its own user. The prompt is answered with the name and the password in the URL, with an
answer that was accepted before, or by the callable in the settings.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.request import Request, resource_name
from whatwg_websockets.fetch.response import Response

if TYPE_CHECKING:
    from whatwg_websockets.authentication.answer import Answer
    from whatwg_websockets.authentication.user_prompt import UserPrompt


@algorithm("concept-http-network-or-cache-fetch", "HTTP-network-or-cache fetch: authorization")
def append_a_request_authorization_header(
    request: Request, *, is_authentication_fetch: bool
) -> "Answer | None":
    """Append the header Authorization, if a prompt or an authentication entry provides its value.

    Returns:
        The answer that the header is made from, which is needed if the server refuses it; or None.

    Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
    """
    # 8.21.2.1. Let the authorization value be null, until an answer to the challenge is found.
    answer = None
    entries = request.client.authentication_entries
    # 8.21.2.2. Use an authentication entry of an earlier fetch, unless this fetch repeats one after
    #           a prompt, or the URL has credentials that differ from the entry's.
    if entries and not is_authentication_fetch:
        answer = _entry_for(request)
    # 8.21.2.3. Use the answer of the prompt, which is the name and the password of the URL or the
    #           program's answer.
    elif request.prompt is not None:
        answer = request.prompt.answer
    # 8.21.2.4. Append the header Authorization if there is an authorization value.
    if answer is not None:
        value = answer.authorization(b"GET", resource_name(request))
        request.header_list.append(b"Authorization", value)
    return answer


@algorithm("concept-http-network-or-cache-fetch", "HTTP-network-or-cache fetch: prompt")
async def prompt_after_a_401(request: Request, response: Response, sent: "Answer | None") -> bool:
    """Get an answer to a 401.

    The connection of the response is closed if there is an answer, or if the program was asked for
    one. Otherwise the response is returned to the caller of the fetch as it is.

    Args:
        request: the request, whose prompt holds the answer.
        response: the 401; its ``why`` is set if there is no answer.
        sent: the answer that the request was sent with; None if it was sent without one.

    Returns:
        Whether there is an answer.

    Raises:
        BaseException: whatever the callable in the settings raises.

    """
    if request.prompt is None:
        request.prompt = _prompt_of(request)
    if request.prompt is None:
        return False
    # The program may take long to answer, and other connections to the host may be waiting.
    response.let_go()
    # 15.1. Read the challenges of all WWW-Authenticate fields, each of which may have several. A
    #       field is read up to the first challenge that cannot be parsed; if no challenge was read,
    #       the 401 is not answered.
    challenges = response.header_list.values(b"WWW-Authenticate")
    # 15.2-15.2.2. n/a: a WebSocket's request has no body, so no body is sent again.
    # 15.3. Prompt the user, since a WebSocket's request does not have the use-URL-credentials flag.
    # 15.3.1. Stop if the fetch is canceled, which cancels its task, even while the program is asked
    #         for credentials.
    # 15.3.2. Take a user name and a password from the URL, else from an earlier answer for the
    #         realm, else from the callable in the settings.
    # 15.3.3. Store the user name in the prompt, and leave the user name of the request's URL
    #         unchanged.
    # 15.3.4. Store the password in the prompt, and leave the password of the request's URL
    #         unchanged.
    has_answer = await request.prompt.prompt(challenges, sent)
    response.why = request.prompt.why
    return has_answer


def _entry_for(request: Request) -> "Answer | None":
    from whatwg_websockets.authentication.credentials import credentials_of_the_url

    url = request.url
    of_the_url = credentials_of_the_url(url)
    return request.client.authentication_entries.of_the_path(
        url.serialize_origin(), url.path, of_the_url
    )


def _prompt_of(request: Request) -> "UserPrompt | None":
    """Return the prompt for a request; None if nothing in the URL or the settings can answer it."""
    url, client = request.url, request.client
    if not (url.username or url.password or client.credentials or client.authentication_entries):
        return None
    # These modules are imported when they are needed, to keep the import of the package fast.
    from whatwg_websockets.authentication.credentials import credentials_of_the_url
    from whatwg_websockets.authentication.user_prompt import UserPrompt

    shown = replace(url.of_the_websocket(), username="", password="")
    return UserPrompt(
        origin=url.serialize_origin(),
        url=shown.serialize(exclude_fragment=True),
        of_the_url=credentials_of_the_url(url),
        entries=client.authentication_entries,
        credentials=client.credentials,
    )


def create_an_authentication_entry(request: Request) -> None:
    """Store the answer of a prompt, for the requests that follow."""
    assert request.prompt is not None
    assert request.prompt.answer is not None
    entries, url = request.client.authentication_entries, request.url
    entries.add(url.serialize_origin(), url.path, request.prompt.answer)
