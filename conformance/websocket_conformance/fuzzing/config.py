"""Read ``fuzzingserver.json`` and ``fuzzingclient.json``.

The keys are those of Autobahn's testsuite. A key or an option without a meaning here is not an
error, since a file may be shared with that suite; the command prints it. It also prints patterns
that match no case, if other patterns match some. A value of the wrong kind is an error, and the
message says where it is and what was expected.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.profile import Profile
from websocket_conformance.fuzzing.addresses import Address
from websocket_conformance.fuzzing.values import ConfigError, Values
from websocket_conformance.wire.options import Options


@dataclass(frozen=True)
class ServerUnderTest:
    """A server to be tested.

    Attributes:
        address: its address.
        agent: its name in the reports; None for the name that it sends.
        hostname: the name that its TLS certificate has to prove; None to check no name.
        origin: the Origin to be sent.
        protocols: the subprotocols to ask for.
        options: how strictly the judge applies the rules to it.
    """

    __test__ = False

    address: Address
    agent: str | None = None
    hostname: str | None = None
    origin: str | None = None
    protocols: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)


@dataclass(frozen=True)
class Config:
    """The configuration of a fuzzing server or a fuzzing client.

    Attributes:
        cases: the cases, in order.
        outdir: where the reports go.
        excluded: patterns of cases that are not played, under patterns of peers' names.
        options: how strictly the judge applies the rules.
        address: for a fuzzing server: where it listens.
        protocols: for a fuzzing server: the subprotocols it speaks.
        certificate: for a fuzzing server with TLS: the file of its certificate.
        key: the file of its private key.
        servers: for a fuzzing client: the servers to be tested.
        ignored: the keys and options that have no meaning here.
        unmatched: the patterns that match no case, each after its key.
        source: the name of the file, or of the defaults.
    """

    cases: tuple[Case, ...]
    outdir: Path
    excluded: Mapping[str, Sequence[str]]
    options: Options
    address: Address
    protocols: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    servers: tuple[ServerUnderTest, ...] = ()
    ignored: tuple[str, ...] = ()
    unmatched: tuple[tuple[str, str], ...] = ()
    source: str = ""


DEFAULTS = "the defaults"
"""The name of the source where there is no file."""

SERVER_DEFAULTS: Mapping[str, Any] = {
    "url": "ws://127.0.0.1:9001",
    "outdir": "./reports/clients",
    "cases": ["*"],
}
CLIENT_DEFAULTS: Mapping[str, Any] = {
    "servers": [{"url": "ws://127.0.0.1:9001"}],
    "outdir": "./reports/servers",
    "cases": ["*"],
}

_COMMON_KEYS = {"cases", "exclude-cases", "exclude-agent-cases", "options", "outdir"}
_SERVER_KEYS = _COMMON_KEYS | {"url", "protocols", "key", "cert"}
_CLIENT_KEYS = _COMMON_KEYS | {"servers"}
_TESTEE_KEYS = {"url", "agent", "hostname", "origin", "protocols", "options"}

_OPTIONS = {
    "closeHandshakeTimeout": "close_handshake_seconds",
    "serverConnectionDropTimeout": "server_drop_seconds",
    "openHandshakeTimeout": "opening_handshake_seconds",
    "failByDrop": "fails_by_drop",
    "echoCloseCodeReason": "echoes_close",
    "utf8validateIncoming": "checks_utf8",
    "requireMaskedClientFrames": "requires_masked",
}
_IS_SWITCH = {field_.name: field_.type is bool for field_ in fields(Options)}


def read_server(file: Path | None, profile: Profile) -> Config:
    """Read the configuration of a fuzzing server; without a file, all cases on port 9001.

    Raises:
        ConfigError: the file cannot be used.
    """
    return _Reader(file, judge_is_server=True).server(profile)


def read_client(file: Path | None, profile: Profile, url: str | None = None) -> Config:
    """Read the configuration of a fuzzing client; without a file, all cases with port 9001.

    Args:
        file: the file.
        profile: how many messages the long cases send.
        url: the server, where the file names none.

    Raises:
        ConfigError: the file cannot be used.
    """
    return _Reader(file, judge_is_server=False).client(profile, url)


class _Reader:
    """Reads one file."""

    def __init__(self, file: Path | None, *, judge_is_server: bool) -> None:
        self._judge_is_server = judge_is_server
        self._where = str(file) if file else DEFAULTS
        self._file = file
        self._ignored: list[str] = []
        self._unmatched: list[tuple[str, str]] = []

    def server(self, profile: Profile) -> Config:
        values = self._load(SERVER_DEFAULTS, _SERVER_KEYS)
        config = self._common(values, profile)
        certificate, key = values.path("cert"), values.path("key")
        address = values.address("url")
        if certificate and key:
            address = replace(address, secure=True)
        return replace(
            config,
            address=address,
            protocols=values.protocols("protocols"),
            certificate=certificate,
            key=key,
            ignored=tuple(self._ignored),
        )

    def client(self, profile: Profile, url: str | None) -> Config:
        named = [{"url": url}] if url else []
        defaults = {**CLIENT_DEFAULTS, "servers": named or CLIENT_DEFAULTS["servers"]}
        values = self._load(defaults, _CLIENT_KEYS)
        config = self._common(values, profile)
        servers = values.spec["servers"]
        if servers == []:
            servers = named
        elif named and servers != named:
            self._ignored.append(f"{url}, beside the servers that {self._where} names,")
        if not isinstance(servers, list) or not servers:
            raise values.wrong("servers", "a list of objects, each with a url")
        testees = [
            self._testee(
                values.of(server, f"servers[{index}]", "an object with a url"), config.options
            )
            for index, server in enumerate(servers)
        ]
        return replace(config, servers=tuple(testees), ignored=tuple(self._ignored))

    def _load(self, defaults: Mapping[str, Any], keys: set[str]) -> Values:
        if self._file is None:
            return Values(self._where, defaults)
        try:
            spec = json.loads(self._file.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError(self._where, "", f"cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise ConfigError(self._where, "", f"is not valid JSON: {error}") from error
        if not isinstance(spec, dict):
            raise ConfigError(self._where, "", "expected a JSON object")
        self._ignored += sorted(set(spec) - keys)
        return Values(self._where, {**defaults, **spec})

    def _common(self, values: Values, profile: Profile) -> Config:
        cases, excluded = self._cases(values, profile), _excluded(values)
        return Config(
            cases,
            values.path("outdir") or Path(),
            {agent: excluded.strings(agent) for agent in excluded.spec},
            self._options(values, Options()),
            Address("", 0),
            unmatched=tuple(dict.fromkeys(self._unmatched)),
            source=self._where,
        )

    def _cases(self, values: Values, profile: Profile) -> tuple[Case, ...]:
        known = catalogue.every(profile)
        wanted = self._naming(values, "cases", catalogue.names, known)
        unwanted = self._naming(values, "exclude-cases", catalogue.names, known)
        excluded = _excluded(values)
        for agent in excluded.spec:
            self._naming(excluded, agent, catalogue.excludes, known)
        chosen = catalogue.select(known, wanted, unwanted)
        cases = catalogue.playable(chosen, judge_is_server=self._judge_is_server)
        if not cases:
            raise values.wrong("cases", self._some_case())
        return cases

    def _naming(
        self,
        values: Values,
        name: str,
        names: Callable[[str, str], bool],
        known: Iterable[str],
    ) -> list[str]:
        """Return the patterns that match a case; remember the others, with their key."""
        patterns, key = values.strings(name), values.key(name)
        try:
            naming = [pattern for pattern in patterns if any(names(pattern, n) for n in known)]
        except catalogue.PatternError as error:
            raise ConfigError(
                self._where, key, f'{error}; expected patterns such as "1.1.1" or "6.*"'
            ) from error
        self._unmatched += [(key, pattern) for pattern in patterns if pattern not in naming]
        return naming

    def _some_case(self) -> str:
        """Return the expectation that a message names where no case is left."""
        peer = "client" if self._judge_is_server else "server"
        expected = f"at least one case for a {peer} that is not excluded"
        nothing = [repr(pattern) for key, pattern in self._unmatched if key == "cases"]
        if nothing:
            expected += f'; no case is called {" or ".join(nothing)}, but "1.1.1" or "6.*"'
        return expected

    def _options(self, values: Values, options: Options) -> Options:
        settings = values.within("options", "an object")
        changes: dict[str, Any] = {}
        for name in settings.spec:
            ours = _OPTIONS.get(name)
            if ours is None:
                self._ignored.append(settings.key(name))
            else:
                read = settings.switch if _IS_SWITCH[ours] else settings.seconds
                changes[ours] = read(name)
        return replace(options, **changes)

    def _testee(self, values: Values, options: Options) -> ServerUnderTest:
        self._ignored += sorted(values.key(name) for name in set(values.spec) - _TESTEE_KEYS)
        return ServerUnderTest(
            values.address("url"),
            values.agent("agent"),
            values.hostname("hostname"),
            values.origin("origin"),
            values.protocols("protocols"),
            self._options(values, options),
        )


def _excluded(values: Values) -> Values:
    expected = "an object with lists of cases under names of peers"
    return values.within("exclude-agent-cases", expected)
