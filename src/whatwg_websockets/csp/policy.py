"""2.2 Policies and 2.3 Directives: the objects that a Content Security Policy consists of.

Source: https://w3c.github.io/webappsec-csp/#framework-policy
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from whatwg_websockets.url.origin import Origin

Disposition: TypeAlias = Literal["enforce", "report"]
"""Whether a policy blocks what it does not allow, or only reports it."""

DISPOSITIONS: Final[tuple[Disposition, ...]] = ("enforce", "report")

Source: TypeAlias = Literal["header", "meta"]
"""The way in which a policy was delivered."""


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive, such as ``connect-src 'self' wss://example.com``.

    Attributes:
        name: the name, in lower case.
        value: the tokens after the name, such as a source list.

    Source: https://w3c.github.io/webappsec-csp/#directives
    """

    name: str
    value: tuple[str, ...] = ()

    def serialize(self) -> str:
        """Return the directive as in a policy, with one space between its parts.

        Source: https://w3c.github.io/webappsec-csp/#serialized-directive
        """
        return " ".join((self.name, *self.value))


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy.

    Attributes:
        directive_set: the directives, in order; no two have the same name.
        source: the way in which the policy was delivered.
        disposition: whether the policy is enforced, or only reports violations.

    Source: https://w3c.github.io/webappsec-csp/#content-security-policy-object
    """

    directive_set: tuple[Directive, ...]
    source: Source
    disposition: Disposition

    def directive(self, name: str) -> Directive | None:
        """Return the directive with a name; None if the policy does not have it."""
        return next((each for each in self.directive_set if each.name == name), None)

    def serialize(self) -> str:
        """Return the policy as a string, with its directives as they were parsed.

        Source: https://w3c.github.io/webappsec-csp/#serialized-csp
        """
        return "; ".join(each.serialize() for each in self.directive_set)


@dataclass(frozen=True, slots=True)
class CspList:
    """The policies of one environment.

    Attributes:
        policies: the policies: those that are enforced first, each kind in the order in which it
            was given.
        self_origin: the origin that ``'self'`` stands for.

    Source: https://w3c.github.io/webappsec-csp/#csp-list
    """

    policies: tuple[Policy, ...]
    self_origin: Origin

    @property
    def upgrades_insecure_requests(self) -> bool:
        """Whether a policy that is enforced has the directive ``upgrade-insecure-requests``.

        Source: https://w3c.github.io/webappsec-upgrade-insecure-requests/#delivery
        """
        return any(
            policy.disposition == "enforce"
            and policy.directive("upgrade-insecure-requests") is not None
            for policy in self.policies
        )
