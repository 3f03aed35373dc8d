"""2.4 Violations: what a policy does not allow, and has happened or would have happened.

Source: https://w3c.github.io/webappsec-csp/#framework-violation
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.csp.directive_algorithms import get_the_effective_directive_for_request
from whatwg_websockets.csp.policy import Disposition, Policy
from whatwg_websockets.url.url_record import UrlRecord

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request
    from whatwg_websockets.html.environment_settings import EnvironmentSettings


@dataclass(slots=True, kw_only=True)
class Violation:
    """A violation. Those members are left out that only a document could have.

    Attributes:
        global_object: the settings object, which stands for the global object as well.
        policy: the policy that was violated.
        effective_directive: the name of the directive that was violated.
        resource: the URL that the policy does not allow; None until it is known.
        status: the status code of the page that the settings stand for; 0, as there is none.
        sample: the beginning of an inline script; empty, as a URL has none.

    Source: https://w3c.github.io/webappsec-csp/#violation
    """

    global_object: "EnvironmentSettings"
    policy: Policy
    effective_directive: str
    resource: UrlRecord | None = None
    status: int = 0
    sample: str = ""

    @property
    def url(self) -> UrlRecord:
        """The URL of the global object; here, the base URL of the settings.

        Source: https://w3c.github.io/webappsec-csp/#violation-url
        """
        return self.global_object.api_base_url

    @property
    def disposition(self) -> Disposition:
        """Whether the policy is enforced or only reports.

        Source: https://w3c.github.io/webappsec-csp/#violation-disposition
        """
        return self.policy.disposition


@algorithm(
    "create-violation-for-global", "create a violation object for global, policy, and directive"
)
def create_a_violation_for_global(
    global_object: "EnvironmentSettings", policy: Policy, directive: str
) -> Violation:
    """Make a violation of which it is known who has violated what.

    Source: https://w3c.github.io/webappsec-csp/#create-violation-for-global
    """
    # 1. The violation has no resource yet.
    violation = Violation(
        global_object=global_object, policy=policy, effective_directive=directive, resource=None
    )
    # 2. n/a: the source files of a program have no URLs.
    # 3. n/a: only a window has a document with a referrer.
    # 4. n/a: settings are made by a program, and come from no server with a status.
    # 5. Whoever asked for the violation completes it.
    return violation  # noqa: RET504 (it is returned by another step)


@algorithm("create-violation-for-request", "create a violation object for request, and policy")
def create_a_violation_for_request(request: "Request", policy: Policy) -> Violation:
    """Make the violation that a request is.

    Source: https://w3c.github.io/webappsec-csp/#create-violation-for-request
    """
    # 1. The directive is the one that is about the request, also where another stands in for it.
    directive = get_the_effective_directive_for_request(request)
    # 2. The client of the request stands for its global object as well.
    violation = create_a_violation_for_global(request.client, policy, directive)
    # 3. The resource is the URL as the page has asked for it, with the scheme of a WebSocket.
    violation.resource = request.url.of_the_websocket()
    # 4. The violation is complete.
    return violation
