"""Authentication within HTTP-network-or-cache fetch, section 4.6 of the Fetch Standard.

A program is its own user: the name and the password of the URL, what was answered before, or the
callable of the settings answer the prompt.
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
    """Say who asks, if that is known: from a prompt, or from an authentication entry.

    Returns:
        what is said, for the case that the server does not take it.

    Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
    """
    # 8.21.2.1. Nothing is known at first.
    answer = None
    entries = request.client.authentication_entries
    # 8.21.2.2. An entry of an earlier fetch is taken before anybody asks, unless the URL names
    #           somebody else. What a prompt has just been answered with goes before it, since the
    #           entry may be what was refused.
    if entries and not is_authentication_fetch:
        answer = _entry_for(request)
    # 8.21.2.3. After a prompt its answer is taken: the name and the password of the URL, or what
    #           the program has answered.
    elif request.prompt is not None:
        answer = request.prompt.answer
    # 8.21.2.4. What is known goes into the header list.
    if answer is not None:
        value = answer.authorization(b"GET", resource_name(request))
        request.header_list.append(b"Authorization", value)
    return answer


@algorithm("concept-http-network-or-cache-fetch", "HTTP-network-or-cache fetch: prompt")
async def prompt_after_a_401(request: Request, response: Response, sent: "Answer | None") -> bool:
    """Look for an answer to a 401.

    Where there is one, or the program was asked for one, the connection of the response is closed.
    Otherwise the response stands as it is.

    Args:
        request: the request, which gets the answer.
        response: the 401; it is told why there is no answer.
        sent: what the request had said of who asks.

    Returns:
        whether there is an answer.

    Raises:
        BaseException: whatever the program raises that is asked.

    Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
    """
    if request.prompt is None:
        request.prompt = _prompt_of(request)
    if request.prompt is None:
        return False
    # A program may take its time to answer, and others may be in line meanwhile.
    response.let_go()
    # 15.1. Each field may have several challenges. A field counts up to what cannot be read in it,
    #       and without any challenge there is nothing to answer.
    challenges = response.header_list.values(b"WWW-Authenticate")
    # 15.2-15.2.2. n/a: the request of a WebSocket has no body, which would have to be sent anew.
    # 15.3. The use-URL-credentials flag of a WebSocket's request is unset, so there is a prompt.
    # 15.3.1. A fetch that is canceled ends with its task, also while the program is asked.
    # 15.3.2. The prompt is answered by the URL; where that names nobody, by an earlier answer for
    #         the realm; or else by the callable of the settings.
    # 15.3.3. The name stays with the prompt, and the URL of the request is left as it is.
    # 15.3.4. The password stays with the prompt as well.
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
    """Return who can be prompted, None where there is nobody."""
    url, client = request.url, request.client
    if not (url.username or url.password or client.credentials or client.authentication_entries):
        return None
    # Few settings need these modules, and whoever imports the package is not to wait for them.
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
    """Remember the answer of a prompt, for the requests that follow."""
    assert request.prompt is not None
    assert request.prompt.answer is not None
    entries, url = request.client.authentication_entries, request.url
    entries.add(url.serialize_origin(), url.path, request.prompt.answer)
