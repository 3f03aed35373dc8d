"""The search of the reading room, in a browser."""

from types import SimpleNamespace

import pytest

pytest.importorskip("sphinx", reason="what the docs are made with is installed by: make test")

from docutils import nodes
from docutils.utils import new_document

from reading_room.decided import MENTION, TOP, Decided, note_mentions
from support.in_chromium import chromium_or_skip, found_by_search
from support.toy_docs import FILES, Built
from support.toys import House

# Of Sphinx and of the parser of Markdown: theirs to mend.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]

MORE_RULES = """
[[requirement]]
id = "rules-1.1-1"
anchor = "section-1.1"
section = "1.1"
kind = "MUST"
gist = "Wait."

[[requirement]]
id = "rules-1.1-2"
anchor = "section-1.1"
section = "1.1"
kind = "MUST"
gist = "Wait for everybody."
"""

ANCHORS = """
[[requirement]]
id = "toys-of-all"
anchor = "tidy-toys"
section = "2"
kind = "requirement"
gist = "All toys go back."

[[requirement]]
id = "toys-of-one"
anchor = "tidy-toys"
section = "2"
kind = "requirement"
gist = "A toy goes back with the code 1003."

[[requirement]]
id = "toys-played"
anchor = "toy-play"
section = "2"
kind = "requirement"
gist = "A toy was played with."

[[algorithm]]
anchor = "toy-end"
name = "the WebSocket connection close code"
section = "2"
kind = "algorithm"
[algorithm.steps]
"""

CHAPTERS = {
    "docs/index.md": (
        "# House\n\nEnds are told by 1006, and not by 1000 toys.\n\n"
        "```{toctree}\nstandard/index\npositions/index\nchapter\n```\n"
    ),
    "docs/chapter.md": (
        "# Ends\n\nThey are 1006 and others.\n\n## All codes\n\n"
        "- {close-code}`1006`: nothing was said.\n- {close-code}`1003`: no toy.\n"
        "- {close-code}`1001`: away.\n- {close-code}`4000 to 4999`: yours.\n"
    ),
}


DECIDED = [
    ("1006", "1006", "(close code, in Ends)", "chapter.html#close-code-1006"),
    ("close code 1006", "1006", "(close code, in Ends)", "chapter.html#close-code-1006"),
    ("4321", "4000 to 4999", "(close code, in Ends)", "chapter.html#close-code-4000-to-4999"),
    ("toy-rest", "toy-rest", "(anchor, in rest())", "standard/toys/rest.html#toy-rest"),
    (
        "#Toy-Rest.",
        "toy-rest",
        "(anchor, in rest())",
        "standard/toys/rest.html#toy-rest",
    ),
    (
        "1.2",
        "1.2",
        "(section of the Toys Standard, in rest())",
        "standard/toys/rest.html#toy-rest",
    ),
    (
        "1.3",
        "1.3",
        "(section of the Toys Standard, in Toys Standard)",
        "standard/toys/index.html#section-1-3",
    ),
    (
        "1.1",
        "1.1",
        "(section of RFC 1, in Requirements of RFC 1)",
        "standard/rfc1/requirements.html#section-1-1",
    ),
    (
        "toys 1.1",
        "1.1",
        "(section of the Toys Standard, in play(toy))",
        "standard/toys/play.html#toy-play",
    ),
    (
        "rules-1.1-2",
        "rules-1.1-2",
        "(requirement, in play(toy))",
        "standard/toys/play.html#rules-1-1-2",
    ),
    (
        "rules-1.1-1",
        "rules-1.1-1",
        "(requirement, in Requirements of RFC 1)",
        "standard/rfc1/requirements.html#rules-1-1-1",
    ),
    (
        "rfc1-1.1-7",
        "1.1",
        "(section of RFC 1, in Requirements of RFC 1)",
        "standard/rfc1/requirements.html#section-1-1",
    ),
    (
        "RFC 1 section 1.1",
        "1.1",
        "(section of RFC 1, in Requirements of RFC 1)",
        "standard/rfc1/requirements.html#section-1-1",
    ),
    (
        "tidy-toys",
        "tidy-toys",
        "(anchor, in Requirements of the Toys Standard)",
        "standard/toys/requirements.html#toys-of-all",
    ),
    (
        "rfc1#section-1.1",
        "rfc1#section-1.1",
        "(anchor, in Requirements of RFC 1)",
        "standard/rfc1/requirements.html#section-1-1",
    ),
    (
        "1003",
        "1003",
        "(close code, in the WebSocket connection close code)",
        "standard/toys/the-websocket-connection-close-code.html#toy-end",
    ),
    ("1001", "1001", "(close code, in play(toy))", "standard/toys/play.html#toy-play"),
    (
        "turn-it-over",
        "turn-it-over",
        "(position, in Whose turn is it?)",
        "positions/turn-it-over.html#top",
    ),
]
"""Each query, and what is found first: its title, what it is, and its address."""

OTHERS = ("toy-play", "ends", "said", "play(toy)", "turn")


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """The results of the search in a built house, by query."""
    chromium_or_skip()
    house = House(tmp_path_factory.mktemp("searched"))
    code = FILES["toys/play.py"].replace("toys-unknown. High.", "rules-1.1-2. It waits.")
    code = code.replace("# 2. Turn it.", "# 2. Turn a toy with the code 1001.")
    position = FILES["spec/positions/turn.md"]
    rules = FILES["spec/rules.toml"] + MORE_RULES
    house.write(
        {
            **FILES,
            **CHAPTERS,
            "spec/rules.toml": rules,
            "spec/toys.toml": FILES["spec/toys.toml"] + ANCHORS,
            "toys/play.py": code,
            "spec/positions/turn-it-over.md": position,
        }
    )
    built = Built(house, "html")
    assert built.warnings == ""

    queries = [*(query for query, *_ in DECIDED), *OTHERS]
    return found_by_search(built.folder, queries, house.folder)


@pytest.mark.parametrize(("query", "name", "what", "address"), DECIDED)
def test_what_has_a_name_is_found_first_where_it_is_decided(searched, query, name, what, address):
    assert searched[query][0] == (name, what, address)


def test_and_then_where_it_is_decided_too_and_where_it_is_mentioned(searched):
    end = "standard/toys/the-websocket-connection-close-code.html#toy-end"
    assert [address for _, _, address in searched["1006"]][1:] == [end, "index.html#house"]
    assert [address for _, _, address in searched["1003"]][1:] == [
        "chapter.html#close-code-1003",
        "standard/toys/requirements.html#toys-of-one",
        "standard/toys/requirements.html#requirements-of-the-toys-standard",
    ]
    assert [address for _, _, address in searched["tidy-toys"]][1:] == [
        "standard/toys/requirements.html#toys-of-one"
    ]
    assert [address for _, _, address in searched["rules-1.1-2"]][1:] == [
        "standard/rfc1/requirements.html#rules-1-1-2"
    ]
    assert [address for _, _, address in searched["toy-play"]][1:] == [
        "standard/toys/requirements.html#toys-played",
        "positions/turn-it-over.html#top",
        "positions/turn.html#top",
    ]


def test_words_are_found_as_ever_and_parts_of_names_do_not_push_them_away(searched):
    assert searched["ends"][0][2] == "chapter.html"
    assert searched["said"][0][2] == "chapter.html"
    assert searched["play(toy)"][0][2] == "standard/toys/play.html"
    assert "#top" not in searched["turn"][0][2]


def test_a_place_that_the_search_leads_to_is_on_its_page(tmp_path):
    house = House(tmp_path)
    house.write({**FILES, **CHAPTERS})
    built = Built(house, "html")
    for page, id_ in [
        ("chapter", "close-code-1006"),
        ("standard/toys/play", "toy-play"),
        ("standard/toys/play", "toys-tidy"),
        ("standard/toys/index", "section-1-3"),
        ("standard/rfc1/requirements", "rules-fair"),
        ("standard/rfc1/requirements", "section-1"),
    ]:
        assert len(built.page(f"{page}.html").xpath(f"//*[@id='{id_}']")) == 1, f"{page}#{id_}"


def test_what_several_processes_have_read_is_put_together():
    found = Decided(SimpleNamespace(domaindata={}))
    found.codes["old"] = [("1006", "a")]
    other = {"codes": {"new": [("1000", "b")], "old": []}, "mentions": {"new": [("1006", "c")]}}
    found.merge_domaindata({"new"}, other)
    assert found.codes == {"old": [("1006", "a")], "new": [("1000", "b")]}
    assert found.mentions == {"new": [("1006", "c")]}
    found.clear_doc("old")
    assert list(found.codes) == ["new"]


def test_a_code_outside_of_all_sections_is_mentioned_at_the_top_of_the_page():
    page = new_document("page")
    page += nodes.paragraph("", "The code is 1006.")
    found = Decided(SimpleNamespace(domaindata={}))
    environment = SimpleNamespace(docname="page", get_domain=lambda name: found)
    note_mentions(SimpleNamespace(env=environment), page)
    assert found.mentions == {"page": [("1006", TOP)]}


def test_which_numbers_in_running_text_are_close_codes():
    text = "1006, Close 1000, code 1000, 1000 B, 1.1006, 10061, 1001.5, (1015)."
    assert MENTION.findall(text) == ["1006", "1000", "1000", "1015"]
