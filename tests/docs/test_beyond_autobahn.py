"""The table of docs/beyond-autobahn.md has the number of cases of each section, for each side."""

import re
from collections import Counter

from support.chapters import ROOT
from websocket_conformance.cases.catalogue import every, playable, select
from websocket_conformance.cases.profile import Profile

TEXT = (ROOT / "docs" / "beyond-autobahn.md").read_text(encoding="utf-8")
FURTHER = select(every(Profile.QUICK), ["handshake", "chaos"])

ROWS = {
    int(match[1]): (int(match[2] or 0), int(match[3] or 0))
    for match in re.finditer(r"^\| (\d\d) \| .* \| (\d*) ?\| (\d*) ?\|$", TEXT, re.MULTILINE)
}


def counts(*, judge_is_server: bool) -> Counter[int]:
    return Counter(case.id[0] for case in playable(FURTHER, judge_is_server=judge_is_server))


def test_the_table_counts_the_cases_of_each_section():
    clients, servers = counts(judge_is_server=True), counts(judge_is_server=False)
    both = {section: (clients[section], servers[section]) for section in clients | servers}
    assert both == ROWS


def test_the_totals_are_those_of_the_table():
    for words, column in (("for clients", 0), ("for servers", 1)):
        ((handshake, chaos),) = re.findall(rf"(\d+) \+ ([\d,]+) {words}", TEXT)
        assert int(handshake) == sum(row[column] for n, row in ROWS.items() if n < 30)
        assert int(chaos.replace(",", "")) == sum(row[column] for n, row in ROWS.items() if n >= 30)
