"""A process a page: what becomes of a page that does what it likes."""

import json
import sys

import fake_commands
import pytest

from websocket_conformance.errors import MissingError, UsageError
from websocket_conformance.wpt import hosts
from websocket_conformance.wpt.loading import PageAddress, load, seconds_for
from websocket_conformance.wpt.pages import WptPage, WptScope

ADDRESS = PageAddress("http://web-platform.test:1/page.html", "/nowhere/authority.pem")

ECHO = """
import json, sys
task = json.loads(sys.stdin.readline())
print(json.dumps({"status": "OK", "message": json.dumps(task), "subtests": []}))
"""


def odd(deed: str) -> list[str]:
    return fake_commands.page({"/page.html": deed})


async def test_a_page_is_told_what_it_needs():
    answer = await load([sys.executable, "-S", "-c", ECHO], ADDRESS, 7.5)
    told = json.loads(answer.message)
    assert told["url"] == "http://web-platform.test:1/page.html"
    assert told["ca"] == "/nowhere/authority.pem"
    assert told["timeout"] == 7.5
    assert told["hosts"]["web-platform.test"] == "127.0.0.1"
    assert told["hosts"]["www1.not-web-platform.test"] == "127.0.0.1"
    assert told["hosts"]["xn--lve-6lad.web-platform.test"] == "127.0.0.1"
    assert "nonexistent.web-platform.test" not in told["hosts"]
    assert answer.seconds > 0


@pytest.mark.parametrize(
    ("deed", "status", "words"),
    [
        ("crash", "CRASH", "The page ended with status 1 without an answer; its last words: lost"),
        ("garbage", "ERROR", "The output is not an answer: expected a line of JSON"),
        ("endless", "ERROR", "The page's answer is longer than 16 MiB."),
    ],
)
async def test_a_page_without_an_answer_costs_itself_alone(deed, status, words):
    answer = await load(odd(deed), ADDRESS, 60)
    assert answer.status == status
    assert words in answer.message
    assert answer.subtests == ()


async def test_a_page_that_hangs_is_ended():
    answer = await load(odd("hang"), ADDRESS, 0.1, grace=0.1)
    assert (answer.status, answer.message) == ("TIMEOUT", "The page printed no answer in time.")


async def test_a_page_that_lacks_what_it_runs_on_ends_the_run():
    with pytest.raises(MissingError, match=r"its last words: There is no engine; get one\."):
        await load(odd("lacking"), ADDRESS, 60)


async def test_a_command_that_cannot_be_started_ends_the_run():
    with pytest.raises(UsageError, match="cannot be started"):
        await load(["/nowhere/page"], ADDRESS, 60)


def test_the_lines_of_a_hosts_file_can_be_had():
    lines = hosts.lines().splitlines()
    assert "127.0.0.1\tweb-platform.test" in lines
    assert len(lines) == len(set(lines)) == 62


def test_a_long_test_has_six_times_as_long():
    page = WptPage("/a.html", "a.html", WptScope.WINDOW)
    assert seconds_for(page) == 10
    assert seconds_for(WptPage("/a.html", "a.html", WptScope.WINDOW, is_long=True), 5) == 30
