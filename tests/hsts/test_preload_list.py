"""Preload lists: Chromium's own file, and the package that contains it."""

import datetime
import re
import sys

import hstspreload
import pytest

from whatwg_websockets import HstsList, PreloadList

DAY = datetime.date(2026, 11, 30)

CHROMIUM = """\
// A comment of the file's own.
{
  "pinsets": [ { "name": "test", "report_uri": "http://report.example/" } ],
  "entries": [
    // Comments have lines of their own.
    { "name": "dev", "policy": "public-suffix", "mode": "force-https", "include_subdomains": true },
    { "name": "One.example", "policy": "custom", "mode": "force-https" },
    { "name": "pins.example", "policy": "test", "include_subdomains": true, "pins": "test" },
    { "name": "xn--bcher-kva.example", "mode": "force-https", "include_subdomains": false }
  ]
}
"""


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.json").write_text(CHROMIUM)
    return "list.json"


def test_chromiums_own_file(path):
    preloaded = PreloadList.from_chromium(path, date=DAY)
    assert repr(preloaded) == "<PreloadList of 2026-11-30 from list.json>"
    hsts = HstsList(preloaded=preloaded)
    for host in ["dev", "web.dev", "a.web.dev.", "one.example", "bücher.example"]:
        assert hsts.is_known(host)
    for host in [
        "a.one.example",
        "pins.example",
        "a.pins.example",
        "a.bücher.example",
        "127.0.0.1",
    ]:
        assert not hsts.is_known(host)


FAULTS = [
    ('"entries": [', '"entries": [,', "list.json, line 4, column 15: Expecting value"),
    ('"entries"', '"hosts"', "list.json: the member 'entries' is missing"),
    ('"name": "dev"', '"nam": "dev"', "list.json: entries[0]: the member 'name' is missing"),
    ('"One.example"', "1", "list.json: entries[1].name: this must be a string, not 1"),
    ('"One.example"', '"a b"', "list.json: entries[1].name: not a host: 'a b'"),
]


@pytest.mark.parametrize(("old", "new", "fault"), FAULTS)
def test_a_file_that_does_not_parse_is_an_error_with_its_place(old, new, fault, path, tmp_path):
    (tmp_path / "list.json").write_text(CHROMIUM.replace(old, new))
    with pytest.raises(ValueError, match=f"^{re.escape(fault)}$"):
        PreloadList.from_chromium(path, date=DAY)


# hstspreload opens its file with a function that Python 3.11 and 3.12 advise against.
@pytest.mark.filterwarnings("ignore:open_binary is deprecated:DeprecationWarning")
def test_the_list_of_hstspreload_says_of_which_day_it_is():
    preloaded = PreloadList.from_hstspreload()
    year, month, day = hstspreload.__version__.split(".")[:3]
    assert preloaded.date == datetime.date(int(year), int(month), int(day))
    assert preloaded.source == f"hstspreload {hstspreload.__version__}"
    hsts = HstsList(preloaded=preloaded)
    assert hsts.is_known("web.dev")
    assert hsts.is_known("accounts.google.com")
    assert not hsts.is_known("example.com")
    assert not hsts.is_known("[::1]")


def test_without_hstspreload_there_is_no_such_list(monkeypatch):
    monkeypatch.setitem(sys.modules, "hstspreload", None)
    with pytest.raises(ModuleNotFoundError):
        PreloadList.from_hstspreload()
