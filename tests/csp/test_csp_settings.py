"""The policies of settings: which texts the call refuses, and what the log reports."""

import logging
import re
import subprocess
import sys

import pytest

from whatwg_websockets import EnvironmentSettings
from whatwg_websockets.csp.source_expression import KEYWORDS

ARGUMENTS = ("content_security_policy", "content_security_policy_report_only")


def without_punctuation(value):
    """Write a value as a part of a test's name, in letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(value))


def warnings(caplog):
    return [each.why for each in caplog.records if each.name == "whatwg_websockets.csp"]


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("", "it does not contain a directive"),
        (" , ;\t", "it does not contain a directive"),
        ("connect-src w\u00e4s://a", r"'\xe4' is not allowed in a policy"),
        ("connect-src\xa0'none'", r"'\xa0' is not allowed in a policy"),
        ("connect-src a\vb", r"'\x0b' is not allowed in a policy"),
        ("connect-src a\0", r"'\x00' is not allowed in a policy"),
        ("connect_src a", "'connect_src' is not the name of a directive"),
        ("connect-src: a", "'connect-src:' is not the name of a directive"),
        ("connect-src a; 'self'", "\"'self'\" is not the name of a directive"),
        (
            "connect-src 'none' a",
            "in 'connect-src', 'none' cannot be combined with other source expressions",
        ),
        (
            "default-src a 'NONE'",
            "in 'default-src', 'NONE' cannot be combined with other source expressions",
        ),
        (
            "connect-src 'slef'",
            "in 'connect-src', \"'slef'\" is not a source expression; the keywords",
        ),
        (
            "connect-src ws:a",
            "in 'connect-src', 'ws:a' is not a source expression; write a scheme as in",
        ),
        ("connect-src ws:/a", "'ws:/a' is not a source expression"),
        ("connect-src wss//a", "'wss//a' is not a source expression"),
        ("connect-src a_b", "'a_b' is not a source expression"),
        ("connect-src a.*.b", "'a.*.b' is not a source expression"),
        ("connect-src a:b", "'a:b' is not a source expression"),
        ("connect-src ws://", "'ws://' is not a source expression"),
        (
            "connect-src ws://[::1]",
            "'ws://[::1]' is not a source expression, which cannot name an IPv6",
        ),
        ("connect-src a/b?c", "'a/b?c' is not a source expression, which must not have a query"),
        ("connect-src a/b#c", "'a/b#c' is not a source expression, which must not have a query"),
        ("connect-src a//b", "'a//b' is not a source expression"),
        ("connect-src a/%zz", "'a/%zz' is not a source expression"),
        ("connect-src 'nonce-!'", "\"'nonce-!'\" is not a source expression; the keywords"),
        ("font-src a, default-src 'a'", "in 'default-src', \"'a'\" is not a source expression"),
    ],
    ids=without_punctuation,
)
def test_what_the_grammar_does_not_allow_is_refused(argument, policy, why):
    for given in (policy, [policy], ["connect-src *", policy]):
        with pytest.raises(ValueError, match="is not a Content Security Policy") as error:
            EnvironmentSettings(**{argument: given})
        assert str(error.value).startswith(f"{argument} is not a Content Security Policy: ")
        assert why in str(error.value)


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize("given", [b"connect-src *", [b"connect-src *"], [None], 7, None])
def test_what_is_no_string_is_refused(argument, given):
    with pytest.raises(TypeError):
        EnvironmentSettings(**{argument: given})


def test_of_a_long_policy_the_beginning_is_shown():
    with pytest.raises(ValueError, match="is not a source expression") as error:
        EnvironmentSettings(content_security_policy="connect-src ws:" + 1000 * "a")
    assert len(str(error.value)) < 1300


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize(
    "policy",
    [
        "connect-src",
        "connect-src *",
        "connect-src 'None'",
        "connect-src 'self' ws: wss: custom.scheme+1-a: *.a *:* a. a:* ws://*.a.b:8080/c/%41=",
        f"default-src {' '.join(KEYWORDS)}",
        "default-src 'nonce-a+/-_=' 'sha256-ab==' 'SHA384-a' 'sha512-a'",
        "script-src 'what ever'; sandbox; report-uri /a?b#c [d]; report-to e",
        "upgrade-insecure-requests; block-all-mixed-content",
        "\n  default-src 'none';\n  connect-src wss://a.example;\n",
    ],
    ids=without_punctuation,
)
def test_what_the_grammar_allows_is_taken_in_silence(argument, policy, caplog):
    assert EnvironmentSettings(**{argument: policy}).csp_list is not None
    assert EnvironmentSettings(**{argument: iter([policy])}).csp_list is not None
    assert warnings(caplog) == []


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("conect-src a", "the directive 'conect-src' is unknown, and has no effect"),
        (
            "connect-src a; Connect-Src b",
            "the directive 'connect-src' is given twice; the first one is used",
        ),
        (
            "connect-src self",
            "'self' in 'connect-src' is the name of a host; write the keyword in quotation marks, "
            "\"'self'\"",
        ),
        (
            "default-src None",
            "'None' in 'default-src' is the name of a host; write the keyword in quotation marks, "
            "\"'None'\"",
        ),
        (
            "connect-src ws://127.0.0.1:8080/a",
            "'ws://127.0.0.1:8080/a' in 'connect-src' matches nothing, since a host that is an IP "
            "address is never matched",
        ),
    ],
)
def test_what_has_no_effect_is_told(argument, policy, why, caplog):
    EnvironmentSettings(**{argument: policy})
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("whatwg_websockets.csp", logging.WARNING)
    assert (record.why, record.kind) == (why, "csp notice")
    assert record.getMessage() == f"{argument}: {why}"


def test_a_directive_that_does_not_count_is_not_checked(caplog):
    EnvironmentSettings(content_security_policy="connect-src *; connect-src 'slef'")
    assert len(warnings(caplog)) == 1


def test_those_who_use_no_policy_do_not_import_what_parses_and_compares_them():
    program = (
        "import sys, whatwg_websockets as w; w.EnvironmentSettings();"
        "print([each for each in sys.modules if '.csp.pars' in each or '.csp.match' in each])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_settings_without_policies_have_no_list():
    assert EnvironmentSettings().csp_list is None
    assert EnvironmentSettings(content_security_policy=[]).csp_list is None
