"""Authentication entries: RFC 7617 section 2.2, RFC 7616 section 3.3."""

import pytest

from whatwg_websockets.authentication.answer import Answer
from whatwg_websockets.authentication.challenge import read_challenges
from whatwg_websockets.authentication.credentials import Credentials
from whatwg_websockets.authentication.entries import MOST_ENTRIES, AuthenticationEntries

ORIGIN = "http://example.com"


def challenge_of(value):
    [challenge] = read_challenges([value.encode()])
    return challenge


def answer(value='Basic realm="r"', name="n"):
    return Answer(challenge_of(value), Credentials(name.encode(), b"secret"))


@pytest.mark.parametrize(
    ("path", "is_sent"),
    [
        ("/a/b", True),
        ("/a/c", True),
        ("/a/", True),
        ("/a/b/c/d", True),
        ("/a", False),
        ("/", False),
        ("/ab/", False),
    ],
)
def test_a_path_as_deep_or_deeper_belongs_to_it(path, is_sent):
    entries = AuthenticationEntries()
    entries.add(ORIGIN, "/a/b", answer())
    assert (entries.of_the_path(ORIGIN, path) is not None) is is_sent


def test_another_origin_has_other_entries():
    entries = AuthenticationEntries()
    entries.add(ORIGIN, "/", answer())
    assert entries.of_the_path("http://example.com:81", "/") is None
    assert entries.of_the_path("https://example.com", "/") is None
    assert entries.of_the_realm("https://example.com", challenge_of('Basic realm="r"')) is None


def test_who_names_somebody_else_in_the_url_is_not_taken_for_the_first():
    entries = AuthenticationEntries()
    entries.add(ORIGIN, "/", answer(name="ann"))
    assert entries.of_the_path(ORIGIN, "/", Credentials(b"bob", b"secret")) is None
    assert entries.of_the_path(ORIGIN, "/", Credentials(b"ann", b"another")) is None
    assert entries.of_the_path(ORIGIN, "/", Credentials(b"ann", b"secret")) is not None


def test_the_longest_path_wins():
    entries = AuthenticationEntries()
    inner, outer = answer('Basic realm="inner"'), answer('Basic realm="outer"')
    entries.add(ORIGIN, "/a/b/", inner)
    entries.add(ORIGIN, "/a/", outer)
    assert entries.of_the_path(ORIGIN, "/a/b/c") is inner
    assert entries.of_the_path(ORIGIN, "/a/c") is outer


def test_a_space_grows_with_each_path_and_has_the_last_answer():
    entries = AuthenticationEntries()
    entries.add(ORIGIN, "/a/b/", answer(name="old"))
    newer = answer(name="new")
    entries.add(ORIGIN, "/c/", newer)
    entries.add(ORIGIN, "/c/d/", newer)
    assert len(entries) == 1
    assert entries.of_the_path(ORIGIN, "/a/b/x") is newer
    assert entries.of_the_path(ORIGIN, "/c/x") is newer
    assert entries.of_the_realm(ORIGIN, newer.challenge) == newer.credentials


@pytest.mark.parametrize(
    ("domain", "inside", "outside"),
    [
        ("", ["/", "/x/y"], []),
        (', domain="/a"', ["/a", "/a/b", "/ab"], ["/", "/x/y"]),
        (f', domain="/a/ {ORIGIN}/b/"', ["/a/x", "/b/"], ["/", "/x/y"]),
        (', domain="https://example.org/"', [], ["/", "/x/y"]),
        (f', domain="{ORIGIN}.evil/"', [], ["/", "/x/y"]),
        (', domain=" "', ["/", "/x/y"], []),
    ],
)
def test_digest_says_how_far_it_reaches(domain, inside, outside):
    entries = AuthenticationEntries()
    entries.add(ORIGIN, "/x/y", answer(f'Digest realm="r", nonce="n"{domain}'))
    for path in inside:
        assert entries.of_the_path(ORIGIN, path) is not None
    for path in outside:
        assert entries.of_the_path(ORIGIN, path) is None


def test_there_are_never_many():
    entries = AuthenticationEntries()
    for number in range(100):
        entries.add(ORIGIN, f"/{number}/", answer(f'Basic realm="{number}"'))
    assert len(entries) == MOST_ENTRIES
    assert entries.of_the_path(ORIGIN, "/99/") is not None
    assert entries.of_the_path(ORIGIN, "/0/") is None
    for number in range(100):
        entries.add(ORIGIN, f"/{number}/", answer('Basic realm="one"'))
    assert entries.of_the_path(ORIGIN, "/99/") is not None
    assert entries.of_the_path(ORIGIN, "/0/") is None


def test_what_was_refused_goes_and_what_came_meanwhile_stays():
    entries = AuthenticationEntries()
    old, new = answer(name="old"), answer(name="new")
    entries.add(ORIGIN, "/", new)
    entries.remove(ORIGIN, old)
    assert entries.of_the_path(ORIGIN, "/") is new
    entries.remove(ORIGIN, new)
    entries.remove(ORIGIN, new)
    assert len(entries) == 0


def test_all_of_them_can_be_forgotten_and_none_is_shown():
    entries = AuthenticationEntries()
    entries.add(ORIGIN, "/", answer())
    assert repr(entries) == "<AuthenticationEntries, 1 of them>"
    entries.clear()
    assert entries.of_the_path(ORIGIN, "/") is None
