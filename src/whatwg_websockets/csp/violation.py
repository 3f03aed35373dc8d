"""2.4 Violations: a request that a policy does not allow.

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
    """A violation, without the members that only a document could have.

    Attributes:
        global_object: the settings object, which stands for the global object.
        policy: the policy that was violated.
        effective_directive: the name of the directive that was violated.
        resource: the URL that the policy does not allow; None until it is set.
        status: the status code of the page; 0, since settings were not loaded from a server.
        sample: the beginning of an inline script; empty, since a URL does not have one.

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
        """The URL of the global object: the base URL of the settings.

        Source: https://w3c.github.io/webappsec-csp/#violation-url
        """
        return self.global_object.api_base_url

    @property
    def disposition(self) -> Disposition:
        """Whether the policy is enforced, or only reports violations.

        Source: https://w3c.github.io/webappsec-csp/#violation-disposition
        """
        return self.policy.disposition


@algorithm(
    "create-violation-for-global", "create a violation object for global, policy, and directive"
)
def create_a_violation_for_global(
    global_object: "EnvironmentSettings", policy: Policy, directive: str
) -> Violation:
    """Make a violation of a policy's directive by a global object, without a resource.

    Source: https://w3c.github.io/webappsec-csp/#create-violation-for-global
    """
    # 1. Make a violation with the global object, the policy and the directive, whose resource is
    #    null.
    violation = Violation(
        global_object=global_object, policy=policy, effective_directive=directive, resource=None
    )
    # 2. n/a: the source files of a program have no URLs, so the violation names no source file.
    # 3. n/a: only a window has a document with a referrer, so the violation has no referrer.
    # 4. n/a: settings are not loaded from a server, so the violation has no status.
    # 5. Return the violation, whose resource the caller sets.
    return violation  # noqa: RET504 (a later step returns it)


@algorithm("create-violation-for-request", "create a violation object for request, and policy")
def create_a_violation_for_request(request: "Request", policy: Policy) -> Violation:
    """Make the violation of a policy by a request.

    Source: https://w3c.github.io/webappsec-csp/#create-violation-for-request
    """
    # 1. Get the effective directive for the request, even if the policy has only its fallback.
    directive = get_the_effective_directive_for_request(request)
    # 2. Make a violation for the client of the request, which stands for its global object.
    violation = create_a_violation_for_global(request.client, policy, directive)
    # 3. Set the violation's resource to the request's URL, with the scheme of a WebSocket URL.
    violation.resource = request.url.of_the_websocket()
    # 4. Return the violation, which is complete.
    return violation
